import type { FileSource } from "../source/source.ts";

/** One folder of a {@link FileTree}. */
export interface Folder {
  /** POSIX path below the root, without a slash at either end; "" for the root. */
  readonly path: string;
  /** Names of regular files, in byte order. */
  readonly files: readonly string[];
  /** Names of sub-folders, in byte order. */
  readonly folders: readonly string[];
}

/**
 * The listing of a folder and all below it: names only, held once. Ignored (`__MACOSX`, `._*`, `.DS_Store`, …) and unreadable
 * entries are not in it; the walk has told about the latter.
 */
export interface FileTree {
  /** Absolute path of the root; of an archive, its path without the ending. */
  readonly root: string;
  /** Reads the files. */
  readonly source: FileSource;
  readonly folders: ReadonlyMap<string, Folder>;
  /** Videos whose frames are among the files; absent where none were looked for. */
  readonly videos?: readonly VideoFrames[];
  /** Number of regular files. */
  readonly fileCount: number;
  has(path: string): boolean;
  /**
   * Paths of all files, in byte order of the whole path.
   *
   * @param extensions Only files with one of these, in lower case without a dot; all files if left out.
   */
  paths(extensions?: ReadonlySet<string>): Iterable<string>;
  /** Names in `folder` that are `stem` + "." + extension, extension without a dot. */
  withStem(folder: string, stem: string): string[];
}

/** A video whose frames are files of a tree. */
export interface VideoFrames {
  /** Of the video itself, which is no file of the tree. */
  readonly path: string;
  /** Folder of the frames. */
  readonly folder: string;
  /** When each frame begins, in seconds by the video's own clock, in the order they are shown. */
  readonly times: Float64Array;
  /** Numbers of the frames that were asked for, ascending. */
  readonly chosen: Uint32Array;
  readonly summary: VideoSummary;
  /** Path of a frame, be it there or not. */
  framePath(number: number): string;
}

/** What is told of a video. */
export interface VideoSummary {
  /** Below the root. */
  readonly path: string;
  /** ffmpeg's name of the codec. */
  readonly codec: string;
  /** Upright size, px. */
  readonly width: number;
  /** Upright size, px. */
  readonly height: number;
  /** Frames there are, or should be. */
  readonly frames: number;
  /** Frames a second on average; 0 if nobody knows. */
  readonly fps: number;
  /** Frames are not equally far from each other. */
  readonly variable: boolean;
  /** Frames that become images. */
  readonly taken: number;
  /** Extension of those images. */
  readonly as: string;
}

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

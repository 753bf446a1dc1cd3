import { IndexBuilder, Method } from "../../source/archive_index.ts";
import { VideoSource } from "../../source/video_source.ts";
import { sortByBytes } from "../../tree/byte_order.ts";
import { countOf } from "../../tree/extensions.ts";
import { ListedTree } from "../../tree/file_tree.ts";
import {
  below,
  extensionOf,
  folderOf,
  IMAGE_EXTENSIONS,
  nameOf,
  withoutExtension,
} from "../../model/image_names.ts";
import { foldStem } from "../../tree/stem_index.ts";
import type { FileTree, Folder, VideoFrames } from "../../tree/tree.ts";
import { FfmpegMissing } from "../ffmpeg.ts";
import { FrameNames } from "./frame_names.ts";
import { FrameSpool } from "./frame_spool.ts";
import { type TakenVideo, type TakeOptions, takeVideo } from "./take_video.ts";
import { isVideoName, VIDEO_EXTENSIONS } from "./video_name.ts";

/** Options of {@link withVideos}. */
export interface VideoOptions extends Omit<TakeOptions, "spool" | "done" | "extension" | "isKnown"> {
  /** Makes an empty file for the frames; without it they are only listed. */
  spool?(): string;
  /** Frames that were taken by an earlier run, among other images. */
  readonly order?: () => Iterable<string>;
  /** Without ffmpeg nothing can be done: images that are there as well do not make up for the frames. @default {false} */
  readonly needed?: boolean;
}

/**
 * Puts the frames of the videos in a tree in the place of the videos: those of `a/clip.mp4` are
 * `a/clip/frame_000000.png` and so on.
 *
 * Where there are images as well, a missing ffmpeg makes each video a reject.
 *
 * @returns The tree itself if there are no videos.
 * @throws {PackError} If ffmpeg is missing and there is nothing but videos, the disk is full, or with exit code 130 after an abort.
 */
export async function withVideos(tree: FileTree, options: VideoOptions): Promise<FileTree> {
  const paths = videosIn(tree, options);
  const { place } = tree.source;
  if (paths.length === 0 || place.kind === "videos") return tree;
  const folders = framesFolders(tree, paths);
  const extensions = options.order && extensionsIn(options.order(), new Set(folders.values()));
  const spool = options.spool && new FrameSpool(options.spool());
  const frames = new Frames();
  try {
    for (const path of paths) {
      const extension = extensions?.get(folders.get(path)!);
      const taken = await takeVideo(place, path, folders.get(path)!, {
        ...options,
        spool,
        isKnown: options.order !== undefined,
        done: frames.count,
        extension,
      }).catch((error) => {
        const canDoWithout = !options.needed && extension === undefined && options.ffmpeg === undefined;
        if (!(error instanceof FfmpegMissing) || !canDoWithout || !hasImages(tree)) throw error;
        options.issue({
          code: "video-without-ffmpeg",
          severity: "reject",
          record: "image",
          path,
          message: `The frames of "${path}" cannot be taken: ${firstToLower(error.message)}`,
        });
      });
      if (taken) frames.add(taken);
    }
  } finally {
    spool?.close();
  }
  const source = new VideoSource({
    kind: "videos",
    base: place,
    ...spool && { spool: spool.path },
    ...frames.finish(),
  }, tree.source);
  return new ListedTree(tree.root, foldersWith(tree, new Set(paths), frames.videos), source, frames.videos);
}

const hasImages = (tree: FileTree) =>
  tree.folders.values().some((folder) => countOf(folder, IMAGE_EXTENSIONS) > 0);

const firstToLower = (text: string) => text[0].toLowerCase() + text.slice(1);

/** Paths of the videos whose frames do not lie beside them already. */
function videosIn(tree: FileTree, { issue }: VideoOptions): string[] {
  const found: string[] = [];
  for (const { path, files } of [...tree.folders.values()].filter((f) => countOf(f, VIDEO_EXTENSIONS) > 0)) {
    for (const name of files) {
      if (!isVideoName(name)) continue;
      const video = below(path, name);
      const frames = tree.folders.get(withoutExtension(video));
      if (!frames || countOf(frames, IMAGE_EXTENSIONS) === 0) found.push(video);
      else {
        issue({
          code: "video-has-frames",
          severity: "note",
          path: video,
          message: `"${video}" was passed over: the images in "${frames.path}" are taken for its frames.`,
        });
      }
    }
  }
  return sortByBytes(found);
}

/** Folder for the frames of each video: its path without the extension, where that belongs to one only. */
function framesFolders(tree: FileTree, paths: readonly string[]): Map<string, string> {
  const times = new Map<string, number>();
  for (const path of paths) times.set(foldStem(path), (times.get(foldStem(path)) ?? 0) + 1);
  return new Map(paths.map((path) => {
    const folder = withoutExtension(path);
    const isTaken = times.get(foldStem(path))! > 1 || tree.has(folder);
    // The name of the video itself is free: the video is taken out of the tree.
    return [path, isTaken ? path : folder];
  }));
}

function extensionsIn(order: Iterable<string>, folders: ReadonlySet<string>): Map<string, string> {
  const found = new Map<string, string>();
  for (const path of order) {
    const folder = folderOf(path);
    if (folders.has(folder) && !found.has(folder)) found.set(folder, extensionOf(path));
  }
  return found;
}

function foldersWith(
  tree: FileTree,
  paths: ReadonlySet<string>,
  videos: readonly TakenFrames[],
): Map<string, Folder> {
  const folders = new Map<string, Folder>();
  for (const [path, folder] of tree.folders) {
    folders.set(path, { ...folder, files: folder.files.filter((name) => !paths.has(below(path, name))) });
  }
  for (const { folder: path, names, taken } of videos) {
    const there = folders.get(path);
    const files = Array.from(taken, (number) => names.name(number));
    const all = there ? sortByBytes([...there.files, ...files]) : files;
    folders.set(path, { path, folders: there?.folders ?? [], files: all });
    if (there) continue;
    const parent = folders.get(folderOf(path))!;
    folders.set(parent.path, { ...parent, folders: sortByBytes([...parent.folders, nameOf(path)]) });
  }
  return folders;
}

/** A video among the listed ones. */
interface TakenFrames extends VideoFrames {
  readonly names: FrameNames;
  /** Numbers of the frames that are there. */
  readonly taken: Uint32Array;
}

/** Collects the frames of all videos, as columns. */
class Frames {
  readonly videos: TakenFrames[] = [];
  count = 0;
  readonly #index = new IndexBuilder();
  readonly #columns: TakenVideo[] = [];

  add(taken: TakenVideo): void {
    const { path, names, chosen, facts, extents } = taken;
    const numbers = chosen.subarray(0, extents.length / 2);
    numbers.forEach((number, k) => {
      this.#index.add(names.path(number), {
        at: extents[2 * k],
        packed: extents[2 * k + 1],
        size: extents[2 * k + 1],
        crc32: 0,
        nameHash: 0,
        method: Method.plain,
      });
    });
    this.#columns.push(taken);
    this.count += numbers.length;
    this.videos.push({
      path,
      folder: names.folder,
      chosen,
      times: facts.times,
      summary: taken.told,
      framePath: (number) => names.path(number),
      names,
      taken: numbers,
    });
  }

  finish() {
    const { index } = this.#index.finish();
    const shared = (width: number) => new SharedArrayBuffer(this.count * width);
    const [video, frame, time] = [
      new Uint32Array(shared(4)),
      new Uint32Array(shared(4)),
      new Float64Array(shared(8)),
    ];
    let at = 0;
    this.#columns.forEach(({ chosen, extents, facts }, number) => {
      for (const n of chosen.subarray(0, extents.length / 2)) {
        video[at] = number;
        frame[at] = n;
        time[at++] = facts.times[n] ?? NaN;
      }
    });
    return { index, videos: this.videos.map(({ path }) => path), video, frame, time };
  }
}

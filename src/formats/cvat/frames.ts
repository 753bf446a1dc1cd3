import { below, nameOf } from "../../model/image_names.ts";
import { isImageName } from "../../model/image_names.ts";
import type { VideoFrames } from "../../tree/tree.ts";
import type { DatasetView } from "../format.ts";

/** CVAT's names of the frames of a video: `frame_000012.PNG`; other programs write other cases, digits and extensions. */
const FRAME = /^(frame_)(\d+)(\.\w+)$/i;

/** A folder of frames, and how they are named. */
interface FrameFolder {
  readonly path: string;
  readonly prefix: string;
  readonly digits: number;
  readonly extension: string;
}

/** Finds the images of the frames of a video by their numbers. */
export class FrameNames {
  readonly #folders: FrameFolder[] = [];
  readonly #folder: string;
  readonly #videos: readonly VideoFrames[];

  /** @param folder Folder of the label file. */
  constructor(view: DatasetView, folder: string) {
    this.#folder = folder;
    this.#videos = view.images.videos ?? [];
    for (const { path, files } of view.images.folders.values()) {
      const match = FRAME.exec(files.find((name) => isImageName(name) && FRAME.test(name)) ?? "");
      if (!match) continue;
      this.#folders.push({ path, prefix: match[1], digits: match[2].length, extension: match[3] });
    }
    const own = this.#folders.filter(({ path }) => folder === "" || `${path}/`.startsWith(`${folder}/`));
    if (own.length > 0) this.#folders = own;
  }

  /**
   * Path of a frame below the image tree, be it there or not.
   *
   * @param frame Number in the video, from 0.
   * @param subset Subset of a project, which has a folder of its own.
   * @param source Name of the video, which may be here itself.
   */
  path(frame: number, subset: string | undefined, source: string | undefined): string {
    const name = source && nameOf(source.replaceAll("\\", "/"));
    const video = this.#videos.find(({ path }) => nameOf(path) === name);
    if (video) return video.framePath(frame);
    const folder = this.#folders.find(({ path }) => subset !== undefined && nameOf(path) === subset) ??
      this.#folders[0] ??
      {
        path: below(below(this.#folder, "images"), subset ?? ""),
        prefix: "frame_",
        digits: 6,
        extension: ".PNG",
      };
    return below(
      folder.path,
      `${folder.prefix}${String(frame).padStart(folder.digits, "0")}${folder.extension}`,
    );
  }
}

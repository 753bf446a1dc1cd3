import { openRange } from "../io/range_file.ts";
import { textLines } from "../manifest/lines.ts";
import { CocoFile } from "./coco_file.ts";
import { cocoSections } from "./sections.ts";

export type { AnnotationReader } from "./coco_file.ts";

/** An open `unified_annotation.json` of this machine. */
export class Annotations extends CocoFile {
  /**
   * @param path Annotation file.
   * @param frames Number of images in the manifest.
   * @param ids Gives the ids of the images in order; undefined if they are 1, 2, 3, ….
   * @throws {PackError} If one of its sections is missing.
   */
  constructor(path: string, frames: number, ids?: () => Uint32Array | undefined) {
    super(path, openRange(path), frames, ids);
  }

  /**
   * Opens an annotation file that no manifest speaks of.
   *
   * @throws {PackError} If one of its sections is missing.
   */
  static alone(path: string): Annotations {
    const file = openRange(path);
    try {
      let images = 0;
      for (const line of textLines(file, ...cocoSections(path, file).images)) if (line !== "") images++;
      return new Annotations(path, images);
    } finally {
      file.close();
    }
  }
}

import type { RangeReader } from "../io/range_reader.ts";
import { lineBlocks } from "../manifest/lines.ts";
import { PackError } from "../model/issue.ts";
import type { CocoSections } from "./sections.ts";

const NEWLINE = 10;
const COMMA = 44;
/** Bytes of `{"id":` and `"image_id":`, the keys every annotation line begins with. */
const ID_KEY = 6;
const IMAGE_ID_KEY = 11;

/** Where the lines of each image lie in the annotation file. 16 bytes an image. */
export interface CocoIndex {
  /** Line of image i: `[images[i], images[i + 1])`. */
  readonly images: Float64Array;
  /** Annotation lines of image i: `[annotations[i], annotations[i + 1])`; empty if there are none. */
  readonly annotations: Float64Array;
}

/**
 * Finds the lines of every image in one pass, without parsing them.
 *
 * @param path For messages.
 * @param file Annotation file.
 * @param frames Number of images.
 * @param ids Ids of the images in order; undefined if they are 1, 2, 3, ….
 * @throws {PackError} If the images are not as many, or the annotations are not in the order of the images.
 */
export function indexCoco(
  path: string,
  file: RangeReader,
  sections: CocoSections,
  frames: number,
  ids?: Uint32Array,
): CocoIndex {
  const fail = (cause: string) =>
    new PackError(`Cannot read "${path}": ${cause}.`, "Run verify, then fetch or pack the set again.", 4);

  const images = new Float64Array(frames + 1);
  let image = 0;
  for (const { offset, bytes } of lineBlocks(file, ...sections.images)) {
    for (let at = 0; at < bytes.length; at = lineEnd(bytes, at)) {
      if (bytes[at] === NEWLINE) continue;
      if (image === frames) throw fail(`it has more images than the ${frames} frames of the manifest`);
      images[image++] = offset + at;
    }
  }
  if (image < frames) throw fail(`it has ${image} images, the manifest has ${frames} frames`);
  images[frames] = sections.images[1];

  const annotations = new Float64Array(frames + 1);
  // Images before `open` have their first annotation line noted; that before it has the id `last`.
  let open = 0, last = 0;
  for (const { offset, bytes } of lineBlocks(file, ...sections.annotations)) {
    for (let at = 0; at < bytes.length; at = lineEnd(bytes, at)) {
      if (bytes[at] === NEWLINE) continue;
      let digit = at + ID_KEY;
      while (bytes[digit] !== COMMA && digit < bytes.length) digit++;
      digit += 1 + IMAGE_ID_KEY;
      let imageId = 0;
      for (; bytes[digit] >= 48 && bytes[digit] <= 57; digit++) imageId = imageId * 10 + bytes[digit] - 48;
      if (imageId !== last) {
        // Ids that are not their places can only be looked for, but lines of images follow each other.
        while (open < frames && (ids ? ids[open] : open + 1) !== imageId) annotations[open++] = offset + at;
        if (open < frames) annotations[open++] = offset + at;
        else last = -1;
      }
      if (last < 0 || bytes[digit] !== COMMA) {
        throw fail(`the annotation at byte ${offset + at} is out of order or names no image`);
      }
      last = imageId;
    }
  }
  annotations.fill(sections.annotations[1], open);
  return { images, annotations };
}

/** Begin of the next line. */
function lineEnd(bytes: Uint8Array, at: number): number {
  const stop = bytes.indexOf(NEWLINE, at);
  return stop < 0 ? bytes.length : stop + 1;
}

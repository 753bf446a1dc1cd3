import { imageSize } from "image-size";
import type { ImageHeader } from "../model/frame.ts";

/** What image-size calls a type, and the codec we call it; types that are not here are not taken for images of a dataset. */
const CODECS: Record<string, string> = {
  bmp: "bmp",
  gif: "gif",
  jp2: "jp2",
  j2c: "jp2",
  jxl: "jxl",
  "jxl-stream": "jxl",
  pnm: "pnm",
  bigtiff: "tiff",
};

/** Sizes are looked for in this many bytes; only a BigTIFF keeps its size anywhere in the file. */
const HEAD = 64 << 10;

/**
 * Reads the size of the less common kinds of image through image-size.
 *
 * @param bytes The file, or its beginning.
 * @returns Undefined for anything that is not an image of a known kind, or is cut off before its size.
 */
export function otherHeader(bytes: Uint8Array): ImageHeader | undefined {
  const mark = String.fromCharCode(...bytes.subarray(0, 4));
  const bigTiff = mark === "II+\0" || mark === "MM\0+";
  try {
    // A copy: image-size reads past the end of a view, into what a reused buffer held before.
    const { width, height, type = "" } = imageSize(bytes.slice(0, bigTiff ? bytes.length : HEAD));
    const codec = CODECS[type];
    return codec === undefined ? undefined : { codec, width, height, orientation: 1 };
  } catch {
    return undefined;
  }
}

import type { ImageHeader } from "../model/frame.ts";
import { exifOrientation, tiffField } from "./exif.ts";

const IMAGE_WIDTH = 256;
const IMAGE_LENGTH = 257;

/**
 * Reads size and orientation of the first page of a TIFF.
 *
 * @param bytes The file; its directory may lie at the end.
 * @returns Undefined if the directory cannot be reached or has no size.
 */
export function tiffHeader(bytes: Uint8Array): ImageHeader | undefined {
  const width = tiffField(bytes, 0, bytes.length, IMAGE_WIDTH);
  const height = tiffField(bytes, 0, bytes.length, IMAGE_LENGTH);
  if (width === undefined || height === undefined) return undefined;
  return { codec: "tiff", width, height, orientation: exifOrientation(bytes, 0, bytes.length) };
}

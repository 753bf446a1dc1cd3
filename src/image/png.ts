import type { ImageHeader } from "../model/frame.ts";
import { exifOrientation } from "./exif.ts";

const IHDR = 0x49484452;
const EXIF = 0x65584966;
const IEND = 0x49454e44;
/** Offset of the first chunk, behind the signature. */
const FIRST_CHUNK = 8;

/**
 * Reads the size and the orientation (chunk `eXIf`) of a PNG.
 *
 * @param bytes The file, or its beginning.
 * @returns Undefined if the bytes end before the image header or it is not the first chunk.
 */
export function pngHeader(bytes: Uint8Array): ImageHeader | undefined {
  if (bytes.length < 33 || u32(bytes, FIRST_CHUNK + 4) !== IHDR) return undefined;
  const exif = findChunk(bytes, EXIF);
  return {
    codec: "png",
    width: u32(bytes, 16),
    height: u32(bytes, 20),
    orientation: exif < 0
      ? 1
      : exifOrientation(bytes, exif + 8, Math.min(bytes.length, exif + 8 + u32(bytes, exif))),
  };
}

/** True if the end chunk is there. */
export function pngEnds(bytes: Uint8Array): boolean {
  if (u32(bytes, bytes.length - 8) === IEND) return true;
  const end = findChunk(bytes, IEND);
  return end >= 0 && end + 12 <= bytes.length;
}

/** Offset of the length field of the first chunk of a type; −1 if there is none. */
function findChunk(bytes: Uint8Array, type: number): number {
  for (let at = FIRST_CHUNK; at + 8 <= bytes.length; at += 12 + u32(bytes, at)) {
    const found = u32(bytes, at + 4);
    if (found === type) return at;
    if (found === IEND) return -1;
  }
  return -1;
}

function u32(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3]) >>> 0;
}

import type { ImageHeader } from "../model/frame.ts";
import { exifOrientation } from "./exif.ts";

const VP8 = 0x56503820;
const VP8L = 0x5650384c;
const VP8X = 0x56503858;
const EXIF = 0x45584946;

/**
 * Reads the size and the orientation (chunk `EXIF`) of a WebP (RFC 9649).
 *
 * @param bytes The file, or its beginning.
 * @returns Undefined if the bytes end before the size, or the first chunk is of no known kind.
 */
export function webpHeader(bytes: Uint8Array): ImageHeader | undefined {
  if (bytes.length < 30) return undefined;
  switch (tag(bytes, 12)) {
    case VP8:
      return header(u16(bytes, 26) & 0x3fff, u16(bytes, 28) & 0x3fff, 1);
    case VP8L: {
      const bits = u16(bytes, 21) | u16(bytes, 23) << 16;
      return header((bits & 0x3fff) + 1, (bits >>> 14 & 0x3fff) + 1, 1);
    }
    case VP8X:
      return header(u24(bytes, 24) + 1, u24(bytes, 27) + 1, orientation(bytes));
    default:
      return undefined;
  }
}

/** File size as the RIFF header states it, bytes. */
export function webpSize(bytes: Uint8Array): number {
  return 8 + u24(bytes, 4) + bytes[7] * 2 ** 24;
}

function header(width: number, height: number, orientation: number): ImageHeader {
  return { codec: "webp", width, height, orientation };
}

function orientation(bytes: Uint8Array): number {
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = u24(bytes, at + 4) + bytes[at + 7] * 2 ** 24;
    if (tag(bytes, at) === EXIF) {
      // Some writers keep the JPEG prefix "Exif\0\0" in front of the TIFF structure.
      const start = at + 8 + (bytes[at + 8] === 0x45 ? 6 : 0);
      return exifOrientation(bytes, start, Math.min(bytes.length, at + 8 + size));
    }
    at += 8 + size + size % 2;
  }
  return 1;
}

function tag(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3]) >>> 0;
}

function u16(bytes: Uint8Array, at: number): number {
  return bytes[at] | bytes[at + 1] << 8;
}

function u24(bytes: Uint8Array, at: number): number {
  return bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16;
}

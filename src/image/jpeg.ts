import type { ImageHeader } from "../model/frame.ts";
import { exifOrientation } from "./exif.ts";

const TEM = 0x01;
const SOF0 = 0xc0;
const DHT = 0xc4;
const JPG = 0xc8;
const DAC = 0xcc;
const SOF15 = 0xcf;
const RST0 = 0xd0;
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP1 = 0xe1;

/**
 * Reads the size and the EXIF orientation of a JPEG.
 *
 * The walk goes on to the first scan, because an EXIF segment may also stand behind the frame header.
 *
 * @param bytes The file, or its beginning.
 * @returns Undefined if the bytes end before the frame header (SOF).
 */
export function jpegHeader(bytes: Uint8Array): ImageHeader | undefined {
  let width = -1;
  let height = -1;
  let orientation = 0;
  for (let at = nextMarker(bytes, 2); at > 0; at = nextMarker(bytes, afterSegment(bytes, at))) {
    const marker = bytes[at];
    if (marker === SOS || marker === EOI) break;
    if (marker >= SOF0 && marker <= SOF15 && marker !== DHT && marker !== JPG && marker !== DAC) {
      if (at + 8 > bytes.length) break;
      height = bytes[at + 4] << 8 | bytes[at + 5];
      width = bytes[at + 6] << 8 | bytes[at + 7];
      if (orientation !== 0) break;
    } else if (marker === APP1 && orientation === 0 && isExif(bytes, at + 3)) {
      const end = Math.min(bytes.length, afterSegment(bytes, at));
      orientation = exifOrientation(bytes, at + 9, end);
      if (width >= 0) break;
    }
  }
  return width < 0 ? undefined : { codec: "jpeg", width, height, orientation: orientation || 1 };
}

/** Offset of the first entropy-coded byte; the length of `bytes` if there is no scan. */
export function jpegScanStart(bytes: Uint8Array): number {
  for (let at = nextMarker(bytes, 2); at > 0; at = nextMarker(bytes, afterSegment(bytes, at))) {
    if (bytes[at] === SOS) return Math.min(bytes.length, afterSegment(bytes, at));
  }
  return bytes.length;
}

/** Offset of the next marker's second byte, at or after `at`; −1 at the end. Fill bytes and stray bytes are skipped. */
function nextMarker(bytes: Uint8Array, at: number): number {
  const last = bytes.length - 1;
  while (at < last) {
    if (bytes[at] !== 0xff) {
      at++;
      continue;
    }
    while (at < last && bytes[at] === 0xff) at++;
    if (bytes[at] !== 0x00 && bytes[at] !== 0xff) return at;
  }
  return -1;
}

/** Offset after the segment whose marker's second byte is at `at`. */
function afterSegment(bytes: Uint8Array, at: number): number {
  const marker = bytes[at];
  if (marker === TEM || (marker >= RST0 && marker <= SOI)) return at + 1;
  // A length below 2 is broken; taking it as 2 moves on in any case.
  return at + 1 + Math.max(2, bytes[at + 1] << 8 | bytes[at + 2]);
}

/** True if `Exif\0` begins at `at`. */
function isExif(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x45 && bytes[at + 1] === 0x78 && bytes[at + 2] === 0x69 && bytes[at + 3] === 0x66 &&
    bytes[at + 4] === 0;
}

import { jpegScanStart } from "./jpeg.ts";
import { pngEnds } from "./png.ts";
import { webpSize } from "./webp.ts";

/**
 * Tells whether the end of an image is missing, as after an interrupted copy. A look at the end only: nothing is decoded.
 *
 * @param bytes The whole file.
 * @param codec As told by `probe`.
 * @returns A sentence that completes `"file name": …`, or undefined if the end is there or this codec has no mark of its end.
 */
export function truncation(bytes: Uint8Array, codec: string): string | undefined {
  switch (codec) {
    case "jpeg":
      return jpegEnds(bytes) ? undefined : "The JPEG has no end marker (FFD9), so its last part is missing.";
    case "png":
      return pngEnds(bytes) ? undefined : "The PNG has no IEND chunk, so its last part is missing.";
    case "gif":
      return gifEnds(bytes) ? undefined : "The GIF has no trailer (3B), so its last part is missing.";
    case "webp":
      return shorter(bytes, "WebP", webpSize(bytes));
    case "bmp":
      return shorter(bytes, "BMP", (bytes[2] | bytes[3] << 8 | bytes[4] << 16 | bytes[5] << 24) >>> 0);
    default:
      return undefined;
  }
}

function shorter(bytes: Uint8Array, kind: string, stated: number): string | undefined {
  if (stated <= bytes.length) return undefined;
  return `The ${kind} header states ${stated} bytes, but the file has ${bytes.length}.`;
}

/** Cameras append data after the end marker; one within the header belongs to a thumbnail. */
function jpegEnds(bytes: Uint8Array): boolean {
  let at = bytes.length - 1;
  if (bytes[at - 1] === 0xff && bytes[at] === 0xd9) return true;
  const scan = jpegScanStart(bytes);
  while ((at = bytes.lastIndexOf(0xd9, at - 1)) > scan) if (bytes[at - 1] === 0xff) return true;
  return false;
}

/** Zeros after the trailer are common. */
function gifEnds(bytes: Uint8Array): boolean {
  let at = bytes.length - 1;
  while (at > 0 && bytes[at] === 0) at--;
  return bytes[at] === 0x3b;
}

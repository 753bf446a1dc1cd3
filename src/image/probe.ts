import type { ImageHeader } from "../model/frame.ts";
import { heifHeader, isHeif } from "./heif.ts";
import { jpegHeader } from "./jpeg.ts";
import { otherHeader } from "./other.ts";
import { pngHeader } from "./png.ts";
import { tiffHeader } from "./tiff.ts";
import { webpHeader } from "./webp.ts";

export { expectedCodec } from "./extension.ts";
export { truncation } from "./truncation.ts";

/** Why a file is not taken for an image. */
export interface ProbeFailure {
  readonly code: "image-empty" | "image-unknown" | "image-header-truncated";
  /** A sentence that completes `"file name": …`. */
  readonly message: string;
}

/**
 * Reads codec, stored size and orientation out of the beginning of an image file. The content decides, never the name.
 *
 * @param bytes The file, or its beginning. Not kept.
 * @returns The header, or why there is none. Never throws.
 */
export function probe(bytes: Uint8Array): ImageHeader | ProbeFailure {
  if (bytes.length === 0) return { code: "image-empty", message: "The file is empty (0 bytes)." };
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return checked("JPEG", jpegHeader(bytes));
  if (startsWith(bytes, "\x89PNG\r\n\x1a\n")) return checked("PNG", pngHeader(bytes));
  if (startsWith(bytes, "RIFF") && startsWith(bytes, "WEBP", 8)) return checked("WebP", webpHeader(bytes));
  if (startsWith(bytes, "II*\0") || startsWith(bytes, "MM\0*")) return checked("TIFF", tiffHeader(bytes));
  if (isHeif(bytes)) return checked("HEIF", heifHeader(bytes));
  const header = otherHeader(bytes);
  if (header) return checked(header.codec, header);
  return {
    code: "image-unknown",
    message: `The content is no known kind of image; it begins with the bytes ${beginning(bytes)}.`,
  };
}

function checked(kind: string, header: ImageHeader | undefined): ImageHeader | ProbeFailure {
  if (!header) {
    return {
      code: "image-header-truncated",
      message: `The file begins like a ${kind}, but ends before the image size.`,
    };
  }
  // Written so that NaN fails too.
  if (header.width >= 1 && header.height >= 1) return header;
  return {
    code: "image-unknown",
    message: `The ${kind} header states a size of ${header.width}×${header.height} px, which no image has.`,
  };
}

function startsWith(bytes: Uint8Array, text: string, at = 0): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** The first bytes in hexadecimal. */
function beginning(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

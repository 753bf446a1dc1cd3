import { PackError } from "../model/issue.ts";

/** Grey, opaque, as RGBA. */
const GREY = 0x808080ff;
const JPEG_QUALITY = 90;
/** zlib's strongest: a flat picture costs next to nothing. */
const PNG_COMPRESSION = 9;
/** Without these, imagescript writes the time of day and its version into a PNG. */
const TIMELESS = { creationTime: 0, software: "" };
/** Longest side of a JPEG (ITU T.81: 16 bits), px. */
const MAX_SIDE = 65535;
/** The encoder holds 4 bytes a pixel. */
const MAX_PIXELS = 1 << 26;

/** What imagescript needs under Deno: its encoders are native code, and it reads this variable when it is loaded. */
const FLAGS = "--allow-ffi --allow-env=IMAGESCRIPT_WASM_SIMD";

/** Labels without images mostly declare the same size throughout, so the last picture is kept. */
let last: { readonly key: string; readonly bytes: Uint8Array } | undefined;

/**
 * Draws a flat grey image. The same size and codec always give the same bytes.
 *
 * @param width px.
 * @param height px.
 * @param codec What to encode it as.
 * @returns The file; do not write into it.
 * @throws {PackError} If the size is not that of an image, or imagescript cannot be loaded, which
 * takes permissions that nothing else needs.
 */
export async function placeholder(width: number, height: number, codec: "png" | "jpeg"): Promise<Uint8Array> {
  const key = `${width}×${height} ${codec}`;
  if (last?.key === key) return last.bytes;
  if (!isPossible(width, height)) {
    throw new PackError(
      `Cannot make a placeholder image of ${width}×${height} px: sides of 1 to ${MAX_SIDE} and at most ${MAX_PIXELS} px ` +
        "in all are possible.",
      "Correct the image size in the label file, or pass --no-auto-generate-placeholders.",
    );
  }
  const { Image } = await loadImagescript();
  const image = new Image(width, height).fill(GREY);
  const bytes = codec === "jpeg"
    ? await image.encodeJPEG(JPEG_QUALITY)
    : await image.encode(PNG_COMPRESSION, TIMELESS);
  last = { key, bytes };
  return bytes;
}

/** True if an image of this size (px) can be made. */
export function isPossible(width: number, height: number): boolean {
  return isSide(width) && isSide(height) && width * height <= MAX_PIXELS;
}

function isSide(length: number): boolean {
  return Number.isInteger(length) && length >= 1 && length <= MAX_SIDE;
}

/** Loaded only here: it takes a moment, and a permission that nothing else needs. */
async function loadImagescript(): Promise<typeof import("imagescript")> {
  try {
    return await import("imagescript");
  } catch (error) {
    const reason = (error as Error).message;
    throw new PackError(
      `Cannot make placeholder images: imagescript cannot be loaded (${reason}).`,
      /--allow-/.test(reason)
        ? `Add ${FLAGS}, or pass --no-auto-generate-placeholders.`
        : "Pass --no-auto-generate-placeholders, or put the images beside the labels.",
    );
  }
}

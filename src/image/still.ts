import type { Picture } from "./picture.ts";
import { encodePng } from "./png_pixels.ts";
import type { StillFormat } from "./still_format.ts";

/** Of 100; what is lost beside the loss of the video is not seen. */
const JPEG_QUALITY = 95;

/** Makes an image file of pixels. PNG loses nothing. */
export async function encodeStill(
  { width, height, pixels }: Picture,
  format: StillFormat,
): Promise<Uint8Array> {
  if (format === "png") return encodePng({ width, height, channels: 3, depth: 8, data: pixels }, "sub");
  const { Image } = await import("imagescript");
  const image = new Image(width, height);
  const rgba = image.bitmap;
  for (let from = 0, to = 0; from < pixels.length; from += 3, to += 4) {
    rgba[to] = pixels[from];
    rgba[to + 1] = pixels[from + 1];
    rgba[to + 2] = pixels[from + 2];
    rgba[to + 3] = 255;
  }
  return await image.encodeJPEG(JPEG_QUALITY);
}

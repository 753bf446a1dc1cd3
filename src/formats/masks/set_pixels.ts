import type { PngPixels } from "../../image/png_pixels.ts";

/**
 * Pixels that a PNG of one object sets: those that are opaque if it has transparency, else those that are not black
 * (FORMATS §1).
 *
 * @returns Row by row, one byte a pixel, 0 or 1.
 */
export function setPixels({ width, height, channels, data, palette }: PngPixels): Uint8Array {
  const set = new Uint8Array(width * height);
  const hasAlpha = channels === 2 || channels === 4;
  const opaque = palette?.some((entry) => entry.length === 4);
  for (let pixel = 0; pixel < set.length; pixel++) {
    const at = pixel * channels;
    if (opaque) set[pixel] = Number((palette![data[at]]?.[3] ?? 255) > 0);
    else if (hasAlpha) set[pixel] = Number(data[at + channels - 1] > 0);
    else for (let c = 0; c < channels; c++) if (data[at + c] > 0) set[pixel] = 1;
  }
  return set;
}

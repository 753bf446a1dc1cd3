import type { PngPixels } from "../../image/png_pixels.ts";
import { type ClassTable, colourKey } from "./class_table.ts";

/**
 * One number for each pixel of a mask: its value or palette index, or its colour as {@link colourKey} has it.
 *
 * @param byColour True if colours are wanted; those of a grey image are its levels.
 */
export function pixelKeys(png: PngPixels, byColour: boolean): Uint8Array | Uint16Array | Uint32Array {
  const { width, height, channels, data, palette } = png;
  const count = width * height;
  if (channels === 1 && !(byColour && palette)) return data;
  const keys = new Uint32Array(count);
  if (palette) {
    const colours = Uint32Array.from(palette, ([red, green, blue]) => colourKey(red, green, blue));
    for (let i = 0; i < count; i++) keys[i] = colours[data[i]] ?? data[i];
    return keys;
  }
  const isColour = channels >= 3;
  for (let i = 0, at = 0; i < count; i++, at += channels) {
    keys[i] = isColour ? colourKey(data[at], data[at + 1], data[at + 2]) : data[at];
  }
  return keys;
}

/** Names of classes by the keys of pixels; undefined for pixels of no class. */
export function namesByKey(table: ClassTable, png: PngPixels): Map<number, string | undefined> {
  const isGrey = png.channels <= 2 && !png.palette;
  const names = new Map<number, string | undefined>();
  table.entries.forEach(({ name, key }, i) => {
    // A grey image has no colours: its levels are the places in the table.
    const own = table.byColour && isGrey
      ? i
      : !table.byColour && png.channels >= 3
      ? colourKey(key, key, key)
      : key;
    if (!names.has(own)) names.set(own, name);
  });
  return names;
}

import { decodePng } from "../../image/png_pixels.ts";

/** Segment ids of a panoptic PNG. */
export interface PanopticIds {
  readonly width: number;
  readonly height: number;
  /** Row-major; 0 for void. */
  readonly ids: Uint32Array;
}

/**
 * Reads the ids of a panoptic PNG: R + 256·G + 65536·B (FORMATS §1). In one of greys the value is the id.
 *
 * @throws {Error} As {@link decodePng} does.
 */
export function readPanopticIds(bytes: Uint8Array): PanopticIds {
  const { width, height, channels, data, palette } = decodePng(bytes);
  const ids = new Uint32Array(width * height);
  const colours = palette?.map((colour) => idOf(colour, 0));
  for (let i = 0, at = 0; i < ids.length; i++, at += channels) {
    if (colours) ids[i] = colours[data[at]] ?? 0;
    else ids[i] = channels < 3 ? data[at] : idOf(data, at);
  }
  return { width, height, ids };
}

function idOf(colours: ArrayLike<number>, at: number): number {
  return colours[at] + 256 * colours[at + 1] + 65536 * colours[at + 2];
}

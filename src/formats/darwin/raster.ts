import { labelMasks, type MaskShape } from "../../geometry/mask.ts";
import { asObject } from "../json/loose.ts";
import type { Size } from "./shapes.ts";

type Json = Readonly<Record<string, unknown>>;

/** More pixels than this are not drawn. */
const MAX_PIXELS = 1 << 28;

/** Masks of a raster layer. */
export interface Raster {
  /** By the id of their annotation. */
  readonly masks: ReadonlyMap<string, MaskShape>;
  /** Values of pixels that belong to no annotation. */
  readonly unlisted: readonly number[];
}

/**
 * Reads a raster layer: `dense_rle` is value, length, value, length, … row by row over the whole picture (FORMATS §1).
 *
 * @returns The reason if it cannot be read, as the end of a sentence.
 */
export function readRaster(layer: Json, { width, height }: Size): Raster | string {
  const runs = layer.dense_rle;
  if (!Array.isArray(runs)) return "has no dense_rle";
  if (!(width * height > 0 && width * height <= MAX_PIXELS)) {
    return `is of a picture of ${width}×${height} px`;
  }
  const pixels = new Uint32Array(width * height);
  let at = 0;
  for (let i = 0; i + 1 < runs.length; i += 2) {
    const [value, length] = [runs[i], runs[i + 1]];
    if (!Number.isInteger(value) || value < 0 || !Number.isInteger(length) || length < 0) {
      return `has the run ${JSON.stringify([value, length])}`;
    }
    if (value > 0) pixels.fill(value, at, at + length);
    at += length;
  }
  if (at !== pixels.length) return `covers ${at} px, but the picture has ${pixels.length}`;
  const byValue = labelMasks(pixels, width, height, (value) => value === 0);
  const masks = new Map<string, MaskShape>();
  for (const [id, value] of Object.entries(asObject(layer.mask_annotation_ids_mapping) ?? {})) {
    const mask = byValue.get(value as number);
    if (!mask) continue;
    masks.set(id, mask);
  }
  const listed = new Set(Object.values(asObject(layer.mask_annotation_ids_mapping) ?? {}));
  return { masks, unlisted: [...byValue.keys()].filter((value) => !listed.has(value)) };
}

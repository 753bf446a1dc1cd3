import type { Rle } from "../model/annotation.ts";
import { decodeCounts, encodeCounts, rleArea, rleBox } from "./rle.ts";

/** A mask that is not empty, with what an annotation says about it. */
export interface MaskShape {
  /** `counts` is the compressed string, `size` is `[height, width]` of the image. */
  readonly segmentation: Rle;
  /** Smallest box around the set pixels, px. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Number of set pixels. */
  readonly area: number;
}

/**
 * Describes the mask that run lengths stand for.
 *
 * @param counts Run lengths, column-major, starting with background; they sum to `width · height`.
 * @returns Undefined if no pixel is set.
 */
export function rleShape(counts: readonly number[], width: number, height: number): MaskShape | undefined {
  const box = rleBox(counts, height);
  if (!box) return undefined;
  return {
    segmentation: { size: [height, width], counts: encodeCounts(counts) },
    x: box[0],
    y: box[1],
    width: box[2],
    height: box[3],
    area: rleArea(counts),
  };
}

/**
 * Encodes a mask.
 *
 * @param mask One byte a pixel, row by row; any byte that is not 0 is set.
 * @returns Undefined if no pixel is set.
 */
export function maskToRle(mask: Uint8Array, width: number, height: number): MaskShape | undefined {
  return cropToRle(mask, { x: 0, y: 0, width, height }, width, height);
}

/**
 * Encodes a mask that covers a part of an image. What lies outside the image is cut off.
 *
 * @param mask One byte a pixel of the crop, row by row; any byte that is not 0 is set.
 * @param crop Place of the mask in the image in whole px.
 * @param width Width of the image, px.
 * @param height Height of the image, px.
 * @returns Undefined if no pixel in the image is set.
 */
export function cropToRle(
  mask: Uint8Array,
  crop: { x: number; y: number; width: number; height: number },
  width: number,
  height: number,
): MaskShape | undefined {
  const right = Math.min(width, crop.x + crop.width);
  const top = Math.max(0, crop.y);
  const bottom = Math.min(height, crop.y + crop.height);
  const runs = new Runs();
  for (let x = Math.max(0, crop.x); x < right; x++) {
    let start = -1;
    for (let y = top, at = (top - crop.y) * crop.width + x - crop.x; y < bottom; y++, at += crop.width) {
      const set = mask[at] !== 0;
      if (set && start < 0) start = y;
      else if (!set && start >= 0) {
        runs.add(x * height + start, x * height + y);
        start = -1;
      }
    }
    if (start >= 0) runs.add(x * height + start, x * height + bottom);
  }
  return rleShape(runs.counts(width * height), width, height);
}

/**
 * The inverse of {@link cropToRle}: the part of a mask in the smallest box around it.
 *
 * @param rle A checked mask that is not empty.
 * @returns Place in the image, px, and one byte a pixel, 0 or 1, row by row.
 */
export function rleToCrop(
  rle: Rle,
): { x: number; y: number; width: number; height: number; mask: Uint8Array } {
  const counts = typeof rle.counts === "string" ? decodeCounts(rle.counts) ?? [] : rle.counts;
  const rows = rle.size[0];
  const [x, y, width, height] = rleBox(counts, rows) ?? [0, 0, 1, 1];
  const mask = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < counts.length; at += counts[i], i++) {
    if (i % 2 === 0) continue;
    for (let pixel = at; pixel < at + counts[i]; pixel++) {
      mask[(pixel % rows - y) * width + Math.floor(pixel / rows) - x] = 1;
    }
  }
  return { x, y, width, height, mask };
}

/**
 * Takes the image of a label map apart: one mask for each value.
 *
 * @param pixels One value a pixel, row by row.
 * @param skip Says which values are no masks, such as background; asked once for each.
 * @returns Value → mask, in ascending order of the values.
 */
export function labelMasks(
  pixels: Uint8Array | Uint16Array | Uint32Array,
  width: number,
  height: number,
  skip?: (value: number) => boolean,
): Map<number, MaskShape> {
  const found = new Map<number, Runs | undefined>();
  let runs: Runs | undefined;
  for (let x = 0; x < width; x++) {
    let value = -1;
    let start = 0;
    for (let y = 0, at = x; y < height; y++, at += width) {
      const next = pixels[at];
      if (next === value) continue;
      runs?.add(x * height + start, x * height + y);
      runs = found.get(next);
      if (!runs && !found.has(next)) {
        runs = skip?.(next) ? undefined : new Runs();
        found.set(next, runs);
      }
      value = next;
      start = y;
    }
    runs?.add(x * height + start, (x + 1) * height);
    runs = undefined;
  }
  const masks = new Map<number, MaskShape>();
  for (const value of [...found.keys()].sort((a, b) => a - b)) {
    const counts = found.get(value)?.counts(width * height);
    if (counts) masks.set(value, rleShape(counts, width, height)!);
  }
  return masks;
}

/**
 * Draws run lengths that go row by row (CVAT).
 *
 * @param runs Run lengths starting with background; the caller has checked that none is negative.
 * @param size Number of pixels; runs beyond it are cut off.
 * @returns One byte a pixel, 0 or 1.
 */
export function rowRunsToMask(runs: readonly number[], size: number): Uint8Array {
  const mask = new Uint8Array(size);
  for (let i = 0, at = 0; i < runs.length && at < size; at += runs[i], i++) {
    if (i % 2 === 1) mask.fill(1, at, at + runs[i]);
  }
  return mask;
}

/** Collects the set pixels of a mask as run lengths, in ascending order. */
class Runs {
  readonly #counts: number[] = [];
  #end = 0;

  /** Sets the pixels from `start` to before `end`, which lie behind all that are set. */
  add(start: number, end: number): void {
    const counts = this.#counts;
    // A run may go on in the next column.
    if (start === this.#end && counts.length > 0) counts[counts.length - 1] += end - start;
    else counts.push(start - this.#end, end - start);
    this.#end = end;
  }

  /** The run lengths of a mask of so many pixels. */
  counts(size: number): number[] {
    if (this.#end < size) this.#counts.push(size - this.#end);
    return this.#counts;
  }
}

import { encodeCounts } from "./rle.ts";
import { type MaskShape, toShape } from "./polygon_rle.ts";

export type { MaskShape };

/** A rectangle of whole pixels inside an image, px; it may stick out. */
export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Encodes a mask.
 *
 * @param mask Row-major, one byte a pixel; any byte that is not 0 is set.
 * @returns Undefined if no pixel is set.
 */
export function maskToRle(mask: Uint8Array, width: number, height: number): MaskShape | undefined {
  return cropToRle(mask, { x: 0, y: 0, width, height }, width, height);
}

/**
 * Encodes the mask of a crop as one of the whole image; what sticks out is cut off.
 *
 * @param mask Row-major, `crop.width × crop.height` bytes; any byte that is not 0 is set.
 * @param width Width of the image, px.
 * @param height Height of the image, px.
 * @returns Undefined if no pixel is set.
 */
export function cropToRle(
  mask: Uint8Array,
  crop: Crop,
  width: number,
  height: number,
): MaskShape | undefined {
  const counts: number[] = [];
  /** Place where the run that is not counted yet begins. */
  let start = 0;
  let set = false;
  const change = (at: number) => {
    counts.push(at - start);
    start = at;
    set = !set;
  };
  const left = Math.max(0, crop.x);
  const right = Math.min(width, crop.x + crop.width);
  const top = Math.max(0, crop.y);
  const bottom = Math.min(height, crop.y + crop.height);
  for (let x = left; x < right; x++) {
    // Above the crop nothing is set.
    if (set && top > 0) change(x * height);
    for (let y = top; y < bottom; y++) {
      if ((mask[(y - crop.y) * crop.width + x - crop.x] !== 0) !== set) change(x * height + y);
    }
    if (set && bottom < height) change(x * height + bottom);
  }
  if (set && right < width) change(right * height);
  counts.push(width * height - start);
  return toShape(counts, width, height);
}

/**
 * Encodes every value of an image of numbers (classes, or instances) as a mask of its own, in one pass.
 *
 * @param pixels Row-major, one number a pixel.
 * @param skip True for values that are no mask: background, void.
 * @returns Masks by value, in ascending order.
 */
export function labelMasks(
  pixels: Uint8Array | Uint16Array | Uint32Array,
  width: number,
  height: number,
  skip: (value: number) => boolean = () => false,
): Map<number, MaskShape> {
  const found = new Map<number, Growing>();
  /** The run of equal values that is going on; column-major, it goes on over the end of a column. */
  let value = -1;
  let start = 0;
  const end = (at: number) => {
    if (value < 0 || skip(value)) return;
    let shape = found.get(value);
    if (!shape) found.set(value, shape = new Growing(width, height));
    shape.add(start, at);
  };
  for (let x = 0; x < width; x++) {
    for (let y = 0, from = x; y < height; y++, from += width) {
      if (pixels[from] === value) continue;
      const at = x * height + y;
      end(at);
      value = pixels[from];
      start = at;
    }
  }
  end(width * height);
  return new Map([...found].sort(([a], [b]) => a - b).map(([key, shape]) => [key, shape.finish()]));
}

/** A mask that is told run by run. */
class Growing {
  readonly #counts: number[] = [];
  #done = 0;
  #area = 0;
  #left = Infinity;
  #top = Infinity;
  #right = 0;
  #bottom = 0;

  constructor(readonly width: number, readonly height: number) {}

  /** Sets the pixels from `start` to before `end`, column-major; after all that were set before. */
  add(start: number, end: number): void {
    const { height } = this;
    this.#counts.push(start - this.#done, end - start);
    this.#done = end;
    this.#area += end - start;
    const first = Math.floor(start / height);
    const last = Math.floor((end - 1) / height);
    this.#left = Math.min(this.#left, first);
    this.#right = Math.max(this.#right, last + 1);
    this.#top = Math.min(this.#top, first === last ? start - first * height : 0);
    this.#bottom = Math.max(this.#bottom, first === last ? end - last * height : height);
  }

  finish(): MaskShape {
    const { width, height } = this;
    const rest = width * height - this.#done;
    const counts = encodeCounts(rest > 0 ? [...this.#counts, rest] : this.#counts);
    return {
      segmentation: { size: [height, width], counts },
      x: this.#left,
      y: this.#top,
      width: this.#right - this.#left,
      height: this.#bottom - this.#top,
      area: this.#area,
    };
  }
}

/**
 * Draws run lengths in row-major order, as CVAT writes them: alternately background and mask, background first.
 *
 * @param size Pixels of the mask; runs beyond it are cut off.
 * @returns One byte a pixel, 0 or 1.
 */
export function rowRunsToMask(runs: readonly number[], size: number): Uint8Array {
  const mask = new Uint8Array(size);
  for (let i = 0, at = 0; i < runs.length && at < size; at += runs[i], i++) {
    if (i % 2 === 1) mask.fill(1, at, at + runs[i]);
  }
  return mask;
}

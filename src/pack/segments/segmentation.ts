/** How a bundle is cut into segments; plain data. */
export interface Segmentation {
  /** Bytes of the first segments. */
  readonly size: number;
  /** So many segments have this size, and those behind them grow. @default {all} */
  readonly even?: number;
}

/** A range of the bundle. */
export interface Segment {
  /** From 0, in the order of the bundle. */
  readonly index: number;
  /** Its first byte in the bundle. */
  readonly offset: number;
  /** Bytes, if it is not the last. */
  readonly size: number;
}

/** Segments that grow are twice as large as those before after so many. */
export const STEP = 750;

/** The segment that holds a byte of the bundle. */
export function segmentAt({ size, even = Infinity }: Segmentation, position: number): Segment {
  let first = 0, start = 0, count = even, each = size;
  for (;;) {
    const index = Math.floor((position - start) / each);
    if (index < count) return { index: first + index, offset: start + index * each, size: each };
    start += count * each;
    first += count;
    count = STEP;
    each *= 2;
  }
}

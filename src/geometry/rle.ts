import type { Rle } from "../model/annotation.ts";

/**
 * Encodes run lengths as COCO's text (pycocotools `maskApi.c`, `rleToString`): each run, from the fourth on as the
 * difference to the run two before, in groups of 5 bits, lowest first.
 *
 * @param counts Run lengths in column-major order, starting with background.
 */
export function encodeCounts(counts: readonly number[]): string {
  let text = "";
  for (let i = 0; i < counts.length; i++) {
    let value = i > 2 ? counts[i] - counts[i - 2] : counts[i];
    let more = true;
    while (more) {
      let group = value & 31;
      value >>= 5;
      more = group & 16 ? value !== -1 : value !== 0;
      if (more) group |= 32;
      text += String.fromCharCode(group + 48);
    }
  }
  return text;
}

/**
 * Decodes COCO's text form of run lengths (pycocotools `maskApi.c`, `rleFrString`).
 *
 * @returns Run lengths, not yet checked against a size; undefined if the text is no such form.
 */
export function decodeCounts(text: string): number[] | undefined {
  const counts: number[] = [];
  let value = 0;
  let shift = 0;
  for (let i = 0; i < text.length; i++) {
    const group = text.charCodeAt(i) - 48;
    if (group < 0 || group > 63 || shift > 30) return undefined;
    value |= (group & 31) << shift;
    shift += 5;
    if (group & 32) continue;
    if (group & 16 && shift < 32) value |= -1 << shift;
    counts.push(counts.length > 2 ? value + counts[counts.length - 2] : value);
    value = 0;
    shift = 0;
  }
  return shift === 0 ? counts : undefined;
}

/**
 * Run lengths of a mask, checked: pycocotools reads memory it does not own when they do not fill the mask.
 *
 * @param rle Mask as a label file gives it; nothing about it is taken for granted.
 * @param width Width the mask must have, px.
 * @param height Height the mask must have, px.
 * @returns Run lengths that sum to `width · height`, or the reason why there are none, as the end of a sentence.
 */
export function checkedCounts(rle: Rle, width: number, height: number): readonly number[] | string {
  if (!Array.isArray(rle.size) || rle.size[0] !== height || rle.size[1] !== width) {
    return `the mask has size ${
      JSON.stringify(rle.size)
    }, but the image has [${height},${width}] (height, width)`;
  }
  const counts = typeof rle.counts === "string" ? decodeCounts(rle.counts) : rle.counts;
  if (!Array.isArray(counts)) return "its run lengths cannot be decoded";
  let sum = 0;
  for (const run of counts) {
    if (!Number.isInteger(run) || run < 0) return `it has the run length ${run}`;
    sum += run;
  }
  if (sum === width * height) return counts;
  return `its runs cover ${sum} px, but the image has ${width * height}`;
}

/** Number of set pixels. */
export function rleArea(counts: readonly number[]): number {
  let area = 0;
  for (let i = 1; i < counts.length; i += 2) area += counts[i];
  return area;
}

/**
 * Smallest box around the set pixels.
 *
 * @param counts Run lengths, column-major.
 * @param height Height of the mask, px.
 * @returns `[x, y, width, height]` in px; undefined for an empty mask.
 */
export function rleBox(
  counts: readonly number[],
  height: number,
): [number, number, number, number] | undefined {
  let left = Infinity;
  let top = Infinity;
  let right = -1;
  let bottom = -1;
  for (let i = 0, at = 0; i < counts.length; at += counts[i], i++) {
    if (i % 2 === 0 || counts[i] === 0) continue;
    const last = at + counts[i] - 1;
    const firstColumn = Math.floor(at / height);
    const lastColumn = Math.floor(last / height);
    left = Math.min(left, firstColumn);
    right = Math.max(right, lastColumn);
    // A run that goes on in the next column covers the last row of one and the first of the other.
    const across = firstColumn !== lastColumn;
    top = Math.min(top, across ? 0 : at % height);
    bottom = Math.max(bottom, across ? height - 1 : last % height);
  }
  return right < 0 ? undefined : [left, top, right - left + 1, bottom - top + 1];
}

/**
 * Draws run lengths as a mask.
 *
 * @returns One byte a pixel, 0 or 1, in column-major order (index = x · height + y).
 */
export function decodeMask(counts: readonly number[], width: number, height: number): Uint8Array {
  const mask = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < counts.length; at += counts[i], i++) {
    if (i % 2 === 1) mask.fill(1, at, at + counts[i]);
  }
  return mask;
}

/**
 * Draws run lengths as a mask.
 *
 * @param counts Run lengths, column-major, starting with background.
 * @returns One byte a pixel, 0 or 1, row by row (index = y · width + x).
 */
export function rleToMask(counts: readonly number[], width: number, height: number): Uint8Array {
  const mask = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < counts.length; at += counts[i], i++) {
    if (i % 2 === 0) continue;
    for (let pixel = at; pixel < at + counts[i]; pixel++) {
      mask[(pixel % height) * width + Math.floor(pixel / height)] = 1;
    }
  }
  return mask;
}

/** Run lengths of a mask in column-major order; any byte that is not 0 is set. */
export function encodeMask(mask: Uint8Array): number[] {
  const counts: number[] = [];
  let start = 0;
  let set = false;
  for (let at = 0; at < mask.length; at++) {
    if ((mask[at] !== 0) === set) continue;
    counts.push(at - start);
    start = at;
    set = !set;
  }
  counts.push(mask.length - start);
  return counts;
}

/** Layout of a picture in memory, by ffmpeg's name; planes one after the other, rows without padding. */
export type PixelFormat = "yuv420p" | "yuv444p" | "rgb24";

/** One plane of a picture. */
interface Plane {
  /** Bytes of a row, and rows. */
  readonly stride: number;
  readonly rows: number;
}

/** Planes of a picture of `width` × `height` px. Odd sizes have a chroma sample for their last column and row, too. */
function planes(format: PixelFormat, width: number, height: number): Plane[] {
  if (format === "rgb24") return [{ stride: 3 * width, rows: height }];
  const full = { stride: width, rows: height };
  if (format === "yuv444p") return [full, full, full];
  const half = { stride: Math.ceil(width / 2), rows: Math.ceil(height / 2) };
  return [full, half, half];
}

/** Bytes of a picture. */
export function pictureBytes(format: PixelFormat, width: number, height: number): number {
  return planes(format, width, height).reduce((sum, { stride, rows }) => sum + stride * rows, 0);
}

/**
 * Puts a picture at the top left of a larger one and repeats its last column and row up to the edges: that costs an encoder
 * least, and nothing foreign gets into the chroma of an odd edge.
 *
 * @param into The larger picture; all of it is overwritten.
 * @param outer Its size, px.
 * @param picture The picture, of the same format.
 * @param inner Its size, px.
 */
export function placePicture(
  format: PixelFormat,
  into: Uint8Array,
  outer: { width: number; height: number },
  picture: Uint8Array,
  inner: { width: number; height: number },
): void {
  if (picture.length === into.length) return into.set(picture);
  const from = planes(format, inner.width, inner.height);
  const pixel = format === "rgb24" ? 3 : 1;
  let at = 0;
  let source = 0;
  for (const [i, { stride, rows }] of planes(format, outer.width, outer.height).entries()) {
    const { stride: used, rows: filled } = from[i];
    for (let y = 0; y < filled; y++, source += used) {
      const row = at + y * stride;
      into.set(picture.subarray(source, source + used), row);
      repeat(into, row + used, row + stride, pixel);
    }
    const last = at + (filled - 1) * stride;
    for (let y = filled; y < rows; y++) into.copyWithin(at + y * stride, last, last + stride);
    at += stride * rows;
  }
}

/** Fills `[from, to)` with the pixel before it. */
function repeat(bytes: Uint8Array, from: number, to: number, pixel: number): void {
  if (pixel === 1) bytes.fill(bytes[from - 1], from, to);
  else for (let i = from; i < to; i++) bytes[i] = bytes[i - pixel];
}

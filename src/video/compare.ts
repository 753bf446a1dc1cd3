/** Side of the blocks whose sums SSIM is made of, px; a window is 2 × 2 blocks. */
const BLOCK = 4;
/** Constants of SSIM for sums over 64 pixels of 8 bits. */
const C1 = 0.01 ** 2 * 255 ** 2 * 64, C2 = 0.03 ** 2 * 255 ** 2 * 64 * 63;
/** Side of the areas whose mean is compared, in blocks. */
const AREA = 4;
/** Two pictures differ at a pixel by at least this, of 255, or it says nothing about which of them it is. */
const DISTINCT = 12;
/** So many such pixels are needed. */
const ENOUGH = 64;
/** PSNR of identical pictures, dB. */
export const IDENTICAL = 100;

/** A picture as RGB, 3 bytes a pixel. */
export interface RgbPicture {
  readonly pixels: Uint8Array;
  /** Pixels from one row to the next; more than the width where there is padding. */
  readonly stride: number;
}

/** How a decoded picture differs from its source. */
export interface Difference {
  /** dB, of RGB values; {@link IDENTICAL} if there is no difference. */
  readonly psnr: number;
  /** Of the luma, 1 for no difference. */
  readonly ssim: number;
  /**
   * Greatest difference of the mean luma of an area of 16 × 16 px. Codecs keep the means even where they lose all detail, so a
   * large one shows another picture.
   */
  readonly area: number;
}

/** Luma of a picture (BT.601), one byte a pixel. */
export function lumaOf({ pixels, stride }: RgbPicture, width: number, height: number): Uint8Array {
  const luma = new Uint8Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    for (let at = 3 * y * stride, end = at + 3 * width; at < end; at += 3) {
      luma[to++] = (77 * pixels[at] + 150 * pixels[at + 1] + 29 * pixels[at + 2] + 128) >> 8;
    }
  }
  return luma;
}

/** True if two pictures are the same in every pixel. */
export function areIdentical(a: RgbPicture, b: RgbPicture, width: number, height: number): boolean {
  for (let y = 0; y < height; y++) {
    const p = 3 * y * a.stride, q = 3 * y * b.stride;
    for (let i = 0; i < 3 * width; i++) if (a.pixels[p + i] !== b.pixels[q + i]) return false;
  }
  return true;
}

/** Compares a decoded picture with its source. */
export function difference(
  source: RgbPicture & { luma: Uint8Array },
  decoded: RgbPicture & { luma: Uint8Array },
  width: number,
  height: number,
): Difference {
  const mse = squares(source, decoded, width, height) / (3 * width * height);
  const psnr = mse === 0 ? IDENTICAL : Math.min(IDENTICAL, 10 * Math.log10(255 ** 2 / mse));
  return { psnr, ...structure(source.luma, decoded.luma, width, height) };
}

function squares(a: RgbPicture, b: RgbPicture, width: number, height: number): number {
  let sum = 0;
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let p = 3 * y * a.stride, q = 3 * y * b.stride, end = p + 3 * width; p < end; p++, q++) {
      const d = a.pixels[p] - b.pixels[q];
      row += d * d;
    }
    sum += row;
  }
  return sum;
}

/** SSIM over windows of 8 × 8 px every 4 px, from sums over blocks of 4 × 4, and the greatest difference of an area's mean. */
function structure(
  a: Uint8Array,
  b: Uint8Array,
  width: number,
  height: number,
): { ssim: number; area: number } {
  const columns = Math.floor(width / BLOCK), rows = Math.floor(height / BLOCK);
  if (columns < 2 || rows < 2) return { ssim: wholeSsim(a, b), area: 0 };
  const areas = Math.ceil(columns / AREA);
  const means = new Int32Array(areas);
  /** Sums of the row of blocks before and of this one: a, b, a² + b², a · b. */
  let before = new Int32Array(4 * columns), now = new Int32Array(4 * columns);
  let total = 0, area = 0;
  for (let row = 0; row < rows; row++) {
    [before, now] = [now, before];
    for (let column = 0; column < columns; column++) {
      let s1 = 0, s2 = 0, ss = 0, s12 = 0;
      for (let y = 0; y < BLOCK; y++) {
        const at = (row * BLOCK + y) * width + column * BLOCK;
        for (let i = at; i < at + BLOCK; i++) {
          const p = a[i], q = b[i];
          s1 += p;
          s2 += q;
          ss += p * p + q * q;
          s12 += p * q;
        }
      }
      const at = 4 * column;
      now[at] = s1;
      now[at + 1] = s2;
      now[at + 2] = ss;
      now[at + 3] = s12;
      means[column / AREA | 0] += s1 - s2;
      if (row === 0 || column === 0) continue;
      s1 += now[at - 4] + before[at] + before[at - 4];
      s2 += now[at - 3] + before[at + 1] + before[at - 3];
      ss += now[at - 2] + before[at + 2] + before[at - 2];
      s12 += now[at - 1] + before[at + 3] + before[at - 1];
      const variances = ss * 64 - s1 * s1 - s2 * s2;
      const covariance = s12 * 64 - s1 * s2;
      total += (2 * s1 * s2 + C1) * (2 * covariance + C2) /
        ((s1 * s1 + s2 * s2 + C1) * (variances + C2));
    }
    if (row % AREA !== AREA - 1) continue;
    // Only whole areas: a mean over a few pixels is not kept by every codec.
    const whole = Math.floor(columns / AREA);
    for (let i = 0; i < whole; i++) area = Math.max(area, Math.abs(means[i]));
    means.fill(0);
  }
  return { ssim: total / ((columns - 1) * (rows - 1)), area: area / (BLOCK * AREA) ** 2 };
}

/** SSIM of a picture too small for windows, as one window. */
function wholeSsim(a: Uint8Array, b: Uint8Array): number {
  const n = a.length;
  let s1 = 0, s2 = 0, ss = 0, s12 = 0;
  for (let i = 0; i < n; i++) {
    s1 += a[i];
    s2 += b[i];
    ss += a[i] ** 2 + b[i] ** 2;
    s12 += a[i] * b[i];
  }
  const c1 = 0.01 ** 2 * 255 ** 2 * n * n, c2 = 0.03 ** 2 * 255 ** 2 * n * n;
  return (2 * s1 * s2 + c1) * (2 * (s12 * n - s1 * s2) + c2) /
    ((s1 * s1 + s2 * s2 + c1) * (ss * n - s1 * s1 - s2 * s2 + c2));
}

/**
 * Tells whether a decoded picture is rather that of another source: how far it lies on the way from its own source to the
 * other, over the pixels where the two differ clearly. 0 is its own, 1 the other; what a codec loses goes in any direction and
 * moves it little.
 *
 * @returns 0 if the two differ too little, or by less than the picture would have lost if it were the other's.
 */
export function likeness(decoded: Uint8Array, own: Uint8Array, other: Uint8Array): number {
  if (other.length !== own.length) return 0;
  let along = 0, energy = 0, count = 0, lost = 0;
  for (let i = 0; i < own.length; i++) {
    const d = decoded[i] - other[i];
    lost += d * d;
    const u = other[i] - own[i];
    if (u < DISTINCT && u > -DISTINCT) continue;
    along += (decoded[i] - own[i]) * u;
    energy += u * u;
    count++;
  }
  return count < ENOUGH || energy < 4 * count * lost / own.length ? 0 : along / energy;
}

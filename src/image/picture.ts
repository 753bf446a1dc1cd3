/** Pixels of an image. */
export interface Picture {
  /** Upright size, px. */
  readonly width: number;
  readonly height: number;
  /** RGB, 3 bytes a pixel, row by row: `[height, width, 3]`. */
  readonly pixels: Uint8Array<ArrayBuffer>;
}

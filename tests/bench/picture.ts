import { Image } from "imagescript";

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A JPEG of noise on a gradient.
 *
 * @param width px.
 * @param height px.
 * @param noise Amplitude, 0–255; more noise, more bytes.
 */
export async function picture(
  width: number,
  height: number,
  noise: number,
  seed: number,
): Promise<Uint8Array> {
  const next = random(seed);
  const image = new Image(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const grain = (next() - 0.5) * noise;
      const level = (value: number) => Math.max(0, Math.min(255, Math.round(value + grain)));
      image.setPixelAt(
        x + 1,
        y + 1,
        Image.rgbToColor(level((x / width) * 255), level((y / height) * 255), level(seed % 256)),
      );
    }
  }
  return await image.encodeJPEG(60);
}

/** The same picture as another file: a comment segment (JPEG, ITU-T T.81 B.2.4.5) with `comment` goes in front of the rest. */
export function withComment(jpeg: Uint8Array, comment: Uint8Array): Uint8Array {
  const file = new Uint8Array(jpeg.length + 4 + comment.length);
  file.set(jpeg.subarray(0, 2));
  file.set([0xff, 0xfe, (comment.length + 2) >> 8, (comment.length + 2) & 0xff], 2);
  file.set(comment, 6);
  file.set(jpeg.subarray(2), 6 + comment.length);
  return file;
}

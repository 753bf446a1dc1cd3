/**
 * What an image holds that 8-bit RGB does not, as words for a sentence: alpha, more than 8 bits, CMYK.
 *
 * @param bytes The whole file.
 * @param codec As {@link probe} tells it.
 * @returns Undefined if 8-bit RGB holds all of it, as far as the header tells.
 */
export function beyondRgb(bytes: Uint8Array, codec: string): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    switch (codec) {
      case "jpeg":
        return jpeg(view);
      case "png":
        return png(view);
      case "webp":
        return webp(view);
      case "bmp":
        // BITMAPV3INFOHEADER and later, 32 bits a pixel, a mask for alpha.
        return view.getUint32(14, true) >= 56 && view.getUint16(28, true) === 32 && view.getUint32(66, true)
          ? ALPHA
          : undefined;
      case "tiff":
        return tiff(view);
      case "pnm":
        return pnm(bytes);
    }
  } catch (error) {
    // A file that ends early is judged by who decodes it.
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}

const ALPHA = "an alpha channel";
const DEEP = "more than 8 bits a channel";
const CMYK = "CMYK colours";

/** Number of components and bits in the frame header. */
function jpeg(view: DataView): string | undefined {
  for (let at = 2; view.getUint8(at) === 0xff;) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at++;
      continue;
    }
    const frame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (frame) return view.getUint8(at + 9) === 4 ? CMYK : view.getUint8(at + 4) > 8 ? DEEP : undefined;
    if (marker === 0xda) return undefined;
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

function png(view: DataView): string | undefined {
  const depth = view.getUint8(24), colour = view.getUint8(25);
  if (depth === 16) return DEEP;
  if (colour & 4) return ALPHA;
  for (let at = 8;;) {
    const type = view.getUint32(at + 4);
    if (type === 0x74524e53) return ALPHA; // tRNS
    if (type === 0x49444154) return undefined; // IDAT
    at += 12 + view.getUint32(at);
  }
}

function webp(view: DataView): string | undefined {
  const kind = view.getUint32(12);
  if (kind === 0x56503858) return view.getUint8(20) & 0x10 ? ALPHA : undefined; // VP8X
  return kind === 0x5650384c && view.getUint8(24) & 0x10 ? ALPHA : undefined; // VP8L
}

function tiff(view: DataView): string | undefined {
  const little = view.getUint16(0) === 0x4949;
  const directory = view.getUint32(4, little);
  let bits = 1, samples = 1, colour = 0;
  for (let i = 0; i < view.getUint16(directory, little); i++) {
    const at = directory + 2 + 12 * i;
    const tag = view.getUint16(at, little), count = view.getUint32(at + 4, little);
    if (tag === 258) bits = view.getUint16(count > 2 ? view.getUint32(at + 8, little) : at + 8, little);
    else if (tag === 262) colour = view.getUint16(at + 8, little);
    else if (tag === 277) samples = view.getUint16(at + 8, little);
  }
  if (bits > 8) return DEEP;
  if (colour === 5) return CMYK;
  return samples === 2 || samples > 3 ? ALPHA : undefined;
}

/** The greatest value of a PGM or PPM. */
function pnm(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 512)).replace(/#.*/g, "");
  if (/^P7/.test(head)) {
    return /ALPHA/.test(head) ? ALPHA : Number(/MAXVAL\s+(\d+)/.exec(head)?.[1]) > 255 ? DEEP : undefined;
  }
  return Number(/^P[2356]\s+\d+\s+\d+\s+(\d+)/.exec(head)?.[1]) > 255 ? DEEP : undefined;
}

/**
 * Pixels of PNG files as they are stored, for masks: indices instead of the colours of a palette, all 16 bits, no
 * transparency applied. Inflating is native, so a mask takes milliseconds.
 */
import { Buffer } from "node:buffer";
import { crc32, deflateSync, inflateSync } from "node:zlib";

/** Pixels of an image. */
export interface PngPixels {
  width: number;
  height: number;
  /** 1 grey or palette index, 2 grey and alpha, 3 RGB, 4 RGBA. */
  channels: 1 | 2 | 3 | 4;
  /** Bits of a channel in the file. */
  depth: 1 | 2 | 4 | 8 | 16;
  /** Row by row, one element for each channel of a pixel; depths below 8 are not scaled. 16 bits take a `Uint16Array`. */
  data: Uint8Array | Uint16Array;
  /** RGB, or RGBA if any colour is transparent; then `data` has indices, which may lie beyond it. */
  palette?: number[][];
}

/** Images of more pixels are refused. */
const MAX_PIXELS = 1 << 28;
/** So are images that take more bytes. */
const MAX_BYTES = 1 << 30;

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** By colour type: the channels, and the depths that go with them. */
const COLOURS = new Map<number, { channels: 1 | 2 | 3 | 4; depths: readonly number[] }>([
  [0, { channels: 1, depths: [1, 2, 4, 8, 16] }],
  [2, { channels: 3, depths: [8, 16] }],
  [3, { channels: 1, depths: [1, 2, 4, 8] }],
  [4, { channels: 2, depths: [8, 16] }],
  [6, { channels: 4, depths: [8, 16] }],
]);
const PALETTE_COLOUR = 3;

/** Pixels of which a file keeps a pass: from (x, y), one every so many columns and rows. */
interface Pass {
  readonly x: number;
  readonly y: number;
  readonly columns: number;
  readonly rows: number;
}
const WHOLE: readonly Pass[] = [{ x: 0, y: 0, columns: 1, rows: 1 }];
const ADAM7: readonly Pass[] = [
  { x: 0, y: 0, columns: 8, rows: 8 },
  { x: 4, y: 0, columns: 8, rows: 8 },
  { x: 0, y: 4, columns: 4, rows: 8 },
  { x: 2, y: 0, columns: 4, rows: 4 },
  { x: 0, y: 2, columns: 2, rows: 4 },
  { x: 1, y: 0, columns: 2, rows: 2 },
  { x: 0, y: 1, columns: 1, rows: 2 },
];

/**
 * Decodes a PNG.
 *
 * @throws {Error} If the file is damaged or too large; the message is a sentence without its end ("the PNG ends early").
 */
export function decodePng(bytes: Uint8Array): PngPixels {
  const { header, palette, compressed } = readChunks(bytes);
  const { width, height, channels, depth, interlaced } = header;
  const passes = (interlaced ? ADAM7 : WHOLE)
    .map((pass) => ({
      ...pass,
      across: Math.ceil((width - pass.x) / pass.columns),
      down: Math.ceil((height - pass.y) / pass.rows),
    }))
    .filter(({ across, down }) => across > 0 && down > 0);
  const rowBytes = (across: number) => Math.ceil(across * channels * depth / 8);
  const size = passes.reduce((sum, { across, down }) => sum + down * (1 + rowBytes(across)), 0);
  const raw = inflate(compressed, size);

  const data = depth === 16
    ? new Uint16Array(width * height * channels)
    : new Uint8Array(width * height * channels);
  const step = Math.max(1, channels * depth / 8);
  let at = 0;
  for (const { x, y, columns, rows, across, down } of passes) {
    const length = rowBytes(across);
    const samples = across * channels;
    const row = columns === 1 ? undefined : new Uint16Array(samples);
    for (let line = 0; line < down; line++, at += 1 + length) {
      unfilter(raw, at, length, step, line === 0);
      const target = ((y + line * rows) * width + x) * channels;
      if (!row) {
        unpack(raw, at + 1, depth, data, target, samples);
        continue;
      }
      unpack(raw, at + 1, depth, row, 0, samples);
      for (let i = 0; i < samples; i++) {
        data[target + Math.floor(i / channels) * columns * channels + i % channels] = row[i];
      }
    }
  }
  const pixels: PngPixels = { width, height, channels, depth, data };
  if (palette) pixels.palette = palette;
  return pixels;
}

/**
 * Encodes a PNG; with a palette the data are indices. The same pixels give the same bytes.
 *
 * @param filter How rows are prepared: `none` serves masks best, `sub` photographs with 8 bits a channel.
 * @throws {RangeError} If the pixels do not fit together, which is a mistake of the caller.
 */
export function encodePng(
  { width, height, channels, depth, data, palette }: PngPixels,
  filter: "none" | "sub" = "none",
): Uint8Array {
  const colour = palette ? PALETTE_COLOUR : [0, 0, 4, 2, 6][channels];
  const known = COLOURS.get(colour)!;
  if (known.channels !== channels || !known.depths.includes(depth) || width < 1 || height < 1) {
    throw new RangeError(`No PNG has ${width}×${height} px of ${channels} channels with ${depth} bits.`);
  }
  const samples = width * channels;
  if (data.length !== samples * height) {
    throw new RangeError(`A PNG of ${samples * height} values was given ${data.length}.`);
  }
  const length = Math.ceil(samples * depth / 8);
  const raw = new Uint8Array(height * (1 + length));
  for (let line = 0; line < height; line++) {
    // Each row begins with its filter: 0, none, or 1, the difference to the pixel before.
    const at = line * (1 + length);
    pack(data, line * samples, samples, depth, raw, at + 1);
    if (filter === "none") continue;
    raw[at] = 1;
    for (let i = at + length; i > at + channels; i--) raw[i] -= raw[i - channels];
  }
  const head = new Uint8Array(13);
  const view = new DataView(head.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  head.set([depth, colour], 8);
  const parts: Uint8Array[] = [Uint8Array.from(SIGNATURE), chunk("IHDR", head)];
  if (palette) {
    parts.push(chunk("PLTE", Uint8Array.from(palette.flatMap((entry) => entry.slice(0, 3)))));
    if (palette.some((entry) => entry.length === 4)) {
      parts.push(chunk("tRNS", Uint8Array.from(palette, (entry) => entry[3] ?? 255)));
    }
  }
  parts.push(chunk("IDAT", deflateSync(raw)), chunk("IEND", new Uint8Array(0)));
  return new Uint8Array(Buffer.concat(parts));
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
  readonly depth: PngPixels["depth"];
  readonly colour: number;
  readonly interlaced: boolean;
}

function readChunks(bytes: Uint8Array): { header: Header; palette?: number[][]; compressed: Uint8Array } {
  if (!SIGNATURE.every((value, i) => bytes[i] === value)) throw new Error("the file is no PNG");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: Header | undefined;
  let palette: number[][] | undefined;
  const compressed: Uint8Array[] = [];
  for (let at = SIGNATURE.length; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    if (length > bytes.length - at - 12) break;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const body = bytes.subarray(at + 8, at + 8 + length);
    // Only chunks that are needed have to be whole; they have a capital first letter.
    const needed = type === "tRNS" || (bytes[at + 4] & 0x20) === 0;
    if (needed && crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length)) {
      throw new Error(`the checksum of the PNG's chunk ${type} is wrong`);
    }
    at += 12 + length;
    if (!header) {
      if (type !== "IHDR" || length !== 13) throw new Error("the PNG has no header");
      header = readHeader(body);
    } else if (type === "PLTE" && header.colour === PALETTE_COLOUR) {
      palette = [];
      for (let i = 0; i + 2 < length; i += 3) palette.push([...body.subarray(i, i + 3)]);
    } else if (type === "tRNS") {
      palette = palette?.map((entry, i) => [...entry, body[i] ?? 255]);
    } else if (type === "IDAT") {
      compressed.push(body);
    } else if (type === "IEND") {
      if (header.colour === PALETTE_COLOUR && !palette) throw new Error("the PNG has no palette");
      return {
        header,
        palette,
        compressed: compressed.length === 1 ? compressed[0] : Buffer.concat(compressed),
      };
    }
  }
  throw new Error("the PNG ends early");
}

function readHeader(body: Uint8Array): Header {
  const view = new DataView(body.buffer, body.byteOffset);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  const [depth, colour, compression, filter, interlace] = body.subarray(8);
  const known = COLOURS.get(colour);
  if (
    !known?.depths.includes(depth) || width === 0 || height === 0 || compression !== 0 || filter !== 0 ||
    interlace > 1
  ) {
    throw new Error("the PNG has a header that no PNG can have");
  }
  const bytes = width * height * Math.max(1, known.channels * depth / 8);
  if (width * height > MAX_PIXELS || bytes > MAX_BYTES) {
    throw new Error(`the PNG has ${width}×${height} px, more than can be held`);
  }
  return {
    width,
    height,
    channels: known.channels,
    depth: depth as PngPixels["depth"],
    colour,
    interlaced: interlace === 1,
  };
}

/** Inflates no more than the image needs. */
function inflate(compressed: Uint8Array, size: number): Uint8Array {
  let raw: Uint8Array;
  try {
    raw = inflateSync(compressed, { maxOutputLength: size });
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    throw new Error(
      code === "ERR_BUFFER_TOO_LARGE"
        ? "the PNG holds more pixels than its header says"
        : `the pixels of the PNG cannot be inflated (${message})`,
    );
  }
  if (raw.length < size) throw new Error("the PNG holds fewer pixels than its header says");
  return raw;
}

/**
 * Undoes the filter of a row, in place.
 *
 * @param at Place of the row's filter type; the bytes of the row follow, and those of the row above end just before.
 * @param length Bytes of a row.
 * @param step Bytes from a byte to that of the pixel to its left.
 * @param first True if there is no row above.
 */
function unfilter(raw: Uint8Array, at: number, length: number, step: number, first: boolean): void {
  const type = raw[at];
  if (type === 0) return;
  if (type > 4) throw new Error(`a row of the PNG has filter ${type}, which there is not`);
  const start = at + 1;
  for (let i = 0; i < length; i++) {
    const here = start + i;
    const left = i < step ? 0 : raw[here - step];
    const up = first ? 0 : raw[here - length - 1];
    if (type === 1) raw[here] += left;
    else if (type === 2) raw[here] += up;
    else if (type === 3) raw[here] += left + up >> 1;
    else raw[here] += paeth(left, up, first || i < step ? 0 : raw[here - length - 1 - step]);
  }
}

/** Which of three neighbours is nearest to `left + up − corner`. */
function paeth(left: number, up: number, corner: number): number {
  const toLeft = Math.abs(up - corner);
  const toUp = Math.abs(left - corner);
  const toCorner = Math.abs(left + up - 2 * corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

function unpack(
  raw: Uint8Array,
  from: number,
  depth: number,
  data: Uint8Array | Uint16Array,
  at: number,
  samples: number,
): void {
  if (depth === 8) {
    data.set(raw.subarray(from, from + samples), at);
  } else if (depth === 16) {
    for (let i = 0; i < samples; i++) data[at + i] = raw[from + 2 * i] << 8 | raw[from + 2 * i + 1];
  } else {
    const mask = (1 << depth) - 1;
    for (let i = 0, bit = 8 - depth; i < samples; i++, bit -= depth) {
      data[at + i] = raw[from + (i * depth >> 3)] >> (bit & 7) & mask;
    }
  }
}

function pack(
  data: Uint8Array | Uint16Array,
  from: number,
  samples: number,
  depth: number,
  raw: Uint8Array,
  at: number,
): void {
  if (depth === 8) {
    raw.set(data.subarray(from, from + samples), at);
  } else if (depth === 16) {
    for (let i = 0; i < samples; i++) {
      raw[at + 2 * i] = data[from + i] >> 8;
      raw[at + 2 * i + 1] = data[from + i] & 255;
    }
  } else {
    for (let i = 0, bit = 8 - depth; i < samples; i++, bit -= depth) {
      raw[at + (i * depth >> 3)] |= data[from + i] << (bit & 7);
    }
  }
}

function chunk(type: string, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, body.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(body, 8);
  view.setUint32(8 + body.length, crc32(bytes.subarray(4, 8 + body.length)));
  return bytes;
}

import type { ImageHeader } from "../model/frame.ts";

/** Orientation after one more quarter turn counter-clockwise (box `irot`); index 0 is not used. */
const TURNED_LEFT = [0, 8, 5, 6, 7, 4, 1, 2, 3];
/** After exchanging top and bottom, and after exchanging left and right (box `imir`, axis 0 and 1). */
const MIRRORED = [[0, 4, 3, 2, 1, 8, 7, 6, 5], [0, 2, 1, 4, 3, 6, 5, 8, 7]];

/** Properties are numbered with 15 bits. */
const MAX_PROPERTIES = 0x7fff;

/** A box of the file; its content is `[start, end)`. */
interface Box {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** True if the file begins as HEIF files do: HEIC, AVIF and their kin. */
export function isHeif(bytes: Uint8Array): boolean {
  return bytes.length >= 16 && text(bytes, 4) === "ftyp" && brand(bytes) !== undefined;
}

/**
 * Reads the size and orientation of the primary image of a HEIF file (ISO/IEC 23008-12). Its own rotation and mirror boxes
 * count; EXIF does not, as the standard demands.
 *
 * @param bytes The file, or its beginning.
 * @returns Undefined if the bytes end before the properties of the primary image, or it has no size.
 */
export function heifHeader(bytes: Uint8Array): ImageHeader | undefined {
  const meta = find(bytes, { type: "", start: 0, end: bytes.length }, "meta");
  if (!meta) return undefined;
  // meta, pitm and ipma begin with version (1 byte) and flags (3).
  const inside = { ...meta, start: meta.start + 4 };
  const primary = find(bytes, inside, "pitm");
  const properties = find(bytes, inside, "iprp");
  const container = properties && find(bytes, properties, "ipco");
  const association = properties && find(bytes, properties, "ipma");
  if (!primary || !container || !association) return undefined;
  const id = bytes[primary.start] === 0 ? u16(bytes, primary.start + 4) : u32(bytes, primary.start + 4);

  const list: Box[] = [];
  for (const box of boxes(bytes, container)) if (list.push(box) === MAX_PROPERTIES) break;
  let width = 0;
  let height = 0;
  let orientation = 1;
  for (const index of propertiesOf(bytes, association, id)) {
    const box = list[index - 1];
    if (box?.type === "ispe") {
      width = u32(bytes, box.start + 4);
      height = u32(bytes, box.start + 8);
    } else if (box?.type === "clap") {
      width = Math.floor(u32(bytes, box.start) / u32(bytes, box.start + 4));
      height = Math.floor(u32(bytes, box.start + 8) / u32(bytes, box.start + 12));
    } else if (box?.type === "irot") {
      for (let i = bytes[box.start] & 3; i > 0; i--) orientation = TURNED_LEFT[orientation];
    } else if (box?.type === "imir") {
      orientation = MIRRORED[bytes[box.start] & 1][orientation];
    }
  }
  return width > 0 ? { codec: brand(bytes) ?? "heif", width, height, orientation } : undefined;
}

/** `avif` if one of the brands says so, `heif` for the others. */
function brand(bytes: Uint8Array): "avif" | "heif" | undefined {
  const end = Math.min(u32(bytes, 0), bytes.length, 256);
  let found: "heif" | undefined;
  for (let at = 8; at + 4 <= end; at += 4) {
    const name = text(bytes, at);
    if (name === "avif" || name === "avis") return "avif";
    if (/^(mif1|msf1|hei[cxms]|hev[cxms])$/.test(name)) found = "heif";
  }
  return found;
}

/** 1-based numbers of the properties of an item, in the order in which they are applied. */
function* propertiesOf(bytes: Uint8Array, { start, end }: Box, id: number): Generator<number> {
  const wideIds = bytes[start] > 0;
  const wideNumbers = (bytes[start + 3] & 1) === 1;
  let at = start + 8;
  for (let entries = u32(bytes, start + 4); entries > 0 && at < end; entries--) {
    const item = wideIds ? u32(bytes, at) : u16(bytes, at);
    at += wideIds ? 4 : 2;
    const count = bytes[at++];
    for (let i = 0; i < count && at < end; i++) {
      // The highest bit tells that the property is essential.
      if (item === id) yield wideNumbers ? u16(bytes, at) & 0x7fff : bytes[at] & 0x7f;
      at += wideNumbers ? 2 : 1;
    }
    if (item === id) return;
  }
}

function find(bytes: Uint8Array, parent: Box, type: string): Box | undefined {
  for (const box of boxes(bytes, parent)) if (box.type === type) return box;
  return undefined;
}

/** The boxes inside a box; a box that is cut off is left out. */
function* boxes(bytes: Uint8Array, { start, end }: Box): Generator<Box> {
  for (let at = start; at + 8 <= end;) {
    const size = u32(bytes, at);
    const long = size === 1;
    // Size 0: up to the end. Size 1: 64 bits follow; what lies beyond 4 GiB is beyond the bytes at hand as well.
    const next = size === 0 ? end : at + (long ? u32(bytes, at + 8) * 2 ** 32 + u32(bytes, at + 12) : size);
    const content = at + (long ? 16 : 8);
    if (next > end || next < content) return;
    yield { type: text(bytes, at + 4), start: content, end: next };
    at = next;
  }
}

function text(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]);
}

function u16(bytes: Uint8Array, at: number): number {
  return bytes[at] << 8 | bytes[at + 1];
}

function u32(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3]) >>> 0;
}

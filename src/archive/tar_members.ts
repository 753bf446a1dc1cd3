import { type RangeReader, readRange } from "../io/range_file.ts";
import type { PackError } from "../model/issue.ts";
import { damaged } from "./zip_directory.ts";

// POSIX.1-2017 pax, "ustar Interchange Format" and "pax Extended Header"; GNU tar 1.35, "Basic Tar Format".
const BLOCK = 512;
/** What is read at once while looking for headers. */
const WINDOW = 4096;
/** Bytes a long name or pax header may have. */
const MAX_EXTENSION = 1 << 20;

/** One member of a tar that is not a header for the next. */
export interface TarMember {
  /** As it stands there; mostly UTF-8. */
  readonly name: Uint8Array;
  readonly kind: "file" | "folder" | "link" | "special" | "sparse";
  /** First byte of the data. */
  readonly at: number;
  /** Bytes of the data. */
  readonly size: number;
}

/** True if these bytes, a block of 512, are the header of a member: only its checksum tells. */
export function isTarHeader(block: Uint8Array): boolean {
  if (block.length < BLOCK) return false;
  let sum = 0;
  let negative = 0;
  for (let i = 0; i < BLOCK; i++) {
    const byte = block[i];
    sum += byte;
    if (byte > 0x7f) negative += 0x100;
  }
  // The checksum's own field counts as spaces.
  for (let i = 148; i < 156; i++) {
    sum += 0x20 - block[i];
    if (block[i] > 0x7f) negative -= 0x100;
  }
  const stated = octal(block, 148, 8);
  return stated === sum || stated === sum - negative; // Some old writers summed signed bytes.
}

/**
 * Reads the headers of a tar, skipping the data.
 *
 * @param path For messages.
 * @param told Told if the end of the archive is missing, or more follows behind it.
 * @throws {PackError} If a header is broken or the archive is cut off.
 */
export function* tarMembers(
  file: RangeReader,
  path: string,
  told: (what: "no end mark" | "more data") => void,
): Generator<TarMember> {
  const window = new Uint8Array(WINDOW);
  let windowAt = -WINDOW;
  let windowSize = 0;
  const blockAt = (at: number): Uint8Array | undefined => {
    if (at < windowAt || at + BLOCK > windowAt + windowSize) {
      windowAt = at;
      windowSize = file.read(window, at);
    }
    return windowSize - (at - windowAt) < BLOCK
      ? undefined
      : window.subarray(at - windowAt, at - windowAt + BLOCK);
  };
  const fail = (at: number, cause: string) => damaged(path, `${cause} (byte ${at})`);
  let next: Extensions = {};
  for (let at = 0;;) {
    const block = blockAt(at);
    if (!block) {
      if (at < file.size || next.name || next.size !== undefined) throw fail(at, "it ends within a header");
      return told("no end mark");
    }
    if (block.every((byte) => byte === 0)) {
      if (next.name || next.size !== undefined) throw fail(at, "it ends behind the header of a long name");
      if (at + BLOCK === file.size) told("no end mark");
      else if (follows(file, at + BLOCK)) told("more data");
      return;
    }
    if (!isTarHeader(block)) throw fail(at, "the header of a member is broken");
    const type = String.fromCharCode(block[156] || 0x30);
    const size = next.size ?? number(block, 124, 12);
    if (size === undefined) throw fail(at, "the size of a member cannot be read");
    let data = at + BLOCK;
    if (type === "S") data = behindSparseMap(block, data, blockAt);
    if (data + size > file.size) throw fail(at, "it ends within a member");
    at = data + Math.ceil(size / BLOCK) * BLOCK;
    if (EXTENSIONS.includes(type)) {
      if (size > MAX_EXTENSION) throw fail(data, "a name is longer than 1 MiB");
      const bytes = readRange(file, data, size);
      next = type === "L"
        ? { ...next, name: beforeNul(bytes) }
        : type === "x"
        ? { ...next, ...paxOf(bytes, () => fail(data, "a pax header is broken")) }
        : next;
      if (type === "g") {
        const all = paxOf(bytes, () => fail(data, "a pax header is broken"));
        if (all.name || all.size !== undefined) {
          throw fail(data, "a pax header gives all members one name or size");
        }
      }
      continue;
    }
    const name = next.name ?? nameOf(block);
    const kind = next.sparse ? "sparse" : kindOf(type, name);
    // Readers differ in whether data follows then: what one takes for data is a member for another.
    if (size > 0 && "123456".includes(type)) throw fail(data, "a link or folder states a size");
    if (kind) yield { name, kind, at: data, size };
    next = {};
  }
}

/** Members that describe the next one (long names and links of GNU, pax headers), or all. */
const EXTENSIONS = "LKxg";

/** What a member is; undefined for one that only describes the archive. */
function kindOf(type: string, name: Uint8Array): TarMember["kind"] | undefined {
  switch (type) {
    case "0":
    case "7":
      // Before POSIX, the slash alone told.
      return name.at(-1) === 0x2f ? "folder" : "file";
    case "5":
    case "D":
      return "folder";
    case "1":
    case "2":
      return "link";
    case "S":
      return "sparse";
    case "V":
      return undefined;
    default:
      return "special";
  }
}

/** What extension headers say of the next member. */
interface Extensions {
  name?: Uint8Array;
  size?: number;
  sparse?: boolean;
}

/** Reads the records "<length> key=value\n" of a pax header. */
function paxOf(bytes: Uint8Array, fail: () => PackError): Extensions {
  const found: Extensions = {};
  for (let at = 0; at < bytes.length;) {
    let length = 0;
    let i = at;
    for (; bytes[i] >= 0x30 && bytes[i] <= 0x39 && length <= bytes.length; i++) {
      length = length * 10 + bytes[i] - 0x30;
    }
    const end = at + length;
    const equals = bytes.indexOf(0x3d, i);
    if (bytes[i] !== 0x20 || end > bytes.length || equals < 0 || equals >= end || bytes[end - 1] !== 0x0a) {
      throw fail();
    }
    const key = String.fromCharCode(...bytes.subarray(i + 1, Math.min(equals, i + 100)));
    const value = bytes.subarray(equals + 1, end - 1);
    if (key === "path") found.name = value;
    else if (key === "size") {
      found.size = Number(String.fromCharCode(...value.subarray(0, 20)));
      if (!/^\d+$/.test(String.fromCharCode(...value.subarray(0, 20))) || !Number.isSafeInteger(found.size)) {
        throw fail();
      }
    } else if (key.startsWith("GNU.sparse.")) found.sparse = true;
    at = end;
  }
  return found;
}

function nameOf(block: Uint8Array): Uint8Array {
  const name = beforeNul(block.subarray(0, 100));
  // "ustar" and a NUL: POSIX. GNU has a space there, and other things in the place of the prefix.
  const isPosix = block[257] === 0x75 && block[261] === 0x72 && block[262] === 0;
  if (!isPosix || block[345] === 0) return name;
  const prefix = beforeNul(block.subarray(345, 500));
  const bytes = new Uint8Array(prefix.length + 1 + name.length);
  bytes.set(prefix);
  bytes[prefix.length] = 0x2f;
  bytes.set(name, prefix.length + 1);
  return bytes;
}

/** First byte behind the further blocks of an old GNU sparse map. */
function behindSparseMap(
  block: Uint8Array,
  data: number,
  blockAt: (at: number) => Uint8Array | undefined,
): number {
  let more = block[482] !== 0;
  while (more) {
    more = (blockAt(data)?.[504] ?? 0) !== 0;
    data += BLOCK;
  }
  return data;
}

/** True if there is another member behind the end mark, as when two archives were put one behind the other. */
function follows(file: RangeReader, at: number): boolean {
  const tail = readRange(file, at, 64 << 10);
  for (let i = 0; i + BLOCK <= tail.length; i += BLOCK) {
    const block = tail.subarray(i, i + BLOCK);
    if (block.some((byte) => byte !== 0)) return isTarHeader(block);
  }
  return false;
}

function beforeNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

/** A number in octal digits, or in base 256 with the highest bit set; undefined if it is neither. */
function number(block: Uint8Array, at: number, length: number): number | undefined {
  if ((block[at] & 0x80) === 0) return octal(block, at, length);
  let value = block[at] & 0x7f;
  for (let i = 1; i < length; i++) value = value * 256 + block[at + i];
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Octal digits, with spaces before and spaces or NULs behind them; undefined if there is anything else. */
function octal(block: Uint8Array, at: number, length: number): number | undefined {
  const end = at + length;
  let value = 0;
  while (at < end && block[at] === 0x20) at++;
  for (; at < end && block[at] >= 0x30 && block[at] <= 0x37; at++) value = value * 8 + block[at] - 0x30;
  for (; at < end; at++) if (block[at] !== 0x20 && block[at] !== 0) return undefined;
  return value;
}

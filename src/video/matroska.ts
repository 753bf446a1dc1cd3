/**
 * As much Matroska (RFC 9559) as it takes to hand images to ffmpeg and get pictures back, each with its number: a block says
 * how long it is and when it is shown, so an image that cannot be decoded leaves a gap and moves no other.
 */
import { PackError } from "../model/issue.ts";

const EBML = 0x1a45dfa3, SEGMENT = 0x18538067, INFO = 0x1549a966, TRACKS = 0x1654ae6b;
const CLUSTER = 0x1f43b675, TIMESTAMP = 0xe7, SIMPLE_BLOCK = 0xa3, BLOCK_GROUP = 0xa0, BLOCK = 0xa1;
/** Size of an element that ends where its parent does. */
const UNKNOWN_SIZE = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
const MILLISECOND = 1_000_000;
/** Track 1 as a vint, two bytes of time relative to the cluster's, flags: a key frame. */
const BLOCK_HEAD = [0x81, 0, 0, 0x80];
/** Larger than any picture of a size that can be stated. */
const LARGEST = 2 ** 33;

/** What stands before the first block: one video track whose codec the reader is told otherwise. */
export function matroskaHead(): Uint8Array {
  const track = [
    ...[...number(0xd7, 1), ...number(0x73c5, 1), ...number(0x83, 1), ...number(0x23e383, MILLISECOND)],
    ...element(0x86, ascii("V_MJPEG")),
    ...element(0xe0, [...number(0xb0, 1), ...number(0xba, 1)]),
  ];
  return Uint8Array.from([
    ...element(EBML, [...element(0x4282, ascii("matroska")), ...number(0x4287, 4), ...number(0x4285, 2)]),
    ...[...id(SEGMENT), ...UNKNOWN_SIZE],
    ...element(INFO, number(0x2ad7b1, MILLISECOND)),
    ...element(TRACKS, element(0xae, track)),
  ]);
}

/** What stands before the data of a block. @param time Number of the block. @param length Bytes of its data. */
export function blockHead(time: number, length: number): Uint8Array {
  const stamp = number(TIMESTAMP, time);
  const block = [...id(SIMPLE_BLOCK), ...size(BLOCK_HEAD.length + length), ...BLOCK_HEAD];
  return Uint8Array.from([
    ...[...id(CLUSTER), ...size(stamp.length + block.length + length), ...stamp, ...block],
  ]);
}

/** A block that was read. */
export interface MatroskaBlock {
  /** Milliseconds; the number that went in. */
  readonly time: number;
  /** Used again for the next block. */
  readonly data: Uint8Array<ArrayBuffer>;
}

/**
 * Reads the blocks of a stream.
 *
 * @param read Fills what it is given; returns fewer bytes only at the end.
 * @throws {PackError} If it is no Matroska.
 */
export async function* readBlocks(
  read: (into: Uint8Array<ArrayBuffer>) => Promise<number>,
): AsyncGenerator<MatroskaBlock> {
  let data = new Uint8Array(0);
  const small = new Uint8Array(8);
  let cluster = 0;
  const bytes = async (count: number): Promise<Uint8Array | undefined> => {
    const view = small.subarray(0, count);
    return await read(view) === count ? view : undefined;
  };
  /** Reads an id (with its length mark) or a size (without). */
  const vint = async (marked: boolean): Promise<number | undefined> => {
    const first = (await bytes(1))?.[0];
    if (first === undefined) return undefined;
    const length = Math.clz32(first) - 23;
    if (length > 8) throw noMatroska();
    let value = marked ? first : first & (0xff >> length);
    const rest = length > 1 ? await bytes(length - 1) : new Uint8Array(0);
    for (const byte of rest ?? []) value = value * 256 + byte;
    return rest && value;
  };
  const fill = async (length: number): Promise<boolean> => {
    if (!(length <= LARGEST)) throw noMatroska();
    if (data.buffer.byteLength < length) data = new Uint8Array(length);
    data = new Uint8Array(data.buffer, 0, length);
    return await read(data) === length;
  };
  for (let first = true;; first = false) {
    const element = await vint(true);
    const length = await vint(false);
    if (element === undefined || length === undefined) return;
    if (first && element !== EBML) throw noMatroska();
    if (element === SEGMENT || element === CLUSTER || element === BLOCK_GROUP) continue;
    if (element === SIMPLE_BLOCK || element === BLOCK) {
      const head = await bytes(4);
      if (!head) return;
      const time = cluster + (head[1] << 24 >> 16 | head[2]);
      if (!await fill(length - 4)) return;
      yield { time, data };
    } else if (!await fill(length)) return;
    else if (element === TIMESTAMP) cluster = data.reduce((value, byte) => value * 256 + byte, 0);
  }
}

const noMatroska = () =>
  new PackError(
    "What ffmpeg writes is no Matroska stream.",
    "Check that the program named with --ffmpeg is ffmpeg.",
  );

const element = (
  name: number,
  content: readonly number[],
) => [...id(name), ...size(content.length), ...content];
const number = (name: number, value: number) => element(name, bigEndian(value, 8));
const id = (name: number) => bigEndian(name, Math.ceil((32 - Math.clz32(name)) / 8));
const size = (length: number) => [0x01, ...bigEndian(length, 7)];
const ascii = (text: string) => Array.from(text, (character) => character.charCodeAt(0));

function bigEndian(value: number, length: number): number[] {
  return Array.from({ length }, (_, i) => Math.floor(value / 256 ** (length - 1 - i)) % 256);
}

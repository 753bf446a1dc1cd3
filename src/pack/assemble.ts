import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { COCO_MIDDLE, cocoTail } from "../coco/lines.ts";
import type { PlannedClass } from "../formats/format.ts";
import { writeAll } from "../io/write_all.ts";
import { combineCrc32, crc32 } from "../media/crc32.ts";
import { LineBuffer } from "../text/line_buffer.ts";

const BLOCK = 8 << 20;
const encoder = new TextEncoder();

/** Calls back with each block of a file, in order; the block is reused. */
function eachBlock(path: string, block: (bytes: Uint8Array) => void): void {
  const file = openSync(path, "r");
  try {
    const buffer = new Uint8Array(BLOCK);
    for (let count; (count = readSync(file, buffer, 0, BLOCK, null)) > 0;) block(buffer.subarray(0, count));
  } finally {
    closeSync(file);
  }
}

/** Writes to the end of a file and keeps account of it. */
class Appender {
  readonly #file: number;

  constructor(path: string, public position: number, readonly seen: (bytes: Uint8Array) => void) {
    this.#file = openSync(path, "r+");
  }

  append(bytes: Uint8Array): void {
    writeAll(this.#file, bytes, this.position);
    this.position += bytes.length;
    this.seen(bytes);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/**
 * Completes the bundle: directory and end records after the frames.
 *
 * @param frames CRC-32 and bytes of what is there already.
 * @returns CRC-32 and bytes of the whole file.
 */
export function finishBundle(
  path: string,
  frames: { crc32: number; size: number },
  directory: string,
  end: Uint8Array,
): { crc32: number; size: number } {
  let crc = frames.crc32;
  const out = new Appender(path, frames.size, (bytes) => crc = combineCrc32(crc, crc32(bytes), bytes.length));
  try {
    eachBlock(directory, (bytes) => out.append(bytes));
    out.append(end);
  } finally {
    out.close();
  }
  return { crc32: crc, size: out.position };
}

/**
 * Completes the annotation file: annotation lines and categories after the images.
 *
 * @param lines File with the annotation lines.
 * @param ids Final category id of each provisional one, by provisional id; undefined if none changes.
 * @returns SHA-256 (hex) and bytes of the whole file.
 */
export function finishCoco(
  path: string,
  size: number,
  lines: string,
  ids: readonly number[] | undefined,
  classes: readonly PlannedClass[],
): { sha256: string; size: number } {
  const sha256 = createHash("sha256");
  eachBlock(path, (bytes) => sha256.update(bytes));
  const out = new Appender(path, size, (bytes) => sha256.update(bytes));
  try {
    out.append(encoder.encode(COCO_MIDDLE));
    const renumber = ids && new CategoryRenumberer(ids);
    eachBlock(lines, (bytes) => out.append(renumber ? renumber.block(bytes) : bytes));
    if (renumber) out.append(renumber.rest());
    out.append(encoder.encode(cocoTail(classes)));
  } finally {
    out.close();
  }
  return { sha256: sha256.digest("hex"), size: out.position };
}

/**
 * Puts final category ids in the place of provisional ones: where no source declares its classes, their ids follow the sorted
 * names, which are only known after the last label. Works on blocks of annotation lines cut anywhere.
 */
export class CategoryRenumberer {
  readonly #out = new LineBuffer(BLOCK + (1 << 16));
  /** Beginning of a line whose category id may not be complete yet. */
  #kept = new Uint8Array(0);

  constructor(readonly ids: readonly number[]) {}

  /** The block's lines with new ids; valid until the next call. */
  block(bytes: Uint8Array): Uint8Array {
    this.#out.clear();
    let input = bytes;
    if (this.#kept.length > 0) {
      input = new Uint8Array(this.#kept.length + bytes.length);
      input.set(this.#kept);
      input.set(bytes, this.#kept.length);
    }
    let done = 0;
    for (let line = 0;;) {
      const end = input.indexOf(0x0a, line);
      if (end < 0) break;
      done = this.#line(input, done, line);
      line = end + 1;
      this.#out.append(input.subarray(done, line));
      done = line;
    }
    this.#kept = input.slice(done);
    return this.#out.written;
  }

  /** The last line, which has no line end. */
  rest(): Uint8Array {
    this.#out.clear();
    if (this.#kept.length > 0) {
      const done = this.#line(this.#kept, 0, 0);
      this.#out.append(this.#kept.subarray(done));
    }
    return this.#out.written;
  }

  /** Appends a line up to and with its new category id; returns the place after the old one. */
  #line(input: Uint8Array, done: number, line: number): number {
    let at = line;
    // {"id":1,"image_id":1,"category_id":1, — the third colon stands before the id.
    for (let colons = 0; colons < 3; at++) if (input[at] === 0x3a) colons++;
    this.#out.append(input.subarray(done, at));
    let id = 0;
    for (; input[at] >= 0x30 && input[at] <= 0x39; at++) id = id * 10 + input[at] - 0x30;
    this.#out.integer(this.ids[id]);
    return at;
  }
}

/**
 * Completes the manifest: footer at the end, header in its place.
 *
 * @param size Bytes so far, header included.
 * @param footer Footer line for the SHA-256 of all before it.
 * @returns Bytes of the whole file.
 */
export function finishManifest(
  path: string,
  size: number,
  header: Uint8Array,
  middle: string,
  footer: (sha256: string) => string,
): number {
  const file = openSync(path, "r+");
  try {
    writeAll(file, header, 0);
    const before = encoder.encode(middle);
    writeAll(file, before, size);
    const sha256 = createHash("sha256");
    eachBlock(path, (bytes) => sha256.update(bytes));
    const last = encoder.encode(footer(sha256.digest("hex")));
    writeAll(file, last, size + before.length);
    return size + before.length + last.length;
  } finally {
    closeSync(file);
  }
}

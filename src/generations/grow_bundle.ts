import { FileWriter } from "../io/file_writer.ts";
import { openRange, type RangeReader, readRange } from "../io/range_file.ts";
import { memoryFile } from "../io/range_window.ts";
import { overwrite } from "../io/write_all.ts";
import { FrameLine } from "../manifest/frame_line.ts";
import { hexValue, NO_DIGIT } from "../manifest/hex.ts";
import { FixedText, LineCursor } from "../manifest/line_cursor.ts";
import { lineBlocks, recordText } from "../manifest/lines.ts";
import { type Manifest, parseFrame } from "../manifest/reader.ts";
import { HEADER_SIZE } from "../manifest/record.ts";
import type { Container, Entry } from "../media/container.ts";
import { combineCrc32, crc32, cutCrc32 } from "../media/crc32.ts";
import { PackError } from "../model/issue.ts";
import type { FrameRecord } from "../model/frame.ts";
import { LineBuffer } from "../text/line_buffer.ts";
import type { Base } from "./base.ts";
import type { Plan } from "./plan.ts";

const COPIED_AT_ONCE = 1 << 20;
/** Directory records written at once. */
const DIRECTORY_BLOCK = 1 << 18;
const SPLIT_KEY = new FixedText(',"split":');
const LABELS_KEY = new FixedText(',"labels":');
const CLOSE_BRACE = 125;
const LETTER_C = 99;
/** From that letter to the first digit. */
const TO_CRC = 'crc32":"'.length;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Where new frames come from. */
export interface Incoming {
  readonly manifest: Manifest;
  readonly bundle: RangeReader;
}

/** The bundle of the next generation. */
export interface Grown {
  readonly size: number;
  readonly crc32: number;
  /** Byte at which its directory begins. */
  readonly framesEnd: number;
}

/** True if the bundle has to become longer for a plan. */
export function bundleGrows({ base, born, ended }: Plan, alive: Uint8Array): boolean {
  if (born.some(({ line }) => line === undefined)) return true;
  // Without a directory, nobody can see what is alive.
  if (base.container.growth.overEnd) return false;
  const before = aliveFrames(base.manifest, new Uint8Array(ended.length), []);
  return alive.some((is, frame) => is !== before[frame]);
}

/** By frame number: 1 if an image of the next generation has these bytes; incoming frames are not counted. */
export function aliveFrames(
  manifest: Manifest,
  ended: Uint8Array,
  born: Plan["born"],
): Uint8Array {
  const { length, frames, removed } = manifest.lines();
  const alive = new Uint8Array(length);
  for (let line = 0; line < length; line++) {
    if (!ended[line] && !removed?.[line]) alive[frames?.[line] ?? line] = 1;
  }
  for (const { line } of born) if (line !== undefined) alive[frames?.[line] ?? line] = 1;
  return alive;
}

/** Byte at which a bundle goes on. */
const growsFrom = ({ container, current }: Base): number =>
  container.growth.overEnd ? current.frames_end : current.bundle.size;

/**
 * Where the data of each incoming frame will lie in the bundle.
 *
 * @param entries Name in the bundle of each.
 */
export function incomingOffsets(
  base: Base,
  incoming: Incoming | undefined,
  entries: (record: FrameRecord) => string,
): Float64Array {
  const { container } = base;
  const offsets = new Float64Array(incoming?.manifest.length ?? 0);
  let at = growsFrom(base) + container.growth.headerSize;
  for (const record of incoming?.manifest.records() ?? []) {
    at += container.headerSize(encoder.encode(entries(record)), record.size);
    offsets[record.index] = at;
    at += record.size + container.padding(record.size);
  }
  return offsets;
}

/**
 * Appends new frames and the directory of what is alive to the bundle (docs/dataset_spec.md §4.1).
 *
 * @param alive Which of the frames that are there stay alive.
 * @param entries Name in the bundle of each incoming frame.
 * @param breathe Called now and then; what it throws ends the work.
 */
export async function growBundle(
  base: Base,
  incoming: Incoming | undefined,
  alive: Uint8Array,
  entries: (record: FrameRecord) => string,
  breathe: (bytes: number) => Promise<void>,
): Promise<Grown> {
  const { container, current: { bundle, frames_end }, manifest: { header: { bundle: { file, fps } } } } =
    base;
  const { overEnd, headerSize, header, retired } = container.growth;
  const end = container.end(0, 0, 0);
  const old = parseInt(bundle.crc32, 16);
  const path = base.files.file(file);
  const start = growsFrom(base);
  let crc = overEnd ? cutCrc32(old, crc32(end), end.length) : old;
  if (retired) {
    // The difference of two files of one size is that of their parts, moved to its place.
    const change = crc32(retired.live) ^ crc32(retired.dead);
    const behind = bundle.size - frames_end - retired.offset - retired.live.length;
    crc = (crc ^ combineCrc32(change, 0, behind)) >>> 0;
  }
  const out = new FileWriter(path, start);
  let breathed = start;
  const add = (bytes: Uint8Array) => {
    out.write(bytes);
    crc = combineCrc32(crc, crc32(bytes), bytes.length);
  };
  const directory: { entry: Entry; headerOffset: number }[] = [];
  try {
    if (incoming && headerSize > 0) add(header(incoming.manifest.footer.bytes));
    for (const record of incoming?.manifest.records() ?? []) {
      const entry = entryOf(record, entries(record));
      const headerOffset = out.position;
      add(headerOf(container, entry));
      copyData(incoming!.bundle, record, out);
      if (out.position - breathed > COPIED_AT_ONCE) {
        breathed = out.position;
        await breathe(breathed - start);
      }
      // What a stored frame's bytes are is known; of a deflated one, only what they inflate to.
      const data = entry.deflated ? crcOf(incoming!.bundle, record) : entry.crc32;
      crc = combineCrc32(crc, data, record.size);
      add(new Uint8Array(container.padding(record.size)));
      directory.push({ entry, headerOffset });
    }
    const framesEnd = out.position;
    let count = 0;
    const records = new LineBuffer();
    const list = (entry: Entry, headerOffset: number) => {
      const size = container.directorySize(entry.name, entry.size, headerOffset);
      records.reserve(size);
      records.length += container.writeDirectory(records.bytes, records.length, entry, headerOffset);
      count++;
      if (container.tables || records.length < DIRECTORY_BLOCK) return;
      add(records.written);
      records.clear();
    };
    if (!overEnd) {
      for (const { entry, offset } of frameEntries(base.manifest, alive, container.tables !== undefined)) {
        list(entry, offset - container.headerSize(entry.name, entry.size));
        if (count % 4096 === 0) await breathe(out.position - start);
      }
    }
    for (const { entry, headerOffset } of directory) list(entry, headerOffset);
    if (!container.tables) add(records.written);
    for (const bytes of container.tables?.(memoryFile(records.written), fps!) ?? []) add(bytes);
    add(container.end(count, framesEnd, out.position - framesEnd));
    out.sync();
    if (retired) overwrite(path, retired.dead, frames_end + retired.offset);
    return { size: out.position, crc32: crc, framesEnd };
  } finally {
    out.close();
  }
}

function headerOf(container: Container, entry: Entry): Uint8Array {
  const bytes = new Uint8Array(container.headerSize(entry.name, entry.size));
  container.writeHeader(bytes, 0, entry);
  return bytes;
}

function entryOf(record: FrameRecord, name: string): Entry {
  return {
    name: encoder.encode(name),
    size: record.size,
    originalSize: record.original_size ?? record.size,
    crc32: parseInt(record.crc32, 16),
    deflated: record.method !== undefined,
    header: record,
  };
}

function copyData(bundle: RangeReader, { offset, size, file_name }: FrameRecord, out: FileWriter): void {
  for (let done = 0; done < size;) {
    const piece = readRange(bundle, offset! + done, Math.min(COPIED_AT_ONCE, size - done));
    if (piece.length === 0) {
      throw new PackError(`The bundle with the new images ends before "${file_name}" does.`, undefined, 4);
    }
    out.write(piece);
    done += piece.length;
  }
}

function crcOf(bundle: RangeReader, { offset, size }: FrameRecord): number {
  return crc32(readRange(bundle, offset!, size));
}

/**
 * The entries of frames that are in the bundle and alive, in the order in which they lie there.
 *
 * @param withHeader True if the kind of image is wanted, too.
 */
export function* frameEntries(
  manifest: Manifest,
  alive: Uint8Array,
  withHeader: boolean,
): Generator<{ entry: Entry; offset: number }> {
  const { frames, names, offsets, sizes } = manifest.lines();
  const read = new FrameLine();
  const cursor = new LineCursor();
  let line = 0;
  for (const { bytes } of lineBlocks(manifest.file, HEADER_SIZE, manifest.framesEnd)) {
    for (let at = 0; at < bytes.length; line++) {
      const newline = bytes.indexOf(10, at);
      const stop = newline < 0 ? bytes.length : newline;
      // The first line of a frame tells all there is to know of its entry.
      if (alive[line] && (frames?.[line] ?? line) === line) {
        const entry =
          (withHeader ? undefined : plainEntry(bytes, at, at + names[line], cursor, sizes[line])) ??
            entryOfLine(manifest.path, bytes, at, stop, line, read, sizes[line], withHeader);
        yield { entry, offset: offsets[line] };
      }
      at = stop + 1;
    }
  }
}

/**
 * The entry of a stored frame whose entry has the name of its file: what most lines are, read without all that lies
 * between. The index has looked at their begin before.
 *
 * @returns Undefined of other lines, which have to be read as a whole.
 */
function plainEntry(
  bytes: Uint8Array,
  start: number,
  name: number,
  cursor: LineCursor,
  size: number,
): Entry | undefined {
  cursor.reset(bytes, name);
  const plain = cursor.skipString();
  const nameEnd = cursor.at - 1;
  const ends = bytes[cursor.at] === CLOSE_BRACE || cursor.sees(SPLIT_KEY) || cursor.sees(LABELS_KEY);
  // The keys and numbers before "crc32" have no letter c.
  let at = bytes.indexOf(LETTER_C, start) + TO_CRC;
  let crc32 = 0, seen = 0;
  for (const end = at + 8; at < end; at++) {
    const digit = hexValue[bytes[at]];
    seen |= digit;
    crc32 = crc32 << 4 | digit;
  }
  if (!plain || !ends || cursor.bad || seen & NO_DIGIT) return undefined;
  return {
    name: bytes.subarray(name + 1, nameEnd),
    size,
    originalSize: size,
    crc32: crc32 >>> 0,
    deflated: false,
    header: undefined,
  };
}

function entryOfLine(
  path: string,
  bytes: Uint8Array,
  at: number,
  stop: number,
  line: number,
  read: FrameLine,
  size: number,
  withHeader: boolean,
): Entry {
  read.read(bytes, at);
  if (!read.canonical) {
    const record = parseFrame(path, recordText(decoder.decode(bytes.subarray(at, stop))), line);
    return entryOf(record, record.entry ?? record.file_name);
  }
  return {
    name: bytes.subarray(read.entryAt, read.entryEnd),
    size,
    originalSize: read.originalSize < 0 ? size : read.originalSize,
    crc32: read.crc32,
    deflated: read.originalSize >= 0,
    header: withHeader
      ? {
        codec: decoder.decode(bytes.subarray(read.codecAt, read.codecEnd)),
        width: read.width,
        height: read.height,
      }
      : undefined,
  };
}

/** Opens the set with new frames. */
export function openIncoming(manifest: Manifest, bundle: string): Incoming {
  return { manifest, bundle: openRange(bundle) };
}

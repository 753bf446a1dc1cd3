import { createHash } from "node:crypto";
import { inflate } from "../dataset/inflate.ts";
import type { FileWriter } from "../io/file_writer.ts";
import type { Container, Entry } from "../media/container.ts";
import { combineCrc32, crc32 } from "../media/crc32.ts";
import type { FrameRecord } from "../model/frame.ts";
import { PackError } from "../model/issue.ts";
import type { RangeCopier } from "./range_copier.ts";
import { ReadAhead } from "./read_ahead.ts";
import type { Source } from "./source.ts";

/** A range of a bundle is copied once it has become so long. */
const RUN = 8 << 20;
/** Ranges from this length on are copied while other work goes on; shorter ones would cost more calls than they save. */
const LONG = 256 << 10;
const encoder = new TextEncoder();

/** Where a frame came to lie. */
export interface Copied {
  readonly offset: number;
  readonly size: number;
  /** Absent if the frame is stored as it is. */
  readonly originalSize?: number;
}

/**
 * Copies frames into a new bundle as ranges of bytes: neighbours whose envelopes stay the same are one range with them. What
 * is known of the bytes is not computed again: CRC-32s of parts combine to that of the whole.
 */
export class FrameCopier {
  /** CRC-32 and bytes of the frames with their envelopes. */
  crc32 = 0;
  size = 0;
  count = 0;
  readonly #container: Container;
  readonly #out: FileWriter;
  readonly #ranges: RangeCopier;
  readonly #directory: FileWriter;
  readonly #check: boolean;
  readonly #readers = new Map<Source, ReadAhead>();
  /** Of data that is looked at before it is copied: one reader would go back and forth. */
  readonly #lookers = new Map<Source, ReadAhead>();
  /** Range to be copied. */
  #run: { source: Source; start: number; end: number; name: string } | undefined;
  #scratch = new Uint8Array(1024);

  /**
   * @param container Envelopes of the new bundle.
   * @param out Bundle, at the place of the first frame.
   * @param ranges Copies into the same file.
   * @param directory File for the directory records.
   * @param check Hash every frame again.
   */
  constructor(
    container: Container,
    out: FileWriter,
    ranges: RangeCopier,
    directory: FileWriter,
    check: boolean,
  ) {
    this.#ranges = ranges;
    this.#container = container;
    this.#out = out;
    this.#directory = directory;
    this.#check = check;
  }

  /**
   * Copies a frame.
   *
   * @param fileName Its name in the new set.
   * @throws {PackError} If the bundle ends before it does, or `check` shows that it is not what the record says (exit code 4).
   */
  add(source: Source, record: FrameRecord, fileName: string): Copied {
    const container = this.#container;
    const deflated = record.method !== undefined;
    if (this.#check || deflated) this.#prove(source, record);
    // Only a zip can hold deflated data.
    const inflated = deflated && container.media !== "zip"
      ? inflate(this.#data(source, record), record)
      : undefined;
    const size = inflated?.length ?? record.size;
    const entry: Entry = {
      name: encoder.encode(fileName),
      size,
      originalSize: record.original_size ?? size,
      crc32: parseInt(record.crc32, 16),
      deflated: deflated && !inflated,
      header: record,
    };
    const cause = container.refusal?.(record.codec, size);
    if (cause !== undefined) {
      throw new PackError(
        `"${record.file_name}" in the set "${source.dir}" ${cause}.`,
        "Choose another --media, or leave such images out with subset.",
      );
    }
    const headerSize = container.headerSize(entry.name, size);
    const padding = container.padding(size);
    const start = container.prologueSize + this.size;
    const header = this.#header(entry, headerSize);
    this.#account(crc32(header), headerSize);
    this.#account(entry.deflated ? crc32(this.#data(source, record)) : entry.crc32, size);
    this.#account(crc32(new Uint8Array(padding)), padding);
    this.#list(entry, start);

    const same = source.media === container.media && !inflated &&
      (record.entry ?? record.file_name) === fileName;
    if (same) {
      this.#extend(source, record.offset! - headerSize, record.offset! + size + padding, fileName);
    } else {
      this.flush();
      this.#out.write(this.#header(entry, headerSize));
      if (inflated) this.#out.write(inflated);
      else {
        this.#extend(source, record.offset!, record.offset! + size, fileName);
        this.flush();
      }
      if (padding > 0) this.#out.write(new Uint8Array(padding));
    }
    return { offset: start + headerSize, size, ...entry.deflated && { originalSize: entry.originalSize } };
  }

  /** Copies what is left. */
  flush(): void {
    const run = this.#run;
    this.#run = undefined;
    if (!run) return;
    const size = run.end - run.start;
    if (size >= LONG) {
      if (run.end > run.source.bundle.size) throw cutOff(run.source, run.name);
      this.#ranges.copy(run.source.bundlePath, run.start, size, this.#out.position);
      this.#out.skip(size);
      return;
    }
    for (let at = run.start; at < run.end;) {
      const piece = readerOf(this.#readers, run.source).read(at, run.end);
      if (piece.length === 0) throw cutOff(run.source, run.name);
      this.#out.write(piece);
      at += piece.length;
    }
  }

  #extend(source: Source, start: number, end: number, name: string): void {
    const run = this.#run;
    if (run?.source === source && run.end === start && end - run.start <= RUN) {
      run.end = end;
      run.name = name;
      return;
    }
    this.flush();
    this.#run = { source, start, end, name };
  }

  #account(crc: number, size: number): void {
    if (size === 0) return;
    this.crc32 = combineCrc32(this.crc32, crc, size);
    this.size += size;
  }

  #header(entry: Entry, size: number): Uint8Array {
    if (this.#scratch.length < size) this.#scratch = new Uint8Array(size * 2);
    this.#container.writeHeader(this.#scratch, 0, entry);
    return this.#scratch.subarray(0, size);
  }

  #list(entry: Entry, headerOffset: number): void {
    this.count++;
    const size = this.#container.directorySize(entry.name, entry.size, headerOffset);
    if (size === 0) return;
    const bytes = new Uint8Array(size);
    this.#container.writeDirectory(bytes, 0, entry, headerOffset);
    this.#directory.write(bytes);
  }

  /** Data of a frame as it lies in its bundle; valid until the next read. */
  #data(source: Source, { offset, size, file_name }: FrameRecord): Uint8Array<ArrayBuffer> {
    const data = readerOf(this.#lookers, source).read(offset!, offset! + size);
    if (data.length < size) throw cutOff(source, file_name);
    return data;
  }

  #prove(source: Source, record: FrameRecord): void {
    const data = this.#data(source, record);
    const bytes = record.method ? inflate(data, record) : data;
    const sound = crc32(bytes) === parseInt(record.crc32, 16) &&
      (!this.#check || createHash("sha256").update(bytes).digest("hex") === record.sha256);
    if (sound) return;
    throw new PackError(
      `"${record.file_name}" in the set "${source.dir}" is not what its manifest says.`,
      "Run verify on that set, then fetch or pack it again.",
      4,
    );
  }
}

function readerOf(readers: Map<Source, ReadAhead>, source: Source): ReadAhead {
  let reader = readers.get(source);
  if (!reader) readers.set(source, reader = new ReadAhead(source.bundle));
  return reader;
}

function cutOff({ dir, bundle }: Source, name: string): PackError {
  return new PackError(
    `The bundle of "${dir}" ends at byte ${bundle.size}, before "${name}" does.`,
    "Run verify on that set, then fetch or pack it again.",
    4,
  );
}

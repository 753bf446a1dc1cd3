import { createHash } from "node:crypto";
import { inflate } from "../dataset/inflate.ts";
import type { FileWriter } from "../io/file_writer.ts";
import type { FrameLine } from "../manifest/frame_line.ts";
import type { Container, Entry } from "../media/container.ts";
import { combineCrc32, crc32 } from "../media/crc32.ts";
import { PackError } from "../model/issue.ts";
import type { Copier } from "../io/copy/copier.ts";
import { ReadAhead, roomFor } from "../io/copy/read_ahead.ts";
import type { Source } from "./source.ts";

const decoder = new TextDecoder();

/** Where a frame came to lie. */
export interface Copied {
  readonly offset: number;
  readonly size: number;
  /** Bytes of the original file if the frame is deflated; undefined if it is stored as it is. */
  readonly originalSize: number | undefined;
}

/**
 * Copies frames into a new bundle as ranges of bytes: neighbours whose envelopes stay the same are one range with them. What
 * is known of the bytes is not computed again: CRC-32s of parts combine to that of the whole.
 */
export class FrameCopier {
  /** CRC-32 and bytes of the frames with their envelopes. */
  crc32 = 0;
  size = 0;
  readonly #container: Container;
  readonly #sources: readonly Source[];
  readonly #copier: Copier;
  readonly #directory: FileWriter;
  readonly #check: boolean;
  /** Of data that is looked at before it is copied. */
  readonly #lookers: ReadAhead[] = [];
  #header = new Uint8Array(1024);
  #record = new Uint8Array(1024);

  /**
   * @param container Envelopes of the new bundle.
   * @param copier Copies into the bundle, from the first frame on.
   * @param directory File for the directory records.
   * @param check Hash every frame again.
   */
  constructor(
    container: Container,
    sources: readonly Source[],
    copier: Copier,
    directory: FileWriter,
    check: boolean,
  ) {
    this.#container = container;
    this.#sources = sources;
    this.#copier = copier;
    this.#directory = directory;
    this.#check = check;
  }

  /**
   * Copies a frame.
   *
   * @param set Number of its source.
   * @param position Its position there.
   * @param line Its line there.
   * @param name Its name in the new set, UTF-8.
   * @param renamed True if that is another.
   * @throws {PackError} If the bundle ends before it does, or `check` shows that it is not what the record says (exit code 4).
   */
  add(set: number, position: number, line: FrameLine, name: Uint8Array, renamed: boolean): Copied {
    const container = this.#container;
    const source = this.#sources[set];
    const offset = source.index.offsets[position], stored = source.index.sizes[position];
    const deflated = line.originalSize >= 0;
    if (offset + stored > source.bundle.size) throw cutOff(source, line);
    if (this.#check || deflated) this.#prove(set, position, line);
    // Only a zip can hold deflated data.
    const inflated = deflated && container.media !== "zip" ? this.#inflated(set, position) : undefined;
    const size = inflated?.length ?? stored;
    const entry: Entry = {
      name,
      size,
      originalSize: deflated ? line.originalSize : size,
      crc32: line.crc32,
      deflated: deflated && !inflated,
      header: container.tables && { codec: line.codec(), width: line.width, height: line.height },
    };
    const cause = container.refusal?.(entry.header!.codec, size);
    if (cause !== undefined) {
      throw new PackError(
        `"${decoder.decode(line.name())}" in the set "${source.dir}" ${cause}.`,
        "Choose another --media, or leave such images out with subset.",
      );
    }
    const headerSize = container.headerSize(name, size);
    const padding = container.padding(size);
    const start = container.prologueSize + this.size;
    if (this.#header.length < headerSize) this.#header = new Uint8Array(headerSize * 2);
    container.writeHeader(this.#header, 0, entry);
    const header = this.#header.subarray(0, headerSize);
    if (headerSize > 0) this.#account(crc32(header), headerSize);
    this.#account(entry.deflated ? crc32(this.#data(set, position)) : entry.crc32, size);
    if (padding > 0) this.#account(crc32(ZEROS.subarray(0, padding)), padding);
    this.#list(entry, start);

    const copier = this.#copier;
    if (source.media === container.media && !inflated && !renamed && line.entryAt === line.nameAt) {
      copier.copy(set, offset - headerSize, headerSize + size + padding);
    } else {
      if (headerSize > 0) copier.put(header);
      if (inflated) copier.put(inflated);
      else copier.copy(set, offset, size);
      if (padding > 0) copier.put(ZEROS.subarray(0, padding));
    }
    return {
      offset: start + headerSize,
      size,
      originalSize: entry.deflated ? entry.originalSize : undefined,
    };
  }

  #account(crc: number, size: number): void {
    this.crc32 = combineCrc32(this.crc32, crc, size);
    this.size += size;
  }

  #list(entry: Entry, headerOffset: number): void {
    const size = this.#container.directorySize(entry.name, entry.size, headerOffset);
    if (size === 0) return;
    if (this.#record.length < size) this.#record = new Uint8Array(size * 2);
    this.#container.writeDirectory(this.#record, 0, entry, headerOffset);
    this.#directory.write(this.#record.subarray(0, size));
  }

  /** Data of a frame as it lies in its bundle; valid until the next read. */
  #data(set: number, position: number): Uint8Array<ArrayBuffer> {
    const { bundle, index: { offsets, sizes } } = this.#sources[set];
    const looker = this.#lookers[set] ??= new ReadAhead(bundle, roomFor(this.#sources.length));
    return looker.read(offsets[position], offsets[position] + sizes[position]);
  }

  #inflated(set: number, position: number): Uint8Array {
    return inflate(this.#data(set, position), this.#sources[set].manifest.record(position));
  }

  #prove(set: number, position: number, line: FrameLine): void {
    const bytes = line.originalSize >= 0 ? this.#inflated(set, position) : this.#data(set, position);
    const stated = decoder.decode(line.bytes.subarray(line.shaAt, line.shaAt + 64));
    const sound = crc32(bytes) === line.crc32 &&
      (!this.#check || createHash("sha256").update(bytes).digest("hex") === stated);
    if (sound) return;
    throw new PackError(
      `"${decoder.decode(line.name())}" in the set "${
        this.#sources[set].dir
      }" is not what its manifest says.`,
      "Run verify on that set, then fetch or pack it again.",
      4,
    );
  }
}

/** Padding of any container is shorter. */
const ZEROS = new Uint8Array(1024);

function cutOff({ dir, bundle }: Source, line: FrameLine): PackError {
  return new PackError(
    `The bundle of "${dir}" ends at byte ${bundle.size}, before "${decoder.decode(line.name())}" does.`,
    "Run verify on that set, then fetch or pack it again.",
    4,
  );
}

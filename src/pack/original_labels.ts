import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { closeSync, openSync } from "node:fs";
import { constants, deflateRawSync } from "node:zlib";
import { concernsOneFile, DOES_NOT_FIT } from "../io/read_file.ts";
import { blocksOf } from "../io/range_file.ts";
import { systemReason } from "../io/system_error.ts";
import { writeAll } from "../io/write_all.ts";
import { eachBlock } from "../io/each_block.ts";
import { crc32 } from "../media/crc32.ts";
import type { Entry } from "../media/container.ts";
import { zip } from "../media/zip.ts";
import { type Issue, PackError } from "../model/issue.ts";
import type { FileSource } from "../source/source.ts";
import { LineBuffer } from "../text/line_buffer.ts";

/** Files between two looks at the signal. */
const BREATH = 64;
/** Larger files are compressed block by block. */
const SMALL = 4 << 20;
const encoder = new TextEncoder();

/** What was written. */
export interface WrittenLabels {
  /** Bytes of the archive. */
  readonly size: number;
  readonly crc32: number;
  /** SHA-256 of the archive, hex. */
  readonly sha256: string;
  /** Files in it. */
  readonly files: number;
}

/**
 * Writes the label files of a dataset, byte for byte, into a zip of their own, which then travels in the bundle behind the
 * frames: the same for every kind of bundle.
 *
 * @param path The zip, an empty file.
 * @param source Reads the label files.
 * @param files Their paths, in the order they get.
 * @param folder What their names in the archive begin with.
 * @param issue Told about files that cannot be read; they are left out.
 * @param signal Ends it by throwing its reason.
 */
export async function writeOriginalLabels(
  path: string,
  source: FileSource,
  files: Iterable<string>,
  folder: string,
  issue: (issue: Issue) => void,
  signal?: AbortSignal,
): Promise<WrittenLabels> {
  const out = new LabelArchive(path, source, folder, signal);
  let count = 0;
  try {
    for (const file of files) {
      if (count++ % BREATH === 0) await setImmediate();
      signal?.throwIfAborted();
      try {
        await out.add(file);
      } catch (error) {
        if (!concernsOneFile(error)) throw error;
        issue({
          code: "label-not-kept",
          severity: "reject",
          record: "label",
          path: file,
          message: `Cannot keep "${file}" in the bundle: ${systemReason(error)}.`,
        });
      }
    }
    return out.finish();
  } finally {
    out.close();
  }
}

/** A zip that is written file by file. */
class LabelArchive {
  readonly #file: number;
  readonly #directory = new LineBuffer();
  readonly #buffer = new Uint8Array(SMALL);
  #offset = 0;
  #files = 0;

  constructor(
    readonly path: string,
    readonly source: FileSource,
    readonly folder: string,
    readonly signal?: AbortSignal,
  ) {
    this.#file = openSync(path, "r+");
  }

  async add(path: string): Promise<void> {
    const bytes = encoder.encode(this.folder + path);
    const size = this.source.read(path, this.#buffer, 0);
    const entry = size === DOES_NOT_FIT
      ? await this.#blocks(bytes, path)
      : this.#whole(bytes, this.#buffer.subarray(0, size));
    const larger = Math.max(entry.size, entry.originalSize);
    const room = zip.directorySize(bytes, larger, this.#offset);
    this.#directory.reserve(room);
    zip.writeDirectory(this.#directory.bytes, this.#directory.length, entry, this.#offset);
    this.#directory.length += room;
    this.#offset += zip.headerSize(bytes, larger) + entry.size;
    this.#files++;
  }

  finish(): WrittenLabels {
    const directory = this.#offset;
    writeAll(this.#file, this.#directory.written, directory);
    const end = zip.end(this.#files, directory, this.#directory.length);
    writeAll(this.#file, end, directory + this.#directory.length);
    const sha256 = createHash("sha256");
    let crc = 0;
    eachBlock(this.path, (bytes) => {
      crc = crc32(bytes, crc);
      sha256.update(bytes);
    });
    const size = directory + this.#directory.length + end.length;
    return { size, crc32: crc, sha256: sha256.digest("hex"), files: this.#files };
  }

  close(): void {
    closeSync(this.#file);
  }

  #whole(name: Uint8Array, bytes: Uint8Array): Entry {
    const packed = deflateRawSync(bytes);
    const deflated = packed.length < bytes.length;
    const data = deflated ? packed : bytes;
    const entry = { name, size: data.length, originalSize: bytes.length, crc32: crc32(bytes), deflated };
    this.#header(entry);
    writeAll(this.#file, data, this.#offset + zip.headerSize(name, bytes.length));
    return entry;
  }

  /** Compresses a file of any size; the header before it is written when its sizes are known. */
  async #blocks(name: Uint8Array, path: string): Promise<Entry> {
    const file = this.source.open(path);
    const room = zip.headerSize(name, file.size);
    const start = this.#offset + room;
    let originalSize = 0;
    let crc = 0;
    let size = 0;
    const append = (packed: Uint8Array) => {
      writeAll(this.#file, packed, start + size);
      size += packed.length;
    };
    try {
      for (const bytes of blocksOf(file)) {
        originalSize += bytes.length;
        crc = crc32(bytes, crc);
        // Each block ends on a whole byte, so that the next one can follow (RFC 1951, 3.2.4).
        append(deflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }));
        await setImmediate();
        this.signal?.throwIfAborted();
      }
      append(deflateRawSync(new Uint8Array(0)));
    } finally {
      file.close();
    }
    // The header of a file from 4 GiB on is larger.
    if (zip.headerSize(name, Math.max(size, originalSize)) !== room) {
      throw new PackError(
        `"${path}" changed while it was packed: it passed 4 GiB.`,
        "Run again when nothing writes to the dataset.",
      );
    }
    const entry = { name, size, originalSize, crc32: crc, deflated: true };
    this.#header(entry);
    return entry;
  }

  #header(entry: Entry): void {
    const header = new Uint8Array(zip.headerSize(entry.name, Math.max(entry.size, entry.originalSize)));
    zip.writeHeader(header, 0, entry);
    writeAll(this.#file, header, this.#offset);
  }
}

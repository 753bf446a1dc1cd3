import { closeSync, openSync, rmSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createInflateRaw } from "node:zlib";
import { type RangeReader, readRange } from "../io/range_file.ts";
import { writeAll } from "../io/write_all.ts";
import { crc32 } from "../media/crc32.ts";
import { PackError } from "../model/issue.ts";
import { findDirectory, type ZipRecord, zipRecords } from "../archive/zip_directory.ts";
import { DEFLATED, get16, LOCAL_SIZE } from "../source/zip_fields.ts";
import { ORIGINAL_LABELS } from "../media/original_labels.ts";

/** Bytes read at once. */
const PIECE = 1 << 20;

/** The original label files of a bundle, open for restoring. */
export class OriginalLabels {
  readonly #archive: RangeReader;

  /** @param archive Open archive, as it lies in the bundle. */
  constructor(archive: RangeReader) {
    this.#archive = archive;
  }

  /** Paths of the files and where they lie, in order. */
  *files(): Generator<{ path: string; record: ZipRecord }> {
    const directory = findDirectory(this.#archive, ORIGINAL_LABELS);
    for (const record of zipRecords(this.#archive, directory, ORIGINAL_LABELS)) {
      yield { path: new TextDecoder().decode(record.name), record };
    }
  }

  /**
   * Writes one file where none is yet, and checks it against its CRC-32.
   *
   * @returns Its bytes.
   * @throws {PackError} If it is not what was packed; the file is then removed.
   */
  async restore(record: ZipRecord, path: string): Promise<number> {
    const file = openSync(path, "wx");
    let crc = 0;
    let written = 0;
    /** What went wrong while a piece was written: a pipeline only says that it was ended. */
    let cause: unknown;
    try {
      const source = Readable.from(this.#data(record));
      const pieces = async (packed: AsyncIterable<Uint8Array>) => {
        try {
          for await (const piece of packed) {
            // What goes on and on is no label file; its size stands in the directory.
            if (written + piece.length > record.size) {
              throw damaged(path, "it inflates to more than its size");
            }
            crc = crc32(piece, crc);
            writeAll(file, piece, written);
            written += piece.length;
          }
        } catch (error) {
          cause = error;
          throw error;
        }
      };
      if (record.method === DEFLATED) await pipeline(source, createInflateRaw(), pieces);
      else await pieces(source);
      if (crc !== record.crc32 || written !== record.size) {
        throw damaged(path, "its CRC-32 is not that of the archive");
      }
    } catch (error) {
      rmSync(path, { force: true });
      const { code, message } = (cause ?? error) as Error & { code?: string };
      throw code?.startsWith("Z_") ? damaged(path, message) : cause ?? error;
    } finally {
      closeSync(file);
    }
    return written;
  }

  *#data({ at, packed }: ZipRecord): Generator<Uint8Array> {
    const header = readRange(this.#archive, at, LOCAL_SIZE);
    const start = at + LOCAL_SIZE + get16(header, 26) + get16(header, 28);
    for (let done = 0; done < packed; done += PIECE) {
      yield readRange(this.#archive, start + done, Math.min(PIECE, packed - done));
    }
  }
}

function damaged(path: string, cause: string): PackError {
  return new PackError(
    `The label file "${path}" is damaged in the bundle: ${cause}.`,
    "Run verify to see all damage, then fetch or pack the set again.",
    4,
  );
}

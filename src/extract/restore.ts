import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { inflate } from "../dataset/inflate.ts";
import { type RangeReader, readRange } from "../io/range_file.ts";
import { crc32 } from "../media/crc32.ts";
import type { FrameRecord } from "../model/frame.ts";
import { PackError } from "../model/issue.ts";

/**
 * Writes one image of a bundle to a file that is not there yet, and checks it against its CRC-32.
 *
 * @param buffer Room for a piece of it.
 * @returns Its bytes.
 * @throws {PackError} If the data is not what was packed; the file is then removed.
 */
export function restore(
  bundle: RangeReader,
  record: FrameRecord,
  path: string,
  buffer: Uint8Array,
): number {
  // "wx" never opens what is there already, not even through a link that was put there a moment ago.
  const file = openSync(path, "wx");
  let crc = 0, written = 0;
  try {
    for (const piece of piecesOf(bundle, record, buffer)) {
      crc = crc32(piece, crc);
      for (let at = 0; at < piece.length;) at += writeSync(file, piece, at, piece.length - at, null);
      written += piece.length;
    }
    if (crc !== parseInt(record.crc32, 16)) throw damaged(record, "its CRC-32 is not that of the manifest");
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  return written;
}

function* piecesOf(bundle: RangeReader, record: FrameRecord, buffer: Uint8Array): Generator<Uint8Array> {
  const { offset = 0, size } = record;
  if (record.method === "deflate") {
    yield inflate(readRange(bundle, offset, size), record);
    return;
  }
  for (let done = 0; done < size;) {
    const piece = buffer.subarray(0, Math.min(buffer.length, size - done));
    const read = bundle.read(piece, offset + done);
    if (read < piece.length) throw damaged(record, "the bundle ends before it does");
    yield piece;
    done += read;
  }
}

function damaged(record: FrameRecord, cause: string): PackError {
  return new PackError(
    `Frame ${record.index} "${record.file_name}" is damaged: ${cause}.`,
    "Run verify to see all damage, then fetch or pack the set again.",
    4,
  );
}

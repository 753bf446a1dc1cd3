import { closeSync, existsSync, openSync, readdirSync, rmSync, writeSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { inflate } from "../dataset/inflate.ts";
import { openRange, type RangeReader, readRange } from "../io/range_file.ts";
import { missingFile, resolveSet } from "../manifest/source_set.ts";
import { type Manifest, openManifest } from "../manifest/reader.ts";
import { crc32 } from "../media/crc32.ts";
import type { FrameRecord } from "../model/frame.ts";
import { PackError } from "../model/issue.ts";
import { TargetFolder } from "./target_folder.ts";

/** Bytes copied at once. */
const PIECE = 4 * 1024 * 1024;
/** Frames between two looks at the signal. */
const BREATH = 64;

/** Options of {@link extract}. */
export interface ExtractOptions {
  /** Frames to restore, by index from 0. @default {all} */
  frames?: Iterable<number>;
  /** Replace files that are there already. @default {false} */
  overwrite?: boolean;
  /** Ends the extraction; files restored so far stay. */
  signal?: AbortSignal;
  /** Called a few times a second. */
  onProgress?: (progress: ExtractProgress) => void;
}

/** State of an extraction, for display. */
export interface ExtractProgress {
  /** Files restored. */
  done: number;
  /** Files in all; those of `frames` if they were counted. */
  total: number;
  /** Bytes written. */
  bytes: number;
  /** Seconds since the start. */
  seconds: number;
}

/** What an extraction did. */
export interface ExtractReport {
  /** Files restored. */
  frames: number;
  /** Bytes written. */
  bytes: number;
  /** Folder they are in. */
  dir: string;
  /** Seconds it took. */
  seconds: number;
}

/**
 * Restores images byte for byte, under their `file_name`, and checks each against its CRC-32.
 *
 * All names are checked before the first file is written: a set whose names lead out of `dir` is refused as a whole, and so
 * is one of which a file is there already. Links below `dir` are not followed.
 *
 * @param out Folder of the set.
 * @param dir Folder to write into; created if it is not there.
 * @throws {PackError} For the reasons above (exit code 4 for damage), or with exit code 130 if the signal ends it.
 * @throws {RangeError} If `frames` holds an index the set does not have.
 */
export async function extract(
  out: string,
  dir: string,
  options: ExtractOptions = {},
): Promise<ExtractReport> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const files = resolveSet(out);
  const manifest = openManifest(files.manifest);
  let bundle: RangeReader | undefined;
  try {
    const name = manifest.header.bundle.file;
    if (!existsSync(files.file(name))) throw missingFile(out, name);
    bundle = openRange(files.file(name));
    const frames = options.frames && [...options.frames];
    const target = new TargetFolder(dir, options.overwrite ?? false);
    const occupied = readdirSync(target.root).length > 0;
    for (const { file_name } of recordsOf(manifest, frames)) {
      const path = target.path(file_name);
      if (occupied) target.check(path);
    }
    const total = frames?.length ?? manifest.length;
    const buffer = new Uint8Array(PIECE);
    let done = 0, bytes = 0, told = start;
    for (const record of recordsOf(manifest, frames)) {
      if (done % BREATH === 0) {
        await setImmediate();
        if (options.signal?.aborted) throw new PackError("Extraction was interrupted.", undefined, 130);
      }
      const path = target.path(record.file_name);
      target.prepare(path);
      bytes += restore(bundle, record, path, buffer);
      done++;
      if (options.onProgress && (performance.now() - told > 200 || done === total)) {
        told = performance.now();
        options.onProgress({ done, total, bytes, seconds: seconds() });
      }
    }
    return { frames: done, bytes, dir: target.root, seconds: seconds() };
  } finally {
    bundle?.close();
    manifest.close();
  }
}

function* recordsOf(manifest: Manifest, frames: number[] | undefined): Generator<FrameRecord> {
  if (frames) { for (const index of frames) yield manifest.record(index); }
  else yield* manifest.records();
}

/**
 * Writes one file.
 *
 * @returns Its bytes.
 * @throws {PackError} If the data is not what was packed; the file is then removed.
 */
function restore(bundle: RangeReader, record: FrameRecord, path: string, buffer: Uint8Array): number {
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
  const { offset, size } = record;
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

import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blocksOf, openRange } from "../../io/range_file.ts";
import { crc32 } from "../../media/crc32.ts";
import { PackError } from "../../model/issue.ts";
import { copyRange } from "../../store/copy_range.ts";
import { videoFiles } from "../../video/video_files.ts";
import type { RemoteSet } from "./dataset.ts";

/** Called with the bytes that were fetched, and those there will be. */
export type FetchedBytes = (done: number, total: number) => void;

/**
 * A temporary folder of this machine for parts of a set in a store that other code needs as files: ffmpeg reads videos from
 * there, for a link would stand on its command line, where others of this machine see it, and not every store has links.
 */
export class Spool implements Disposable {
  #folder: string | undefined;
  #closed = false;

  /** Path of a file in the folder, which is made. */
  path(name: string): string {
    if (this.#closed) throw new Error("The set is closed.");
    return join(this.#folder ??= mkdtempSync(join(tmpdir(), "compact-uploader-")), name);
  }

  /** Copies a range of the bundle into a file; returns its path. */
  async range({ read, manifest }: RemoteSet, offset: number, size: number): Promise<string> {
    const path = this.path(`${manifest.header.bundle.file}.part`);
    await copyInto(path, read, offset, size);
    return path;
  }

  /**
   * Copies the files of a compressed bundle.
   *
   * @param prove True if they have to be what the manifest says.
   * @param onBytes Called with the bytes that are here, and those there will be.
   * @throws {PackError} With exit code 4 if one is not.
   */
  async videos(set: RemoteSet, prove: boolean, onBytes?: FetchedBytes): Promise<void> {
    const { header, length } = set.manifest;
    const files = videoFiles(header, length);
    const total = files.reduce((sum, { size }) => sum + size, 0);
    let done = 0;
    for (const { file, size, crc32 } of files) {
      const read = await set.file(file, size);
      await copyInto(this.path(file), read, 0, size, (bytes) => onBytes?.(done += bytes, total));
      if (prove && sumOf(this.path(file)) !== parseInt(crc32, 16)) throw damaged(set, file);
    }
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function copyInto(
  path: string,
  read: RemoteSet["read"],
  offset: number,
  size: number,
  onBytes?: (bytes: number) => void,
): Promise<void> {
  const file = openSync(path, "w");
  try {
    await copyRange(read, { offset, size, to: 0 }, file, onBytes);
  } finally {
    closeSync(file);
  }
}

function sumOf(path: string): number {
  const file = openRange(path);
  try {
    let sum = 0;
    for (const block of blocksOf(file)) sum = crc32(block, sum);
    return sum;
  } finally {
    file.close();
  }
}

function damaged({ dataset }: RemoteSet, file: string): PackError {
  return new PackError(
    `"${dataset.location}/${file}" is damaged: its CRC-32 is not that of the manifest.`,
    "Upload the set again.",
    4,
  );
}

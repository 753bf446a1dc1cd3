import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { blocksOf, openRange, readRange } from "../../io/range_file.ts";
import { PARTIAL } from "../../manifest/source_set.ts";
import { crc32 } from "../../media/crc32.ts";
import { type Body, fileBody } from "../body.ts";
import { StoreError } from "../error.ts";
import type { Pace } from "../pace.ts";
import type {
  Condition,
  ObjectInfo,
  OpenUpload,
  Part,
  PartPlace,
  ReadOptions,
  ReusedObject,
  Traffic,
  UploadStore,
  Whole,
} from "../store.ts";

/** How bytes go into a folder. */
export interface FolderOptions {
  readonly pace?: Pace;
  /** Is counted up. */
  readonly traffic?: Traffic;
}

/**
 * A folder as a store: of this machine, or of a disk on the network. A file is written as `NAME.partial` and then renamed, so
 * a reader sees all of it or nothing (docs/dataset_spec.md §4). Nothing here vouches for what was written, so it is read back.
 */
export class FolderStore implements UploadStore {
  readonly location: string;
  readonly limits = { least: 1, most: Number.MAX_SAFE_INTEGER, parts: Number.MAX_SAFE_INTEGER };
  readonly #options: FolderOptions;
  /** Checksums of files that were read, by version. */
  readonly #sums = new Map<string, number>();

  /** @param path The folder; it is made when something is written. */
  constructor(readonly path: string, options: FolderOptions = {}) {
    this.location = path;
    this.#options = options;
  }

  head(name: string): Promise<ObjectInfo | undefined> {
    const file = statSync(join(this.path, name), { throwIfNoEntry: false });
    if (!file?.isFile()) return Promise.resolve(undefined);
    const etag = `${file.ino}-${file.size}-${file.mtimeMs}`;
    const key = `${name} ${etag}`;
    let sum = this.#sums.get(key);
    if (sum === undefined) this.#sums.set(key, sum = sumOf(join(this.path, name)));
    return Promise.resolve({ size: file.size, etag, crc32: sum });
  }

  async get(
    name: string,
    offset: number,
    size: number,
    { etag }: ReadOptions = {},
  ): Promise<Uint8Array<ArrayBuffer>> {
    if (!existsSync(join(this.path, name))) {
      throw new StoreError("missing", `"${join(this.path, name)}" is not there.`);
    }
    if (etag !== undefined && (await this.head(name))?.etag !== etag) {
      throw new StoreError("changed", `"${join(this.path, name)}" has been replaced.`, "Open it again.");
    }
    const file = openRange(join(this.path, name));
    try {
      return readRange(file, offset, size);
    } finally {
      file.close();
    }
  }

  async put(name: string, body: Body, condition: Condition, signal?: AbortSignal): Promise<ObjectInfo> {
    const whole = { size: body.size, crc32: body.crc32() };
    const upload = await this.begin(name, whole);
    const part = await this.putPart(name, upload, { number: 1, offset: 0 }, body, signal);
    return await this.complete(name, upload, [part], whole, condition);
  }

  begin(name: string, whole: Whole | undefined): Promise<string> {
    mkdirSync(this.path, { recursive: true });
    const partial = openSync(this.#partial(name), "w");
    if (whole) ftruncateSync(partial, whole.size);
    closeSync(partial);
    return Promise.resolve(name + PARTIAL);
  }

  async putPart(
    name: string,
    _upload: string,
    { number, offset }: PartPlace,
    body: Body,
    signal?: AbortSignal,
  ): Promise<Part> {
    const { pace, traffic } = this.#options;
    const partial = this.#openPartial(name);
    try {
      let at = offset;
      for (const block of body.blocks()) {
        if (pace) await pace.take(block.length, signal);
        for (let done = 0; done < block.length;) {
          done += writeSync(partial, block, done, block.length - done, at + done);
        }
        at += block.length;
        if (traffic) traffic.bytes += block.length;
      }
    } finally {
      closeSync(partial);
    }
    // Lets other parts, progress and Ctrl-C have their turn.
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    return { number, offset, size: body.size, crc32: body.crc32(), etag: String(offset) };
  }

  async beginFrom(
    name: string,
    whole: Whole,
    { size, crc32 }: ReusedObject,
  ): Promise<{ upload: string; parts: Part[] }> {
    const upload = await this.begin(name, whole);
    // The system copies without reading, where the disk can.
    copyFileSync(join(this.path, name), this.#partial(name));
    const partial = this.#openPartial(name);
    ftruncateSync(partial, whole.size);
    closeSync(partial);
    return { upload, parts: [{ number: 1, offset: 0, size, crc32, etag: "0" }] };
  }

  confirm(name: string, _upload: string, parts: readonly Part[]): Promise<Part[]> {
    if (!existsSync(this.#partial(name))) throw this.#noUpload(name);
    const file = openRange(this.#partial(name));
    try {
      return Promise.resolve(
        parts.filter(({ offset, size, crc32 }) =>
          offset + size <= file.size && fileBody(file, offset, size).crc32() === crc32
        ),
      );
    } finally {
      file.close();
    }
  }

  async complete(
    name: string,
    _upload: string,
    _parts: readonly Part[],
    whole: Whole,
    condition: Condition,
  ): Promise<ObjectInfo> {
    const partial = this.#openPartial(name);
    fsyncSync(partial);
    closeSync(partial);
    if (sumOf(this.#partial(name)) !== whole.crc32) {
      throw new StoreError(
        "refused",
        `"${this.#partial(name)}" is not what was written: its checksum differs.`,
        "The disk, or the network it is on, changes what is written. Check it, then run the command again.",
      );
    }
    const target = join(this.path, name);
    const taken = () => new StoreError("condition", `"${target}" is not what was to be replaced.`);
    if (condition !== undefined && "absent" in condition) {
      try {
        // Unlike a rename, a link does not replace what is there.
        linkSync(this.#partial(name), target);
        rmSync(this.#partial(name));
      } catch (error) {
        if ((error as { code?: string }).code === "EEXIST" || existsSync(target)) throw taken();
        renameSync(this.#partial(name), target);
      }
    } else {
      if (condition !== undefined && (await this.head(name))?.etag !== condition.etag) throw taken();
      renameSync(this.#partial(name), target);
    }
    return (await this.head(name))!;
  }

  abort(name: string): Promise<void> {
    rmSync(this.#partial(name), { force: true });
    return Promise.resolve();
  }

  uploads(names: readonly string[]): Promise<OpenUpload[]> {
    return Promise.resolve(names.flatMap((name) => {
      const file = statSync(this.#partial(name), { throwIfNoEntry: false });
      return file ? [{ name, upload: name + PARTIAL, begun: file.mtime.toISOString() }] : [];
    }));
  }

  remove(name: string): Promise<void> {
    rmSync(join(this.path, name), { force: true });
    return Promise.resolve();
  }

  close(): void {}

  #partial(name: string): string {
    return join(this.path, name + PARTIAL);
  }

  #openPartial(name: string): number {
    try {
      return openSync(this.#partial(name), "r+");
    } catch (error) {
      throw (error as { code?: string }).code === "ENOENT" ? this.#noUpload(name) : error;
    }
  }

  #noUpload(name: string): StoreError {
    return new StoreError("missing", `"${this.#partial(name)}" is not there.`);
  }
}

/** CRC-32 of a file, read from front to back. */
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

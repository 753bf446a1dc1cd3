import { close, open, read, write } from "node:fs";
import { promisify } from "node:util";
import { PackError } from "../model/issue.ts";

const BLOCK = 2 << 20;
const openFile = promisify(open), closeFile = promisify(close);

interface Range {
  readonly path: string;
  readonly start: number;
  readonly size: number;
  readonly to: number;
}

/**
 * Copies ranges of files into another while the caller goes on: the system reads and writes on threads of its own.
 */
export class RangeCopier {
  readonly #path: string;
  readonly #onCopied: (() => void) | undefined;
  readonly #waiting: Range[] = [];
  #left = 0;
  #work: Promise<void> | undefined;
  #failure: unknown;
  #ended = false;

  /**
   * @param path File to write into; it must exist.
   * @param onCopied Called after each block.
   */
  constructor(path: string, onCopied?: () => void) {
    this.#path = path;
    this.#onCopied = onCopied;
  }

  /** Puts a range on the list. */
  copy(path: string, start: number, size: number, to: number): void {
    this.#waiting.push({ path, start, size, to });
    this.#left += size;
    this.#work ??= this.#copyAll().catch((error) => {
      this.#failure = error;
    });
  }

  /** Bytes that are still to be copied. */
  get left(): number {
    return this.#left;
  }

  /** @throws {Error} What has gone wrong so far. */
  check(): void {
    if (this.#failure) throw this.#failure;
  }

  /** Waits until all is copied. */
  async finish(): Promise<void> {
    await this.#work;
    this.check();
  }

  /** Gives up what is on the list; afterwards no file is touched any more. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#work;
  }

  async #copyAll(): Promise<void> {
    const buffer = new Uint8Array(BLOCK);
    const files = new Map<string, number>();
    try {
      const target = await openFile(this.#path, "r+");
      files.set("", target);
      for (let range; !this.#ended && (range = this.#waiting.shift());) {
        let source = files.get(range.path);
        if (source === undefined) files.set(range.path, source = await openFile(range.path, "r"));
        await this.#copyRange(range, source, target, buffer);
      }
    } finally {
      for (const file of files.values()) await closeFile(file);
      this.#work = undefined;
    }
  }

  async #copyRange({ path, start, size, to }: Range, source: number, target: number, buffer: Uint8Array) {
    for (let done = 0; done < size && !this.#ended;) {
      const found = await readAt(source, buffer, Math.min(BLOCK, size - done), start + done);
      if (found === 0) {
        throw new PackError(
          `"${path}" ends at byte ${start + done}, before its last image does.`,
          "Run verify on that set, then fetch or pack it again.",
          4,
        );
      }
      for (let put = 0; put < found;) put += await writeAt(target, buffer, put, found - put, to + done + put);
      done += found;
      this.#left -= found;
      this.#onCopied?.();
    }
  }
}

function readAt(file: number, into: Uint8Array, size: number, position: number): Promise<number> {
  return new Promise((resolve, reject) =>
    read(file, into, 0, size, position, (error, count) => error ? reject(error) : resolve(count))
  );
}

function writeAt(
  file: number,
  from: Uint8Array,
  at: number,
  size: number,
  position: number,
): Promise<number> {
  return new Promise((resolve, reject) =>
    write(file, from, at, size, position, (error, count) => error ? reject(error) : resolve(count))
  );
}

import { fromFailure } from "../failure.ts";
import { type CopyJob, type FromCopier, OWN_BYTES, PIECE, type ToCopier } from "./copy_batch.ts";
import { PieceWriter } from "./piece_writer.ts";

/** A batch is given away once it has so many bytes. */
const BATCH = 8 << 20;
const MOST_PIECES = 4096;
/** With fewer bytes in all, a thread would take longer to start than to copy them. */
const WORTH_A_THREAD = 8 << 20;
/** Bytes that wait in memory: with more, whoever makes them is to wait. */
const MOST_WAITING = 64 << 20;

/** What a {@link Copier} copies, and where to. */
export interface CopierOptions {
  /** File to write into; it must exist, unless it is written from its begin. */
  readonly path: string;
  /** Byte of it at which the first piece begins. @default {0} */
  readonly position?: number;
  /** Files that pieces are taken from. */
  readonly sources: readonly string[];
  /** About how many bytes will be copied. */
  readonly size: number;
  /** Take the SHA-256 of what is written, and wait at the end until it is on the disk. @default {false} */
  readonly seal?: boolean;
  /** Called when some bytes are copied. */
  readonly onCopied?: () => void;
}

/** Copies pieces of files, one after the other, into another file, while the caller goes on. */
export class Copier {
  readonly #job: CopyJob;
  readonly #onCopied: (() => void) | undefined;
  readonly #worker: Worker | undefined;
  /** Does the work where there is no thread for it. */
  readonly #writer: PieceWriter | undefined;
  /** Sizes of the batches that the thread has, and how much of them waits in memory. */
  readonly #given: { size: number; own: number }[] = [];
  #left = 0;
  #waiting = 0;
  #failure: Error | undefined;
  #closing = false;
  #closed = false;
  #sha256: string | undefined;
  /** Wakes whoever waits for the thread. */
  #wake: () => void = () => {};
  // The batch that is being made.
  readonly #pieces = new Float64Array(PIECE * MOST_PIECES);
  #count = 0;
  #size = 0;
  #own = new Uint8Array(1 << 16);
  #ownSize = 0;

  constructor({ path, position = 0, sources, size, seal = false, onCopied }: CopierOptions) {
    this.#job = { path, position, sources, seal, stop: new Int32Array(new SharedArrayBuffer(4)) };
    this.#onCopied = onCopied;
    if (size < WORTH_A_THREAD) {
      this.#writer = new PieceWriter(this.#job);
      return;
    }
    this.#worker = new Worker(new URL("./copy_worker.ts", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<FromCopier>) => this.#hear(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#closed = true;
      this.#fail(new Error(`The thread that copies bytes ended unexpectedly: ${event.message}`));
    };
    this.#tell({ kind: "job", job: this.#job });
  }

  /** Bytes that are still to be copied. */
  get left(): number {
    return this.#left;
  }

  /** True if there is so much to copy from memory that no more should come now. */
  get full(): boolean {
    return this.#waiting > MOST_WAITING;
  }

  /** Copies a range of a source. */
  copy(source: number, start: number, size: number): void {
    const pieces = this.#pieces, last = PIECE * (this.#count - 1);
    if (last >= 0 && pieces[last] === source && pieces[last + 1] + pieces[last + 2] === start) {
      pieces[last + 2] += size;
    } else this.#add(source, start, size);
    this.#size += size;
    this.#giveIfLarge();
  }

  /** Copies bytes, which may be others afterwards. */
  put(bytes: Uint8Array): void {
    const start = this.#ownSize, end = start + bytes.length;
    if (end > this.#own.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.#own.length));
      grown.set(this.#own.subarray(0, start));
      this.#own = grown;
    }
    this.#own.set(bytes, start);
    this.#ownSize = end;
    this.#add(OWN_BYTES, start, bytes.length);
    this.#size += bytes.length;
    this.#giveIfLarge();
  }

  /** @throws {Error} What has gone wrong so far. */
  check(): void {
    if (this.#failure) throw this.#failure;
  }

  /** Waits until no longer {@link full}. */
  async room(): Promise<void> {
    await this.#until(() => !this.full || this.#failure !== undefined);
    this.check();
  }

  /**
   * Waits until all is copied.
   *
   * @returns SHA-256 of what was written, hex, if it was asked for.
   */
  async finish(): Promise<string | undefined> {
    if (this.#count > 0) this.#give();
    await this.#close();
    this.check();
    return this.#sha256;
  }

  /** Gives up what is not copied yet; afterwards no file is touched any more. */
  async end(): Promise<void> {
    Atomics.store(this.#job.stop, 0, 1);
    await this.#close();
    this.#worker?.terminate();
  }

  #add(source: number, start: number, size: number): void {
    this.#pieces.set([source, start, size], PIECE * this.#count++);
  }

  #giveIfLarge(): void {
    if (this.#count === MOST_PIECES || this.#size >= BATCH) this.#give();
  }

  #give(): void {
    const pieces = this.#pieces.slice(0, PIECE * this.#count);
    const bytes = this.#own.slice(0, this.#ownSize);
    const size = this.#size, own = this.#ownSize;
    this.#count = this.#size = this.#ownSize = 0;
    if (this.#writer) {
      this.#writer.write({ pieces, bytes });
      return this.#onCopied?.();
    }
    this.#given.push({ size, own });
    this.#left += size;
    this.#waiting += own;
    this.#tell({ kind: "batch", batch: { pieces, bytes } }, [pieces.buffer, bytes.buffer]);
  }

  async #close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = true;
      if (this.#writer) {
        this.#closed = true;
        this.#sha256 = this.#writer.close();
        return;
      }
      this.#tell({ kind: "close" });
    }
    await this.#until(() => this.#closed);
  }

  #tell(message: ToCopier, transfer: Transferable[] = []): void {
    this.#worker?.postMessage(message, transfer);
  }

  #hear(message: FromCopier): void {
    switch (message.kind) {
      case "copied": {
        const { size, own } = this.#given.shift()!;
        this.#left -= size;
        this.#waiting -= own;
        this.#onCopied?.();
        break;
      }
      case "closed":
        this.#closed = true;
        this.#sha256 = message.sha256;
        break;
      case "failed":
        return this.#fail(fromFailure(message.failure));
    }
    this.#wake();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    Atomics.store(this.#job.stop, 0, 1);
    this.#wake();
  }

  async #until(done: () => boolean): Promise<void> {
    while (!done()) await new Promise<void>((resolve) => this.#wake = resolve);
  }
}

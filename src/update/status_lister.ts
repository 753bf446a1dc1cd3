import { type FolderLister, type FolderListing, folderSize, STREAM_FROM } from "../tree/list_folder.ts";
import type { FolderJob, FromLister } from "./list_worker.ts";
import { Statuses } from "./statuses.ts";

/** {@link folderSize} from which on another thread is asked; some hundred names take so much. */
const WORTH_ASKING = 16 * 1024;
/** From here on it is listed name by name, as memory counts for more: a thread would hold all names once more. */
const TOO_LARGE = STREAM_FROM;

/** A folder that a thread looks at. */
interface Ordered {
  readonly folder: string;
  readonly listing: PromiseWithResolvers<FolderListing | undefined>;
  readonly end: PromiseWithResolvers<void>;
  files: readonly string[];
}

/**
 * Lists large folders in other threads, which then look at the size and times of each file. Listing a file takes as long as
 * looking at its status, and both as long as all else that an update does with it.
 */
export class StatusLister implements FolderLister, Disposable {
  readonly #statuses: Statuses;
  readonly #orders = new Map<string, Ordered>();
  readonly #waiting: Ordered[] = [];
  readonly #workers: Worker[] = [];
  readonly #idle: Worker[] = [];
  readonly #busy = Promise.withResolvers<void>();
  /** A thread could not be started, or has died. */
  #failed = false;

  /**
   * @param since As in `Statuses`.
   * @param threads How many at most.
   */
  constructor(since: number, readonly threads: number) {
    this.#statuses = new Statuses(since);
  }

  /** Resolved when a thread has something to do. */
  get busy(): Promise<void> {
    return this.#busy.promise;
  }

  expect(folder: string): void {
    const size = folderSize(folder);
    if (size < WORTH_ASKING || size >= TOO_LARGE || this.#failed || this.#orders.has(folder)) return;
    const listing = Promise.withResolvers<FolderListing | undefined>(), end = Promise.withResolvers<void>();
    const ordered: Ordered = { folder, listing, end, files: [] };
    this.#orders.set(folder, ordered);
    this.#waiting.push(ordered);
    const idle = this.#idle.pop() ?? (this.#workers.length < this.threads ? this.#start() : undefined);
    if (idle) this.#goOn(idle);
    this.#busy.resolve();
  }

  list(folder: string): Promise<FolderListing | undefined> {
    return this.#orders.get(folder)?.listing.promise ?? Promise.resolve(undefined);
  }

  /**
   * Waits until all files were looked at.
   *
   * @param signal Ends the waiting.
   * @throws The signal's reason.
   */
  async statuses(signal?: AbortSignal): Promise<Statuses> {
    const aborted = Promise.withResolvers<void>();
    signal?.addEventListener("abort", () => aborted.resolve(), { once: true });
    const all = Promise.all(this.#orders.values().map(({ end }) => end.promise));
    if (!signal?.aborted) await Promise.race([all, aborted.promise]);
    signal?.throwIfAborted();
    return this.#statuses;
  }

  [Symbol.dispose](): void {
    for (const worker of this.#workers) worker.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL("./list_worker.ts", import.meta.url), { type: "module" });
    this.#workers.push(worker);
    return worker;
  }

  /** Gives a thread that is free the next folder. */
  #goOn(worker: Worker): void {
    const ordered = this.#waiting.shift();
    if (!ordered) {
      this.#idle.push(worker);
      return;
    }
    const over = () => {
      ordered.listing.resolve(undefined);
      ordered.end.resolve();
    };
    worker.onmessage = ({ data }: MessageEvent<FromLister>) => {
      if (data.kind === "names") {
        ordered.files = data.files === "" ? [] : data.files.split("/");
        ordered.listing.resolve({ files: ordered.files, others: data.others });
      } else if (data.kind === "statuses") {
        this.#statuses.add(ordered.folder, ordered.files, data.statuses);
      } else {
        over();
        this.#goOn(worker);
      }
    };
    worker.onerror = (event) => {
      // Whatever became of the thread, this one can do its work.
      event.preventDefault();
      this.#failed = true;
      over();
      for (const { listing, end } of this.#waiting.splice(0)) {
        listing.resolve(undefined);
        end.resolve();
      }
    };
    worker.postMessage({ folder: ordered.folder, since: this.#statuses.since } satisfies FolderJob);
  }
}

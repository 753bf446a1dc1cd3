import { setImmediate } from "node:timers/promises";
import type { Batch, FromWorker, Job, PieceReport, ToWorker } from "./protocol.ts";
import { type Failure, fromFailure } from "../io/failure.ts";
import { Tickets } from "./ticket.ts";
import { PackError } from "../model/issue.ts";
import { type FolderListing, Names } from "../tree/list_folder.ts";

/** Batches given to a worker before it has finished the one at hand: it never has to wait for the next. */
const AHEAD = 2;

/** What a crew can be told; tests give it workers of their own. */
export interface CrewOptions {
  /** Module of the workers. */
  script?: URL;
  /** Seconds without any sign of work after which the run is given up. @default {300} */
  stallSeconds?: number;
  /** Called for each piece that is written, in any order. */
  onPiece: (piece: PieceReport) => void;
  /** Called for each segment of the bundle that is complete, where it is written in segments. */
  onSegment?: (offset: number) => void;
}

/** What takes messages: a thread, or this one. */
interface Listener {
  postMessage(message: ToWorker): void;
  terminate(): void | Promise<void>;
}

interface Member {
  worker: Listener;
  /** Batches given and not yet finished. */
  load: number;
  /** The folder it is listing. */
  listing?: { names: Names; end: (listing: FolderListing | undefined) => void };
}

/** The workers of a run: hands out batches, collects reports, and ends the run for all when one fails or hangs. */
export class Crew {
  readonly #members: Member[] = [];
  readonly #size: number;
  readonly #options: CrewOptions;
  #tickets: Tickets | undefined;
  #failure: Error | undefined;
  /** Wakes whoever waits for something to change. */
  #wake: () => void = () => {};
  #closed = 0;
  #watch: ReturnType<typeof setInterval> | undefined;

  /** @param size Number of workers. */
  constructor(size: number, options: CrewOptions) {
    this.#size = size;
    this.#options = options;
  }

  /** Starts the threads, unless they have been; they load their modules while the main thread goes on. */
  startThreads(): void {
    if (this.#members.length > 0) return;
    const script = this.#options.script ?? new URL("./worker.ts", import.meta.url);
    for (let i = 0; i < this.#size; i++) {
      const worker = new Worker(script, { type: "module" });
      const member = this.#enlist(worker);
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#hear(member, data);
      worker.onerror = (event) => {
        event.preventDefault();
        this.fail(new Error(`A packing worker ended unexpectedly: ${event.message}`));
      };
    }
  }

  /** Number of workers, at most. */
  get size(): number {
    return this.#size;
  }

  /**
   * Has a thread list a folder, before there is a job: for as many folders at a time as there are threads.
   *
   * @param real Real absolute path.
   * @returns Undefined if it cannot be listed, or the run is given up.
   */
  list(real: string): Promise<FolderListing | undefined> {
    this.startThreads();
    return new Promise((resolve) => {
      const member = this.#failure ? undefined : this.#members.find(({ listing }) => !listing);
      if (!member) return resolve(undefined);
      member.listing = { names: new Names(), end: resolve };
      this.#tell(member.worker, { kind: "list", folder: real });
    });
  }

  /**
   * Tells the workers what to do.
   *
   * @param alone One worker can do it all in a moment: unless there are threads already, it is done in this one, for starting
   * a thread would take longer.
   */
  async start(job: Job, alone = false): Promise<void> {
    this.#tickets = new Tickets(job.tickets);
    if (alone && this.#members.length === 0) {
      const { BatchWork } = await import("./batch_work.ts");
      const work = new BatchWork((message) => this.#hear(member, message), () => setImmediate());
      const member = this.#enlist({
        // A copy, as a thread would get.
        postMessage: (message) => work.hear(structuredClone(message)),
        terminate: () => work.end(),
      });
    } else this.startThreads();
    for (const { worker } of this.#members) this.#tell(worker, { kind: "job", job });
    this.#startWatch(this.#tickets);
  }

  #enlist(worker: Listener): Member {
    const member = { worker, load: 0 };
    this.#members.push(member);
    return member;
  }

  /** Gives out a batch as soon as a worker has room for it. */
  async give(batch: Batch): Promise<void> {
    for (;;) {
      if (this.#failure) throw this.#failure;
      const member = this.#members.reduce((a, b) => b.load < a.load ? b : a);
      if (member.load < AHEAD) {
        member.load++;
        this.#tell(member.worker, { kind: "batch", batch });
        return;
      }
      await this.#change();
    }
  }

  /** Waits until everything given out is written and closed. */
  async finish(): Promise<void> {
    await this.#until(() => this.#members.every(({ load }) => load === 0));
    for (const { worker } of this.#members) this.#tell(worker, { kind: "close" });
    await this.#until(() => this.#closed === this.#members.length);
    await this.end();
  }

  /** Ends the run: every waiting worker and every call of this crew gives up. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#tickets?.abort();
    for (const member of this.#members) this.#endListing(member, false);
    this.#wake();
  }

  /** Stops the workers. */
  async end(): Promise<void> {
    clearInterval(this.#watch);
    await Promise.all(this.#members.splice(0).map(({ worker }) => worker.terminate()));
  }

  #tell(worker: Listener, message: ToWorker): void {
    worker.postMessage(message);
  }

  #endListing(member: Member, complete: boolean): void {
    const { listing } = member;
    member.listing = undefined;
    listing?.end(complete ? listing.names.listing() : undefined);
  }

  #hear(member: Member, message: FromWorker): void {
    switch (message.kind) {
      case "entries":
        return member.listing?.names.add(message.files ? message.files.split("/") : [], message.others);
      case "listed":
        return this.#endListing(member, message.complete);
      case "batch":
        message.pieces.forEach(this.#options.onPiece);
        member.load--;
        break;
      case "segment":
        return this.#options.onSegment?.(message.offset);
      case "closed":
        this.#closed++;
        break;
      case "failed":
        return this.fail(fromFailure(message.failure as Failure));
    }
    this.#wake();
  }

  async #until(done: () => boolean): Promise<void> {
    while (!done()) {
      if (this.#failure) throw this.#failure;
      await this.#change();
    }
    if (this.#failure) throw this.#failure;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wake = resolve);
  }

  /** A worker that dies without a word, or never hands its ticket on, shows as no work being done. */
  #startWatch(tickets: Tickets): void {
    const limit = (this.#options.stallSeconds ?? 300) * 1000;
    let beats = -1;
    let since = performance.now();
    this.#watch = setInterval(() => {
      const now = performance.now();
      const idle = this.#members.every(({ load }) => load === 0);
      if (tickets.beats !== beats || idle) {
        beats = tickets.beats;
        since = now;
      } else if (now - since > limit) {
        this.fail(
          new PackError(
            `No worker has read or written anything for ${Math.round(limit / 1000)} seconds.`,
            "Check the storage that holds the dataset; if it is sound, run again with --workers 1 and report this.",
          ),
        );
      }
    }, Math.min(1000, limit / 4));
  }
}

import { setImmediate } from "node:timers/promises";
import { PackError } from "../model/issue.ts";
import type { InspectProgress } from "./inspection.ts";

/** Images between two looks at the clock. */
const STEP = 64;
/** Milliseconds between two reports. */
const INTERVAL = 100;

/** Tells about progress now and then, and lets a signal end a loop that otherwise never waits. */
export class Ticker {
  readonly #start = performance.now();
  readonly #signal: AbortSignal | undefined;
  readonly #onProgress: ((progress: InspectProgress) => void) | undefined;
  #told = this.#start;

  constructor(options: { signal?: AbortSignal; onProgress?: (progress: InspectProgress) => void }) {
    this.#signal = options.signal;
    this.#onProgress = options.onProgress;
  }

  /** Seconds since the start. */
  get seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }

  /** Calls the listener, if it is time again. */
  report(done: number, total: number, bytes: number): void {
    if (performance.now() - this.#told < INTERVAL) return;
    this.#told = performance.now();
    this.#onProgress?.({ done, total, bytes, seconds: this.seconds });
  }

  /**
   * Takes a breath: lets signals through, reports.
   *
   * @throws {PackError} With exit code 130 if the signal was aborted.
   */
  async tick(done: number, total: number, bytes: number): Promise<void> {
    if (done % STEP !== 0) return;
    await setImmediate();
    if (this.#signal?.aborted) throw new PackError("Inspection was interrupted.", undefined, 130);
    this.report(done, total, bytes);
  }
}

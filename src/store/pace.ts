import { pause } from "./retry.ts";

/** Holds a sender to a rate: bytes go out in turn, none before its time. */
export class Pace {
  #free = -Infinity;

  /** @param rate Bytes a second. */
  constructor(readonly rate: number) {}

  /** Waits until `bytes` more may go out. */
  async take(bytes: number, signal?: AbortSignal): Promise<void> {
    const wait = this.wait(bytes, performance.now());
    if (wait > 0) await pause(wait, signal);
  }

  /**
   * Takes the next turn for `bytes`.
   *
   * @param now Milliseconds.
   * @returns Milliseconds until it comes.
   */
  wait(bytes: number, now: number): number {
    const begin = Math.max(now, this.#free);
    this.#free = begin + bytes / this.rate * 1000;
    return begin - now;
  }
}

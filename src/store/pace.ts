import { pause } from "./retry.ts";

/** Holds a sender to a rate: bytes go out in turn, none before its time. */
export class Pace {
  #free = 0;

  /** @param rate Bytes a second. */
  constructor(readonly rate: number) {}

  /** Waits until `bytes` more may go out. */
  async take(bytes: number, signal?: AbortSignal): Promise<void> {
    const now = performance.now();
    const begin = Math.max(now, this.#free);
    this.#free = begin + bytes / this.rate * 1000;
    if (begin > now) await pause(begin - now, signal);
  }
}

import { StoreError } from "./error.ts";

/** How failed requests are repeated (docs/upload.md, "When the network fails"). */
export interface RetryPolicy {
  /** Times a request is sent at most. */
  readonly attempts: number;
  /** Longest wait before the first repetition, ms; doubled with each. */
  readonly base: number;
  /** Longest wait, ms. */
  readonly cap: number;
  /** Repetitions in a row, of all requests together, without a success between them. */
  readonly budget: number;
  /** Milliseconds without a byte in either direction after which a request counts as lost. */
  readonly idle: number;
}

/** Patient enough for a router that restarts: about two minutes for a request. */
export const PATIENT: RetryPolicy = { attempts: 10, base: 250, cap: 20_000, budget: 60, idle: 30_000 };

/** Called before a request is repeated. */
export type OnRetry = (error: StoreError, attempt: number, wait: number) => void;

/** Repeats what failed for a passing reason; shared by all requests of a store. */
export class Retrier {
  #inRow = 0;

  constructor(readonly policy: RetryPolicy = PATIENT, readonly onRetry: OnRetry = () => {}) {}

  /**
   * Does `action` until it succeeds.
   *
   * @param action Throws a {@link StoreError}; one that is passing is tried again.
   * @throws The last error, when the attempts or the budget are used up, or it is not a passing one.
   */
  async run<T>(action: (attempt: number) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { attempts, base, cap, budget } = this.policy;
    for (let attempt = 1;; attempt++) {
      try {
        const result = await action(attempt);
        this.#inRow = 0;
        return result;
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof StoreError) || !error.passing) throw error;
        this.#inRow++;
        if (attempt >= attempts || this.#inRow > budget) throw givenUp(error, attempt);
        // Full jitter: clients that failed together must not come back together.
        const jittered = Math.random() * Math.min(cap, base * 2 ** (attempt - 1));
        const wait = Math.max(jittered, Math.min(error.retryAfter ?? 0, MOST_PATIENCE));
        this.onRetry(error, attempt, wait);
        await pause(wait, signal);
      }
    }
  }
}

/** Longest `Retry-After` that is obeyed, ms. */
const MOST_PATIENCE = 120_000;

function givenUp(error: StoreError, attempts: number): StoreError {
  const times = attempts === 1 ? "once" : `${attempts} times`;
  return new StoreError(
    error.kind,
    `${error.message} It was tried ${times}.`,
    error.suggestion ?? "Run the same command again when the network is back.",
  );
}

/** Milliseconds that end early, with the signal's reason, when it is aborted. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/**
 * Milliseconds of a `Retry-After` header, which holds seconds or a date.
 *
 * @returns Undefined if there is none, or nonsense.
 */
export function retryAfter(header: string | undefined, now = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

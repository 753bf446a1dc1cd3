import { taker } from "../download.ts";
import { connectionError } from "../connection_error.ts";
import { StoreError } from "../error.ts";
import { type Retrier, retryAfter } from "../retry.ts";
import {
  changed,
  type ObjectInfo,
  type ObjectRange,
  type RangeStore,
  type ReadOptions,
  type Take,
  type Told,
  type Traffic,
  wholeSize,
} from "../store.ts";

/** What a {@link WebStore} is made of. */
export interface WebOptions {
  /** For messages; without what is secret. */
  readonly location: string;
  /** URL of a file. */
  readonly urlOf: (name: string) => string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Ask for a version with `If-Match`. Where it is off, an answer of another version is thrown away, which is as safe: in a
   * browser the header would cost a request more, and servers behind a redirect may not know the version. @default {true}
   */
  readonly conditional?: boolean;
  readonly retrier: Retrier;
  /** Is counted up. */
  readonly traffic?: Traffic;
}

/** Files on a web server that answers ranges (RFC 9110 §14). It uses `fetch` and nothing else, so it runs in a browser, too. */
export class WebStore implements RangeStore {
  readonly location: string;
  readonly retrier: Retrier;
  readonly #options: WebOptions;
  readonly #closed = new AbortController();

  constructor(options: WebOptions) {
    this.#options = options;
    this.location = options.location;
    this.retrier = options.retrier;
  }

  async head(name: string, signal?: AbortSignal): Promise<ObjectInfo | undefined> {
    const { status, headers } = await this.#ask("HEAD", name, {}, signal);
    if (status === 404) return undefined;
    const size = Number(headers.get("content-length") ?? NaN);
    return { size, etag: headers.get("etag") ?? undefined, crc32: undefined };
  }

  async range(
    name: string,
    offset: number,
    size: number,
    { signal, etag }: ReadOptions = {},
  ): Promise<ObjectRange> {
    const wanted = { range: `bytes=${offset}-${offset + size - 1}`, ...this.#condition(etag) };
    const { status, headers, bytes } = await this.#ask("GET", name, wanted, signal, offset + size);
    if (status === 404) throw this.#missing(name);
    if (status === 416) return { bytes: new Uint8Array(0), size: undefined, etag: undefined };
    const found = headers.get("etag") ?? undefined;
    if (etag !== undefined && found !== undefined && found !== etag) throw changed(this.#place(name));
    return status === 206
      ? { bytes, size: wholeSize(headers.get("content-range")), etag: found }
      : { bytes: bytes.subarray(offset, offset + size), size: bytes.length, etag: found };
  }

  async stream(
    name: string,
    offset: number,
    receive: (told: Told) => Take,
    { signal, etag }: ReadOptions = {},
  ): Promise<void> {
    const wanted = { ...offset > 0 && { range: `bytes=${offset}-` }, ...this.#condition(etag) };
    const { status } = await this.#send("GET", name, wanted, signal, Infinity, ({ status, headers }) => {
      // The length of a compressed answer is not that of its content.
      const contentLength = headers.has("content-encoding")
        ? NaN
        : Number(headers.get("content-length") ?? NaN);
      const etag = headers.get("etag") ?? undefined;
      return taker(
        { status, contentRange: headers.get("content-range"), contentLength, etag },
        offset,
        receive,
      );
    });
    if (status === 404) throw this.#missing(name);
    if (status === 416) throw changed(this.#place(name));
  }

  close(): void {
    this.#closed.abort(new StoreError("network", `"${this.location}" is closed.`));
  }

  #place(name: string): string {
    return `${this.location}/${name}`;
  }

  #missing(name: string): StoreError {
    return new StoreError("missing", `There is no "${this.#place(name)}".`, "Check the location.");
  }

  #condition(etag: string | undefined): { "if-match"?: string } {
    // A weak version never matches (RFC 9110 §13.1.1).
    const strong = etag && this.#options.conditional !== false && !etag.startsWith("W/");
    return strong ? { "if-match": etag } : {};
  }

  /** Sends a request until the answer is a success, 404 or 416. */
  #ask(
    method: "GET" | "HEAD",
    name: string,
    headers: Record<string, string>,
    signal: AbortSignal | undefined,
    end = 0,
  ) {
    return this.retrier.run(() => this.#send(method, name, headers, signal, end), signal);
  }

  /**
   * Sends a request once.
   *
   * @param end Byte after the last that is wanted.
   * @param takerOf Gives what takes the body instead of the answer's `bytes`.
   */
  async #send(
    method: "GET" | "HEAD",
    name: string,
    headers: Record<string, string>,
    signal: AbortSignal | undefined,
    end: number,
    takerOf?: (response: Response) => Take | undefined,
  ) {
    const { urlOf, traffic } = this.#options;
    const { idle } = this.retrier.policy;
    const place = this.#place(name);
    if (traffic) traffic.requests++;
    const silence = new AbortController();
    let last = performance.now();
    const alive = () => void (last = performance.now());
    const watch = () => {
      const left = last + idle - performance.now();
      if (left > 0) timer = setTimeout(watch, left);
      else silence.abort(new StoreError("network", `"${place}" was silent for ${idle / 1000} seconds.`));
    };
    let timer = setTimeout(watch, idle);
    // What took the bytes and failed: no matter of the network.
    let failed: { reason: unknown } | undefined;
    const guarded = (take: Take | undefined): Take | undefined =>
      take && ((bytes) => {
        try {
          take(bytes);
        } catch (reason) {
          failed = { reason };
          throw reason;
        }
      });
    const signals = [silence.signal, this.#closed.signal, ...signal ? [signal] : []];
    try {
      const response = await fetch(urlOf(name), {
        method,
        headers: { ...this.#options.headers, ...headers },
        signal: AbortSignal.any(signals),
      });
      const { status } = response;
      const wanted = status === 206 || (status === 200 && (takerOf || fits(response, end)));
      if (method === "HEAD" || !wanted) await response.body?.cancel();
      if (status >= 300 && status !== 404 && status !== 416) throw failure(response, place);
      if (method === "GET" && status === 200 && !wanted) throw noRanges(place);
      const bytes = method === "GET" && wanted
        ? await read(response, alive, guarded(takerOf?.(response)))
        : new Uint8Array(0);
      if (status === 206 && !takerOf && !isRange(response, headers.range, bytes.length)) {
        throw new StoreError(
          "network",
          `"${place}" sent other bytes than were asked for, or not all of them.`,
        );
      }
      return { status, headers: response.headers, bytes };
    } catch (error) {
      for (const { aborted, reason } of signals) if (aborted) throw reason;
      if (failed) throw failed.reason;
      // A denied permission is no matter of the network: the flag to add is told elsewhere.
      if (error instanceof StoreError || (error as Error).name === "NotCapable") throw error;
      throw connectionError(
        place,
        error as Error,
        "Check the network and, in a browser, that the server allows pages of this origin (CORS).",
      );
    } finally {
      clearTimeout(timer);
    }
  }
}

/** True if an answer that is no range is not much more than what was asked for. */
function fits({ headers }: Response, end: number): boolean {
  const length = headers.get("content-length");
  return headers.has("content-encoding") || (length !== null && Number(length) <= end);
}

/**
 * True if an answer is the range that it says it is, and that was asked for. A body whose length is not stated may have been cut
 * off unseen, and proxies have answered with the ranges of others. A page of another origin may not see what it says.
 */
function isRange({ headers }: Response, wanted: string | undefined, size: number): boolean {
  const [, first, last] = /^bytes (\d+)-(\d+)\//.exec(headers.get("content-range") ?? "") ?? [];
  if (first === undefined) return true;
  return wanted?.startsWith(`bytes=${first}-`) === true && Number(last) - Number(first) + 1 === size;
}

async function read(
  response: Response,
  alive: () => void,
  take: Take | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.body!.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    alive();
    if (take) {
      take(value);
      continue;
    }
    chunks.push(value);
    size += value.length;
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function noRanges(place: string): StoreError {
  return new StoreError(
    "unsupported",
    `"${place}" is on a server that sends whole files instead of ranges.`,
    "Put the set on a server that answers Range requests, as any object store does.",
  );
}

function failure({ status, headers }: Response, place: string): StoreError {
  if (status === 412) return changed(place);
  const message = `"${place}" answered ${status}.`;
  if (status === 429 || status >= 500) {
    return new StoreError("busy", message, undefined, {
      retryAfter: retryAfter(headers.get("retry-after") ?? undefined),
    });
  }
  if (status === 401 || status === 403) {
    return new StoreError("denied", message, "The link has expired, or reading needs other credentials.");
  }
  return new StoreError("refused", message, "Check the location.");
}

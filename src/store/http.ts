/**
 * HTTP as uploads need it, on `node:http`: a body of known length is streamed from its file, so memory does not grow with the
 * part size; silence ends a request; sending can be paced. `fetch` holds every body twice and has no timeout.
 */
import { Agent, type IncomingMessage, request as requestHttp, type RequestOptions } from "node:http";
import { Agent as SecureAgent, request as requestHttps } from "node:https";
import type { Body } from "./body.ts";
import { connectionError } from "./connection_error.ts";
import { StoreError } from "./error.ts";
import type { Pace } from "./pace.ts";
import { type ObjectRange, type Take, type Traffic, wholeSize } from "./store.ts";

export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Body;
  /** Other than the client's, for requests that take the server long. */
  readonly idle?: number;
  /** Who takes the body of the answer instead of {@link HttpResponse.body}; asked before its first byte. */
  readonly taker?: (head: HttpHead) => Take | undefined;
}

/** An answer without its body. */
export interface HttpHead {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface HttpResponse extends HttpHead {
  /** Empty if it went elsewhere. */
  readonly body: Uint8Array<ArrayBuffer>;
}

export interface HttpOptions {
  /** Milliseconds without a byte in either direction after which a request counts as lost. */
  readonly idle: number;
  readonly pace?: Pace;
  /** Is counted up. */
  readonly traffic?: Traffic;
  /** Connections kept open. @default {16} */
  readonly connections?: number;
}

/** Sends requests over connections that are kept. */
export class HttpClient {
  readonly #plain: Agent;
  readonly #secure: SecureAgent;

  constructor(readonly options: HttpOptions) {
    const settings = { keepAlive: true, maxSockets: options.connections ?? 16 };
    this.#plain = new Agent(settings);
    this.#secure = new SecureAgent(settings);
  }

  /**
   * Sends a request and reads the whole answer.
   *
   * @throws {StoreError} Kind `network` if no complete answer came.
   */
  async send(request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse> {
    signal?.throwIfAborted();
    const { method, url, headers, body, idle = this.options.idle } = request;
    const { traffic } = this.options;
    if (traffic) traffic.requests++;
    const secure = url.protocol === "https:";
    const settings: RequestOptions = {
      method,
      agent: secure ? this.#secure : this.#plain,
      headers: {
        ...headers,
        ...(body || method === "PUT" || method === "POST" ? { "content-length": body?.size ?? 0 } : {}),
      },
    };
    const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
    const place = `${url.protocol}//${url.host}`;
    const outgoing = (secure ? requestHttps : requestHttp)(url, settings);
    // One timer for a request: setting it anew with every block costs more than the block.
    let last = performance.now();
    const alive = () => void (last = performance.now());
    const watch = () => {
      const left = last + idle - performance.now();
      if (left > 0) timer = setTimeout(watch, left);
      else fail(new StoreError("network", `"${place}" was silent for ${idle / 1000} seconds.`));
    };
    let timer = setTimeout(watch, idle);
    const fail = (error: unknown) => {
      reject(error);
      outgoing.destroy();
    };
    const stop = () => fail(signal!.reason);
    signal?.addEventListener("abort", stop, { once: true });
    outgoing.on("error", (error: Error) => fail(unreachable(place, error)));
    outgoing.on("response", (incoming) => answer(request, incoming, place, alive).then(resolve, fail));
    try {
      if (body) this.#write(outgoing, body, alive, signal).catch(fail);
      else outgoing.end();
      return await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
  }

  close(): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }

  async #write(
    outgoing: ReturnType<typeof requestHttp>,
    body: Body,
    alive: () => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { pace, traffic } = this.options;
    for (const block of body.blocks()) {
      if (outgoing.destroyed) return;
      if (pace) await pace.take(block.length, signal);
      const room = outgoing.write(block);
      if (traffic) traffic.bytes += block.length;
      if (!room) {
        await new Promise<void>((resolve) => {
          const go = () => {
            outgoing.off("drain", go).off("close", go);
            resolve();
          };
          outgoing.on("drain", go).on("close", go);
        });
      }
      alive();
    }
    outgoing.end();
  }
}

/** Reads an answer to its end. */
async function answer(
  { method, taker }: HttpRequest,
  incoming: IncomingMessage,
  place: string,
  alive: () => void,
): Promise<HttpResponse> {
  alive();
  // Only `set-cookie` is ever a list, and no store needs it.
  const headers = incoming.headers as HttpHead["headers"];
  const head = { status: incoming.statusCode ?? 0, headers };
  const chunks: Uint8Array[] = [];
  const take = taker?.(head) ?? ((bytes: Uint8Array) => void chunks.push(bytes));
  let size = 0;
  // With `for await`, a small answer takes half as long again.
  await new Promise<void>((resolve, reject) => {
    incoming.on("data", (chunk: Uint8Array) => {
      alive();
      size += chunk.length;
      try {
        take(chunk);
      } catch (error) {
        reject(error);
      }
    });
    incoming.on("end", resolve);
    incoming.on("error", (error) => reject(unreachable(place, error)));
    incoming.on("close", () => {
      if (!incoming.complete) reject(unreachable(place, new Error("the answer broke off")));
    });
  });
  // The length a HEAD's answer states is that of what it does not send.
  const declared = method === "HEAD" ? undefined : headers["content-length"];
  if (declared !== undefined && Number(declared) !== size) {
    throw unreachable(place, new Error(`the answer ended after ${size} of ${declared} bytes`));
  }
  return { ...head, body: joined(chunks) };
}

/** What a download needs of the head of an answer. */
export function answerOf({ status, headers }: HttpHead) {
  return {
    status,
    contentRange: headers["content-range"],
    contentLength: Number(headers["content-length"] ?? NaN),
    etag: headers.etag,
  };
}

/** The range that was asked for, of an answer that may hold all of the object; nothing if that ends before. */
export function rangeOf({ status, headers, body }: HttpResponse, offset: number, size: number): ObjectRange {
  if (status === 416) return { bytes: new Uint8Array(0), size: undefined, etag: undefined };
  const { etag } = headers;
  return status === 206
    ? { bytes: body, size: wholeSize(headers["content-range"]), etag }
    : { bytes: body.subarray(offset, offset + size), size: body.length, etag };
}

function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function unreachable(place: string, error: Error): unknown {
  // A denied permission is no matter of the network: the flag to add is told elsewhere.
  if (error instanceof StoreError || error.name === "NotCapable") return error;
  return connectionError(place, error);
}

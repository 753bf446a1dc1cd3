import type { Body } from "../body.ts";
import { StoreError } from "../error.ts";
import type { HttpClient, HttpRequest, HttpResponse } from "../http.ts";
import type { Retrier } from "../retry.ts";
import { objectKey, objectUrl, type S3Address } from "./address.ts";
import type { CredentialSource } from "./credentials.ts";
import { type S3Action, s3Failure } from "./failure.ts";
import { S3Signer } from "./sign.ts";

/** What requests to S3 take. */
export interface S3Access {
  readonly address: S3Address;
  readonly credentials: CredentialSource;
  readonly client: HttpClient;
  readonly retrier: Retrier;
}

/** What is asked of a bucket, or of an object below its prefix. */
export interface S3Request {
  readonly method: HttpRequest["method"];
  /** Undefined for the bucket itself. */
  readonly name: string | undefined;
  readonly action: S3Action;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: Body;
  readonly idle?: number;
  readonly taker?: HttpRequest["taker"];
  /** True if a wrong checksum is that of what the store has: sending again would not help. */
  readonly sent?: boolean;
}

/** Requests to a bucket of S3: signed, sent, and repeated where that may help. */
export class S3Requests {
  /** `s3://bucket/prefix` */
  readonly location: string;
  readonly #access: S3Access;
  readonly #signer: S3Signer;

  constructor(access: S3Access) {
    this.#access = access;
    const { bucket, prefix, region } = access.address;
    this.#signer = new S3Signer(region);
    this.location = `s3://${bucket}${prefix && `/${prefix}`}`;
  }

  /** A link to an object that holds for so many seconds. */
  async link(name: string, seconds: number): Promise<string> {
    return this.#signer.link(this.#url(name), seconds, await this.#access.credentials()).href;
  }

  /** An object, or the bucket, for messages. */
  place(name: string | undefined): string {
    return name === undefined ? this.location : `${this.location}/${name}`;
  }

  #url(name: string | undefined): URL {
    const { address } = this.#access;
    return objectUrl(address, name === undefined ? undefined : objectKey(address, name));
  }

  /** Sends a request, signed anew each time, until it succeeds, is refused, or is for a range behind the end (416). */
  ask(request: S3Request, signal: AbortSignal | undefined): Promise<HttpResponse> {
    return this.#access.retrier.run(() => this.send(request, signal), signal);
  }

  /** Sends a request once. */
  async send(request: S3Request, signal: AbortSignal | undefined): Promise<HttpResponse> {
    const { address, client, credentials } = this.#access;
    const { method, name, action, query = {}, body, idle, sent, taker } = request;
    const url = this.#url(name);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    const headers = Object.fromEntries(
      Object.entries(request.headers ?? {}).filter(([, value]) => value !== undefined),
    ) as Record<string, string>;
    const signed = this.#signer.headers(method, url, headers, await credentials());
    const response = await client.send({ method, url, headers: signed, body, idle, taker }, signal);
    const { status } = response;
    // Completing and copying begin their answer with 200 before they know how it ends.
    const failed = (status >= 300 && status !== 416) ||
      (method !== "GET" && method !== "HEAD" && /<Error>/.test(decode(response)));
    if (!failed) return response;
    const failure = s3Failure(response, address, this.place(name), action);
    throw sent && failure.kind === "checksum" ? damaged(this.place(name)) : failure;
  }
}

/** Body of an answer as text. */
export function decode({ body }: HttpResponse): string {
  return new TextDecoder().decode(body);
}

/** The error that what arrived is not what was sent. */
export function damaged(place: string): StoreError {
  return new StoreError(
    "refused",
    `"${place}" is not what was sent: its checksum differs.`,
    "Something between here and the store changes what is sent. Try another network path, then run the command again.",
  );
}

import { Buffer } from "node:buffer";
import { type Body, bytesBody } from "../body.ts";
import { StoreError } from "../error.ts";
import type { HttpClient, HttpRequest, HttpResponse } from "../http.ts";
import type { Retrier } from "../retry.ts";
import type { HubAddress } from "./address.ts";
import { hubFailure } from "./failure.ts";
import { type Action, batchRequest, type Transfer, transferOf } from "./transfer.ts";

/** What requests to the Hub take. */
export interface HubAccess {
  readonly address: HubAddress;
  /** Base URL of the Hub, without `/` at the end. */
  readonly hub: string;
  readonly token: string;
  readonly client: HttpClient;
  readonly retrier: Retrier;
}

/** Milliseconds the Hub may think about a commit, or about a list of parts. */
export const LONG = 10 * 60_000;
/** Git LFS has a type of its own. */
export const LFS_HEADERS = {
  accept: "application/vnd.git-lfs+json",
  "content-type": "application/vnd.git-lfs+json",
};

/** Requests to the Hub about one repository, and to the links it gives; repeated where that may help. */
export class HubRequests {
  /** `hf://datasets/owner/name@revision/prefix` */
  readonly location: string;
  readonly #access: HubAccess;

  constructor(access: HubAccess) {
    this.#access = access;
    const { repository, revision, prefix } = access.address;
    const at = revision === "main" ? "" : `@${encodeURIComponent(revision)}`;
    this.location = `hf://datasets/${repository}${at}${prefix && `/${prefix}`}`;
  }

  /** Path of a file in the repository. */
  path(name: string): string {
    const { prefix } = this.#access.address;
    return prefix === "" ? name : `${prefix}/${name}`;
  }

  /** A file, for messages. */
  place(name: string): string {
    return `${this.location}/${name}`;
  }

  /** URL of something the Hub tells of the repository. */
  api(path: string): string {
    return `${this.#access.hub}/api/datasets/${this.#access.address.repository}/${path}`;
  }

  /** Sends JSON, and reads what comes back as JSON. */
  async json(
    method: "GET" | "POST",
    url: string,
    value: object | undefined,
    signal: AbortSignal | undefined,
    headers: Readonly<Record<string, string>> = {},
    idle?: number,
  ): Promise<unknown> {
    const body = value && bytesBody(new TextEncoder().encode(JSON.stringify(value)));
    const request = { method, url, headers: { "content-type": "application/json", ...headers }, body, idle };
    const response = await this.ask(request, this.location, signal);
    try {
      return JSON.parse(new TextDecoder().decode(response.body) || "null");
    } catch {
      throw new StoreError("refused", `${this.location}: the Hub's answer is no JSON.`);
    }
  }

  /** Sends a request until it succeeds or is refused. */
  ask(
    request: Omit<HttpRequest, "url"> & { readonly url: string },
    place: string,
    signal: AbortSignal | undefined,
  ): Promise<HttpResponse> {
    const { hub, token, client, retrier, address } = this.#access;
    const url = new URL(request.url);
    // The token is for the Hub alone, wherever its answers lead.
    const own: Record<string, string> = url.origin === new URL(hub).origin
      ? { authorization: `Bearer ${token}` }
      : {};
    return retrier.run(async () => {
      const response = await client.send(
        { ...request, url, headers: { ...own, ...request.headers } },
        signal,
      );
      if (response.status >= 300) throw hubFailure(response, address, place);
      return response;
    }, signal);
  }

  /** Asks how an object of Git LFS is to be sent, or whether it is there. */
  async batch(
    name: string,
    oid: string,
    size: number,
    signal: AbortSignal | undefined,
  ): Promise<Transfer> {
    const { hub, address: { repository, revision } } = this.#access;
    const url = `${hub}/datasets/${repository}.git/info/lfs/objects/batch`;
    const answer = await this.json("POST", url, batchRequest(oid, size, revision), signal, LFS_HEADERS);
    return transferOf(answer, size, this.place(name));
  }

  /** Asks the Hub to look whether an object has arrived, if it wants to be asked. */
  async verify(verify: Action | undefined, oid: string, size: number, signal: AbortSignal | undefined) {
    if (verify !== undefined) {
      await this.json("POST", verify.href, { oid, size }, signal, verify.header, LONG);
    }
  }

  /** Sends bytes to a link, which is for them alone and carries its own signature. */
  transfer(
    url: string,
    body: Body,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal | undefined,
  ): Promise<HttpResponse> {
    const md5 = Buffer.from(body.md5()).toString("base64");
    return this.#access.retrier.run(async () => {
      const request: HttpRequest = {
        method: "PUT",
        url: new URL(url),
        headers: { ...headers, "content-md5": md5 },
        body,
      };
      const response = await this.#access.client.send(request, signal);
      const { status } = response;
      if (status === 401 || status === 403) {
        throw new StoreError(
          "expired",
          `${this.location}: the store behind the Hub answered ${status}.`,
          "The links to send to have expired: run the same command again; files that have arrived are not sent again.",
        );
      }
      if (status >= 300) throw hubFailure(response, this.#access.address, this.location);
      return response;
    }, signal);
  }
}

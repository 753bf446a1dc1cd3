import { Buffer } from "node:buffer";
import { type Body, bytesBody } from "../body.ts";
import { taker } from "../download.ts";
import { PackError } from "../../model/issue.ts";
import { isStoreError } from "../error.ts";
import { answerOf, type HttpClient, type HttpRequest, type HttpResponse, rangeOf } from "../http.ts";
import type { Retrier } from "../retry.ts";
import {
  changed,
  type Condition,
  type ObjectInfo,
  type ObjectRange,
  type OpenUpload,
  type Part,
  type PartLimits,
  type PartPlace,
  type RangeStore,
  type ReadOptions,
  type ReusedObject,
  type Take,
  type Told,
  type UploadStore,
  type Whole,
} from "../store.ts";
import { encodeKey } from "../s3/address.ts";
import { elements, text } from "../xml.ts";
import type { AzureCredentials } from "./credentials.ts";
import { azureFailure } from "./failure.ts";
import { blobSas } from "./sas.ts";
import { sharedKey } from "./shared_key.ts";

/** What an Azure store is made of. */
export interface AzureOptions {
  readonly account: string;
  readonly container: string;
  /** What blob names begin with; may be empty. */
  readonly prefix: string;
  /** @default {"https://ACCOUNT.blob.core.windows.net"} */
  readonly endpoint?: string;
  readonly credentials: AzureCredentials;
  readonly client: HttpClient;
  readonly retrier: Retrier;
}

const VERSION = "2021-12-02";
const LIMITS: PartLimits = { least: 1, most: 4000 * 2 ** 20, parts: 50_000 };
/** The blocks of a blob need no name besides its own. */
const UPLOAD = "blocks";
/** Milliseconds a server may think about a list of blocks. */
const LONG = 10 * 60_000;

interface AzureRequest {
  readonly method: HttpRequest["method"];
  readonly name: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: Body;
  readonly idle?: number;
  readonly taker?: HttpRequest["taker"];
}

/**
 * A container of Azure's blob service. Files are block blobs; each block carries its MD5 and is called by its number, CRC-32
 * and size, so that the list of blocks proves what was sent. Blocks nobody has put into a list are dropped after a week.
 */
export class AzureStore implements UploadStore, RangeStore {
  readonly location: string;
  readonly limits = LIMITS;
  readonly retrier: Retrier;
  readonly #options: AzureOptions;

  constructor(options: AzureOptions) {
    this.#options = options;
    this.retrier = options.retrier;
    const { account, container, prefix } = options;
    this.location = `az://${account}/${container}${prefix && `/${prefix}`}`;
  }

  async head(name: string, signal?: AbortSignal): Promise<ObjectInfo | undefined> {
    try {
      const { headers } = await this.#ask({ method: "HEAD", name }, signal);
      const noted = headers["x-ms-meta-crc32"] ?? "";
      const md5 = headers["content-md5"];
      return {
        size: Number(headers["content-length"]),
        etag: headers.etag,
        crc32: /^[0-9a-f]{8}$/.test(noted) ? parseInt(noted, 16) : undefined,
        md5: md5 && Buffer.from(md5, "base64").toString("hex"),
      };
    } catch (error) {
      if (isStoreError(error, "missing")) return undefined;
      throw error;
    }
  }

  async get(
    name: string,
    offset: number,
    size: number,
    options?: ReadOptions,
  ): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.range(name, offset, size, options)).bytes;
  }

  async range(
    name: string,
    offset: number,
    size: number,
    { signal, etag }: ReadOptions = {},
  ): Promise<ObjectRange> {
    const headers = { "x-ms-range": `bytes=${offset}-${offset + size - 1}`, "if-match": etag };
    try {
      return rangeOf(await this.#ask({ method: "GET", name, headers }, signal), offset, size);
    } catch (error) {
      throw isStoreError(error, "condition") ? changed(this.#place(name)) : error;
    }
  }

  async stream(
    name: string,
    offset: number,
    receive: (told: Told) => Take,
    { signal, etag }: ReadOptions = {},
  ): Promise<void> {
    const headers = { "x-ms-range": offset > 0 ? `bytes=${offset}-` : undefined, "if-match": etag };
    try {
      const { status } = await this.#send({
        method: "GET",
        name,
        headers,
        taker: (head) => taker(answerOf(head), offset, receive),
      }, signal);
      if (status === 416) throw changed(this.#place(name));
    } catch (error) {
      throw isStoreError(error, "condition") ? changed(this.#place(name)) : error;
    }
  }

  async put(name: string, body: Body, condition: Condition, signal?: AbortSignal): Promise<ObjectInfo> {
    const md5 = Buffer.from(body.md5()).toString("base64");
    const { headers } = await this.#ask({
      method: "PUT",
      name,
      headers: {
        "x-ms-blob-type": "BlockBlob",
        ...creation({ crc32: body.crc32() }),
        ...conditional(condition),
        "content-md5": md5,
      },
      body,
    }, signal);
    return { size: body.size, etag: headers.etag, crc32: body.crc32() };
  }

  begin(): Promise<string> {
    return Promise.resolve(UPLOAD);
  }

  async beginFrom(
    name: string,
    _whole: Whole,
    from: ReusedObject,
    signal?: AbortSignal,
  ): Promise<{ upload: string; parts: Part[] } | undefined> {
    const { committed, etag } = await this.#blocks(name, signal);
    if (etag !== from.etag) return undefined;
    const parts: Part[] = [];
    let offset = 0;
    for (const { id, size } of committed) {
      const crc32 = crc32Of(id);
      if (offset + size > from.size || crc32 === undefined) break;
      parts.push({ number: parts.length + 1, offset, size, crc32, etag: id });
      offset += size;
    }
    return parts.length > 0 ? { upload: UPLOAD, parts } : undefined;
  }

  async putPart(
    name: string,
    _upload: string,
    { number, offset }: PartPlace,
    body: Body,
    signal?: AbortSignal,
  ): Promise<Part> {
    const crc32 = body.crc32();
    const id = blockId(number, crc32, body.size);
    await this.#ask({
      method: "PUT",
      name,
      query: { comp: "block", blockid: id },
      headers: { "content-md5": Buffer.from(body.md5()).toString("base64") },
      body,
    }, signal);
    return { number, offset, size: body.size, crc32, etag: id };
  }

  async confirm(
    name: string,
    _upload: string,
    parts: readonly Part[],
    signal?: AbortSignal,
  ): Promise<Part[]> {
    const { committed, uncommitted } = await this.#blocks(name, signal);
    const there = new Set([...committed, ...uncommitted].map(({ id }) => id));
    return parts.filter(({ etag }) => there.has(etag));
  }

  async complete(
    name: string,
    _upload: string,
    parts: readonly Part[],
    whole: Whole,
    condition: Condition,
    signal?: AbortSignal,
  ): Promise<ObjectInfo> {
    const list = parts.map(({ etag }) => `<Latest>${etag}</Latest>`).join("");
    const xml = `<?xml version="1.0" encoding="utf-8"?><BlockList>${list}</BlockList>`;
    const body = bytesBody(new TextEncoder().encode(xml));
    const { headers } = await this.#ask({
      method: "PUT",
      name,
      query: { comp: "blocklist" },
      headers: {
        ...creation(whole),
        ...conditional(condition),
        "content-md5": Buffer.from(body.md5()).toString("base64"),
      },
      body,
      idle: LONG,
    }, signal);
    return { size: whole.size, etag: headers.etag, crc32: whole.crc32 };
  }

  /** Blocks outside a list cannot be removed by themselves; the service drops them after a week. */
  abort(): Promise<void> {
    return Promise.resolve();
  }

  uploads(): Promise<OpenUpload[]> {
    return Promise.resolve([]);
  }

  async remove(name: string, signal?: AbortSignal): Promise<void> {
    try {
      await this.#ask({ method: "DELETE", name }, signal);
    } catch (error) {
      if (!isStoreError(error, "missing")) throw error;
    }
  }

  presign(name: string, seconds: number): Promise<string> {
    const { account, container, credentials } = this.#options;
    if (!("key" in credentials)) {
      return Promise.reject(
        new PackError(
          "Links to blobs are signed with the key of the account, which is not among the credentials.",
          "Set AZURE_STORAGE_KEY or AZURE_STORAGE_CONNECTION_STRING.",
          2,
        ),
      );
    }
    const url = this.#url(name);
    const expiry = new Date(Date.now() + seconds * 1000);
    const plain = url.protocol === "http:";
    url.search = blobSas(credentials.key, { account, container, blob: this.#blob(name), expiry, plain });
    return Promise.resolve(url.href);
  }

  close(): void {
    this.#options.client.close();
  }

  /** The blocks a blob is made of, and those that wait for a list. */
  async #blocks(name: string, signal: AbortSignal | undefined) {
    const query = { comp: "blocklist", blocklisttype: "all" };
    const response = await this.#ask({ method: "GET", name, query }, signal);
    const xml = new TextDecoder().decode(response.body);
    const blocks = (list: string) =>
      elements(elements(xml, list)[0] ?? "", "Block").map((block) => ({
        id: text(block, "Name") ?? "",
        size: Number(text(block, "Size")),
      }));
    return {
      committed: blocks("CommittedBlocks"),
      uncommitted: blocks("UncommittedBlocks"),
      etag: response.headers.etag,
    };
  }

  #place(name: string): string {
    return `${this.location}/${name}`;
  }

  #blob(name: string): string {
    const { prefix } = this.#options;
    return prefix === "" ? name : `${prefix}/${name}`;
  }

  #url(name: string): URL {
    const { account, container, endpoint } = this.#options;
    const base = endpoint?.replace(/\/+$/, "") ?? `https://${account}.blob.core.windows.net`;
    return new URL(`${base}/${container}/${encodeKey(this.#blob(name))}`);
  }

  #ask(request: AzureRequest, signal: AbortSignal | undefined): Promise<HttpResponse> {
    return this.retrier.run(() => this.#send(request, signal), signal);
  }

  async #send(request: AzureRequest, signal: AbortSignal | undefined): Promise<HttpResponse> {
    const { account, container, credentials, client } = this.#options;
    const { method, name, query = {}, body, idle, taker } = request;
    const url = this.#url(name);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    const given = Object.entries(request.headers ?? {}).filter(([, value]) => value !== undefined);
    const headers: Record<string, string> = {
      ...Object.fromEntries(given) as Record<string, string>,
      "x-ms-version": VERSION,
      "x-ms-date": new Date().toUTCString(),
      ...body && body.size > 0 && { "content-length": String(body.size) },
    };
    if ("key" in credentials) {
      headers.authorization = sharedKey(account, credentials.key, method, url, headers);
    } else if ("token" in credentials) headers.authorization = `Bearer ${await credentials.token()}`;
    const target = new URL(url);
    if ("sas" in credentials) target.search += `${target.search ? "&" : "?"}${credentials.sas}`;
    const response = await client.send({ method, url: target, headers, body, idle, taker }, signal);
    if (response.status >= 300 && response.status !== 416) {
      throw azureFailure(response, container, this.#place(name));
    }
    return response;
  }
}

/** Name of a block: all have the same length, as the service asks for. */
function blockId(number: number, crc32: number, size: number): string {
  const digits = (value: number, length: number, radix = 10) => value.toString(radix).padStart(length, "0");
  return Buffer.from(`${digits(number, 5)}-${digits(crc32, 8, 16)}-${digits(size, 10)}`).toString("base64");
}

/** CRC-32 of a block by its name; undefined if the name is none of ours. */
function crc32Of(id: string): number | undefined {
  const [, digits] = /^\d{5}-([0-9a-f]{8})-\d{10}$/.exec(Buffer.from(id, "base64").toString("latin1")) ?? [];
  return digits === undefined ? undefined : parseInt(digits, 16);
}

function creation({ crc32 }: { crc32: number }): Record<string, string> {
  return {
    "x-ms-meta-crc32": crc32.toString(16).padStart(8, "0"),
    "x-ms-blob-content-type": "application/octet-stream",
  };
}

function conditional(condition: Condition): Record<string, string> {
  if (condition === undefined) return {};
  return "etag" in condition ? { "if-match": condition.etag } : { "if-none-match": "*" };
}

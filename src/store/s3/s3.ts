import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { type Body, bytesBody } from "../body.ts";
import { taker } from "../download.ts";
import { isStoreError, StoreError } from "../error.ts";
import { answerOf, type HttpResponse, rangeOf } from "../http.ts";
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
import { elements, escape, text } from "../xml.ts";
import { encodeKey, objectKey } from "./address.ts";
import { base64, fromBase64, infoOf, sumOf } from "./checksum.ts";
import { abortUpload, listParts } from "./multipart.ts";
import { damaged, decode, type S3Access, S3Requests } from "./request.ts";
import { creationHeaders, type S3Settings } from "./settings.ts";

/** What an S3 store is made of. */
export interface S3Options extends S3Access {
  readonly settings?: S3Settings;
}

const LIMITS: PartLimits = { least: 5 * 2 ** 20, most: 5 * 2 ** 30, parts: 10_000 };
/** Bytes copied within the store by one request, where that gives no more than {@link MOST_COPIES} parts. */
const COPY = 512 * 2 ** 20;
const MOST_COPIES = 1000;
/** Milliseconds a server may think about a copy, or about putting parts together. */
const LONG = 10 * 60_000;

/**
 * A bucket of S3, or of a server that speaks its language. Every body carries a checksum: CRC-32, or MD5 for servers that do
 * not know S3's checksums.
 */
export class S3Store implements UploadStore, RangeStore {
  readonly location: string;
  readonly limits = LIMITS;
  readonly retrier: Retrier;
  readonly #options: S3Options;
  readonly #requests: S3Requests;
  /** False once the server has shown that it does not know `x-amz-checksum-…`. */
  #checksums = true;
  /** False once the server has shown that it does not know conditional writes. */
  #conditions = true;
  /** Uploads with a part of which no answer came: it may have arrived, or still arrive. */
  readonly #cut = new Set<string>();

  constructor(options: S3Options) {
    this.#options = options;
    this.retrier = options.retrier;
    this.#requests = new S3Requests(options);
    this.location = this.#requests.location;
  }

  async head(name: string, signal?: AbortSignal): Promise<ObjectInfo | undefined> {
    const headers = { "x-amz-checksum-mode": "ENABLED" };
    try {
      const response = await this.#requests.ask(
        { method: "HEAD", name, action: "s3:GetObject", headers },
        signal,
      );
      return infoOf(response, Number(response.headers["content-length"]));
    } catch (error) {
      if (!(error instanceof StoreError) || error.passing) throw error;
      // The answer to a HEAD has no body, so it does not say whether the object or the bucket is missing, or why not.
      try {
        await this.get(name, 0, 1, { signal });
      } catch (reason) {
        if (isStoreError(reason, "missing")) return undefined;
        throw reason;
      }
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
    const headers = { range: `bytes=${offset}-${offset + size - 1}`, "if-match": etag };
    try {
      const response = await this.#requests.ask(
        { method: "GET", name, action: "s3:GetObject", headers },
        signal,
      );
      return rangeOf(response, offset, size);
    } catch (error) {
      throw isStoreError(error, "condition") ? changed(this.#requests.place(name)) : error;
    }
  }

  async stream(
    name: string,
    offset: number,
    receive: (told: Told) => Take,
    { signal, etag }: ReadOptions = {},
  ): Promise<void> {
    try {
      const { status } = await this.#requests.send({
        method: "GET",
        name,
        action: "s3:GetObject",
        headers: { range: offset > 0 ? `bytes=${offset}-` : undefined, "if-match": etag },
        taker: (head) => taker(answerOf(head), offset, receive),
      }, signal);
      if (status === 416) throw changed(this.#requests.place(name));
    } catch (error) {
      throw isStoreError(error, "condition") ? changed(this.#requests.place(name)) : error;
    }
  }

  presign(name: string, seconds: number): Promise<string> {
    return this.#requests.link(name, seconds);
  }

  put(name: string, body: Body, condition: Condition, signal?: AbortSignal): Promise<ObjectInfo> {
    return this.#conditionally(name, condition, signal, async (conditional) => {
      const send = async () =>
        await this.#requests.ask({
          method: "PUT",
          name,
          action: "s3:PutObject",
          headers: {
            ...creationHeaders(this.#options.settings ?? {}, body.crc32()),
            ...conditional,
            ...this.#checksum(body, this.#checksums),
          },
          body,
        }, signal);
      const response = await this.#withChecksums(send);
      if (this.#checksums && response.headers["x-amz-checksum-crc32"] === undefined) {
        this.#compareMd5(name, response, body);
      }
      return { ...infoOf(response, body.size), crc32: body.crc32() };
    });
  }

  begin(name: string, whole: Whole | undefined, signal?: AbortSignal): Promise<string> {
    return this.#withChecksums(() => this.#begin(name, whole, this.#checksums, signal));
  }

  async putPart(
    name: string,
    upload: string,
    { number, offset }: PartPlace,
    body: Body,
    signal?: AbortSignal,
  ): Promise<Part> {
    const { id, checksums } = handle(upload);
    const response = await this.#requests.ask({
      method: "PUT",
      name,
      action: "s3:PutObject",
      query: { partNumber: String(number), uploadId: id },
      headers: this.#checksum(body, checksums),
      body,
    }, signal).catch((error) => {
      this.#cut.add(upload);
      throw error;
    });
    return { number, offset, size: body.size, crc32: body.crc32(), etag: response.headers.etag ?? "" };
  }

  async beginFrom(
    name: string,
    whole: Whole,
    from: ReusedObject,
    signal?: AbortSignal,
  ): Promise<{ upload: string; parts: Part[] } | undefined> {
    if (from.size < LIMITS.least) return undefined;
    const count = Math.max(
      Math.ceil(from.size / LIMITS.most),
      Math.min(MOST_COPIES, Math.ceil(from.size / COPY)),
    );
    const ranges = Array.from({ length: count }, (_, i) => {
      const offset = Math.floor(from.size / count * i);
      const size = Math.floor(from.size / count * (i + 1)) - offset;
      return { number: i + 1, offset, size };
    });
    // Some servers cannot copy into an upload with checksums, or state wrong ones: MinIO, and versitygw of a range.
    for (const checksums of this.#checksums ? [true, false] : [false]) {
      const upload = checksums
        ? await this.begin(name, whole, signal)
        : await this.#begin(name, whole, false, signal);
      const parts: Part[] = [];
      for (const range of ranges) {
        const copied = await this.#copyPart(name, upload, range, from.etag, signal);
        if (copied === undefined) break;
        parts.push(count === 1 && !checksums ? { ...copied, crc32: from.crc32 } : copied);
      }
      if (parts.length === count && (!checksums || sumOf(parts) === from.crc32)) return { upload, parts };
      await this.abort(name, upload, signal);
    }
    return undefined;
  }

  async confirm(name: string, upload: string, parts: readonly Part[], signal?: AbortSignal): Promise<Part[]> {
    const there = await listParts(this.#requests, name, handle(upload).id, signal);
    return parts.filter(({ number, etag, crc32 }) => {
      const found = there.get(number);
      return found?.etag === etag && (crc32 === undefined || (found.crc32 ?? crc32) === crc32);
    });
  }

  complete(
    name: string,
    upload: string,
    parts: readonly Part[],
    whole: Whole,
    condition: Condition,
    signal?: AbortSignal,
  ): Promise<ObjectInfo> {
    const { id, checksums } = handle(upload);
    const list = parts.map(({ number, etag, crc32 }) => {
      const sum = checksums && crc32 !== undefined ? `<ChecksumCRC32>${base64(crc32)}</ChecksumCRC32>` : "";
      return `<Part><PartNumber>${number}</PartNumber><ETag>${escape(etag)}</ETag>${sum}</Part>`;
    });
    const body = bytesBody(
      new TextEncoder().encode(
        `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${
          list.join("")
        }</CompleteMultipartUpload>`,
      ),
    );
    return this.#conditionally(name, condition, signal, async (conditional) => {
      const response = await this.#requests.ask({
        method: "POST",
        name,
        action: "s3:PutObject",
        query: { uploadId: id },
        headers: {
          ...conditional,
          ...checksums && {
            "x-amz-checksum-crc32": base64(whole.crc32),
            "x-amz-checksum-type": "FULL_OBJECT",
            "x-amz-mp-object-size": String(whole.size),
          },
        },
        body,
        idle: LONG,
        sent: true,
      }, signal);
      const xml = decode(response);
      const etag = text(xml, "ETag");
      if (!checksums) this.#compareMultipartMd5(name, etag, parts);
      const crc32 = fromBase64(text(xml, "ChecksumCRC32"));
      if (crc32 !== undefined && crc32 !== whole.crc32) throw damaged(this.#requests.place(name));
      return { size: whole.size, etag, crc32: whole.crc32 };
    });
  }

  abort(name: string, upload: string, signal?: AbortSignal): Promise<void> {
    return abortUpload(this.#requests, name, handle(upload).id, this.#cut.has(upload), signal);
  }

  async uploads(names: readonly string[], signal?: AbortSignal): Promise<OpenUpload[]> {
    const found: OpenUpload[] = [];
    for (const name of names) {
      const key = objectKey(this.#options.address, name);
      // Some servers list the uploads of one exact key only.
      const xml = decode(
        await this.#requests.ask({
          method: "GET",
          name: undefined,
          action: "s3:ListBucketMultipartUploads",
          query: { uploads: "", prefix: key },
        }, signal),
      );
      for (const each of elements(xml, "Upload")) {
        const upload = text(each, "UploadId");
        if (text(each, "Key") === key && upload) found.push({ name, upload, begun: text(each, "Initiated") });
      }
    }
    return found;
  }

  async remove(name: string, signal?: AbortSignal): Promise<void> {
    await this.#requests.ask({ method: "DELETE", name, action: "s3:DeleteObject" }, signal);
  }

  close(): void {
    this.#options.client.close();
  }

  /** Begins an upload whose parts are checked by CRC-32, or by MD5. */
  async #begin(
    name: string,
    whole: Whole | undefined,
    checksums: boolean,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const response = await this.#requests.ask({
      method: "POST",
      name,
      action: "s3:PutObject",
      query: { uploads: "" },
      headers: {
        ...creationHeaders(this.#options.settings ?? {}, whole?.crc32),
        ...checksums && { "x-amz-checksum-algorithm": "CRC32", "x-amz-checksum-type": "FULL_OBJECT" },
      },
    }, signal);
    const id = text(decode(response), "UploadId");
    if (!id) throw new StoreError("refused", `"${this.#requests.place(name)}": the store gave no upload id.`);
    // A server that does not repeat the name of the checksum does not know it.
    return checksums && response.headers["x-amz-checksum-algorithm"] !== undefined ? id : BY_MD5 + id;
  }

  /** Copies a range of the object as it is; undefined if the server cannot, or does not tell the checksum it should. */
  async #copyPart(
    name: string,
    upload: string,
    range: Omit<Part, "etag" | "crc32">,
    version: string,
    signal: AbortSignal | undefined,
  ): Promise<Part | undefined> {
    const { address } = this.#options;
    const { id, checksums } = handle(upload);
    const { number, offset, size } = range;
    try {
      const response = await this.#requests.ask({
        method: "PUT",
        name,
        action: "s3:PutObject",
        query: { partNumber: String(number), uploadId: id },
        headers: {
          "x-amz-copy-source": `/${encodeKey(address.bucket)}/${encodeKey(objectKey(address, name))}`,
          "x-amz-copy-source-range": `bytes=${offset}-${offset + size - 1}`,
          "x-amz-copy-source-if-match": version,
        },
        idle: LONG,
      }, signal);
      const xml = decode(response);
      const [etag, crc32] = [text(xml, "ETag"), fromBase64(text(xml, "ChecksumCRC32"))];
      return etag === undefined || checksums && crc32 === undefined
        ? undefined
        : { ...range, crc32: checksums ? crc32 : undefined, etag };
    } catch (error) {
      if (isStoreError(error, "unsupported")) return undefined;
      throw error;
    }
  }

  #checksum(body: Body, checksums: boolean): Record<string, string> {
    return checksums
      ? { "x-amz-checksum-crc32": base64(body.crc32()) }
      : { "content-md5": Buffer.from(body.md5()).toString("base64") };
  }

  /** Does it once more with MD5 if the server does not know S3's checksums. */
  async #withChecksums<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (!this.#checksums || !isStoreError(error, "unsupported")) throw error;
      this.#checksums = false;
      return await action();
    }
  }

  /** A server that says nothing of the checksum may not have looked at it. */
  #compareMd5(name: string, response: HttpResponse, body: Body): void {
    const { md5 } = infoOf(response, body.size);
    if (md5 !== undefined && md5 !== Buffer.from(body.md5()).toString("hex")) {
      throw damaged(this.#requests.place(name));
    }
  }

  /** S3's ETag of an object in parts is the MD5 of their MD5s; only servers with keys of their own differ. */
  #compareMultipartMd5(name: string, etag: string | undefined, parts: readonly Part[]): void {
    const [, whole] = /^"?([0-9a-f]{32})-\d+"?$/.exec(etag ?? "") ?? [];
    const each = parts.map((part) => /^"?([0-9a-f]{32})"?$/.exec(part.etag)?.[1]);
    if (whole === undefined || each.includes(undefined)) return;
    const expected = createHash("md5").update(Buffer.from(each.join(""), "hex")).digest("hex");
    if (expected !== whole) throw damaged(this.#requests.place(name));
  }

  /** Writes under a condition; where the server knows none, it is looked up just before. */
  async #conditionally(
    name: string,
    condition: Condition,
    signal: AbortSignal | undefined,
    write: (headers: Record<string, string>) => Promise<ObjectInfo>,
  ): Promise<ObjectInfo> {
    if (condition === undefined) return await write({});
    if (this.#conditions) {
      try {
        return await write("etag" in condition ? { "if-match": condition.etag } : { "if-none-match": "*" });
      } catch (error) {
        if (!isStoreError(error, "unsupported")) throw error;
        this.#conditions = false;
      }
    }
    const now = await this.head(name, signal);
    if ("etag" in condition ? now?.etag !== condition.etag : now !== undefined) {
      throw new StoreError("condition", `"${this.#requests.place(name)}" is not what was to be replaced.`);
    }
    return await write({});
  }
}

/** Begins the name of an upload whose parts are checked by MD5. */
const BY_MD5 = "md5:";

/** Id of an upload, and whether its parts carry S3's own checksums. */
function handle(upload: string): { id: string; checksums: boolean } {
  return upload.startsWith(BY_MD5)
    ? { id: upload.slice(BY_MD5.length), checksums: false }
    : { id: upload, checksums: true };
}

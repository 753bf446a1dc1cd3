import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { combineCrc32 } from "../../media/crc32.ts";
import { type Body, bytesBody } from "../body.ts";
import { taker } from "../download.ts";
import { isStoreError, StoreError } from "../error.ts";
import { answerOf, type HttpClient, type HttpRequest, type HttpResponse } from "../http.ts";
import { pause, type Retrier } from "../retry.ts";
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
  wholeSize,
} from "../store.ts";
import { encodeKey, objectKey, objectUrl, type S3Address } from "./address.ts";
import type { CredentialSource } from "./credentials.ts";
import { type S3Action, s3Failure } from "./failure.ts";
import { S3Signer } from "./sign.ts";
import { elements, escape, text } from "../xml.ts";

/** How new objects are kept. */
export interface S3Settings {
  /** `STANDARD_IA`, `GLACIER_IR`, … */
  readonly storageClass?: string;
  /** `AES256`, `aws:kms`, or `aws:kms:KEY`. */
  readonly sse?: string;
  /** Canned ACL: `private`, `bucket-owner-full-control`, … */
  readonly acl?: string;
  /** Tags of the objects. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** What an S3 store is made of. */
export interface S3Options {
  readonly address: S3Address;
  readonly credentials: CredentialSource;
  readonly client: HttpClient;
  readonly retrier: Retrier;
  readonly settings?: S3Settings;
}

const LIMITS: PartLimits = { least: 5 * 2 ** 20, most: 5 * 2 ** 30, parts: 10_000 };
/** Bytes copied within the store by one request, where that gives no more than {@link MOST_COPIES} parts. */
const COPY = 512 * 2 ** 20;
const MOST_COPIES = 1000;
/** Times an upload is given up at most, until no part of it is left. */
const ABORTS = 5;
/** Milliseconds a server may think about a copy, or about putting parts together. */
const LONG = 10 * 60_000;

interface S3Request {
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

/**
 * A bucket of S3, or of a server that speaks its language. Every body carries a checksum: CRC-32, or MD5 for servers that do
 * not know S3's checksums.
 */
export class S3Store implements UploadStore, RangeStore {
  readonly location: string;
  readonly limits = LIMITS;
  readonly retrier: Retrier;
  readonly #options: S3Options;
  readonly #signer: S3Signer;
  /** False once the server has shown that it does not know `x-amz-checksum-…`. */
  #checksums = true;
  /** False once the server has shown that it does not know conditional writes. */
  #conditions = true;
  /** Uploads with a part of which no answer came: it may have arrived, or still arrive. */
  readonly #cut = new Set<string>();

  constructor(options: S3Options) {
    this.#options = options;
    this.retrier = options.retrier;
    const { bucket, prefix, region } = options.address;
    this.#signer = new S3Signer(region);
    this.location = `s3://${bucket}${prefix && `/${prefix}`}`;
  }

  async head(name: string, signal?: AbortSignal): Promise<ObjectInfo | undefined> {
    const headers = { "x-amz-checksum-mode": "ENABLED" };
    try {
      const response = await this.#ask({ method: "HEAD", name, action: "s3:GetObject", headers }, signal);
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
      const { status, body, headers: told } = await this.#ask(
        { method: "GET", name, action: "s3:GetObject", headers },
        signal,
      );
      // A server may send all instead of the range.
      return status === 206
        ? { bytes: body, size: wholeSize(told["content-range"]), etag: told.etag }
        : { bytes: body.subarray(offset, offset + size), size: body.length, etag: told.etag };
    } catch (error) {
      if (error instanceof RangeNotSatisfiable) {
        return { bytes: new Uint8Array(0), size: undefined, etag: undefined };
      }
      throw isStoreError(error, "condition") ? changed(this.#place(name)) : error;
    }
  }

  async stream(
    name: string,
    offset: number,
    receive: (told: Told) => Take,
    { signal, etag }: ReadOptions = {},
  ): Promise<void> {
    try {
      await this.#send({
        method: "GET",
        name,
        action: "s3:GetObject",
        headers: { range: offset > 0 ? `bytes=${offset}-` : undefined, "if-match": etag },
        taker: (head) => taker(answerOf(head), offset, receive),
      }, signal);
    } catch (error) {
      const gone = error instanceof RangeNotSatisfiable || isStoreError(error, "condition");
      throw gone ? changed(this.#place(name)) : error;
    }
  }

  async presign(name: string, seconds: number): Promise<string> {
    return this.#signer.link(this.#url(name), seconds, await this.#options.credentials()).href;
  }

  put(name: string, body: Body, condition: Condition, signal?: AbortSignal): Promise<ObjectInfo> {
    return this.#conditionally(name, condition, signal, async (conditional) => {
      const send = async () =>
        await this.#ask({
          method: "PUT",
          name,
          action: "s3:PutObject",
          headers: {
            ...this.#creation(body.crc32()),
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
    const response = await this.#ask({
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
    const there = new Map<number, { etag: string; crc32: number | undefined }>();
    for (let marker = "0";;) {
      const xml = decode(
        await this.#ask({
          method: "GET",
          name,
          action: "s3:ListMultipartUploadParts",
          query: { uploadId: handle(upload).id, "part-number-marker": marker },
        }, signal),
      );
      for (const part of elements(xml, "Part")) {
        const crc32 = fromBase64(text(part, "ChecksumCRC32"));
        there.set(Number(text(part, "PartNumber")), { etag: text(part, "ETag") ?? "", crc32 });
      }
      const next = text(xml, "NextPartNumberMarker");
      if (text(xml, "IsTruncated") !== "true" || !next || next === marker) break;
      marker = next;
    }
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
      const response = await this.#ask({
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
      if (crc32 !== undefined && crc32 !== whole.crc32) throw damaged(this.#place(name));
      return { size: whole.size, etag, crc32: whole.crc32 };
    });
  }

  async abort(name: string, upload: string, signal?: AbortSignal): Promise<void> {
    const { base, cap } = this.retrier.policy;
    for (let time = 1; time <= ABORTS; time++) {
      if (!await this.#abort(name, upload, signal)) return;
      // A part that was on its way may arrive afterwards, and is kept until the upload is given up once more.
      if (time > 1 || this.#cut.has(upload)) await pause(Math.min(cap, base * 2 ** time), signal);
      if (!await this.#hasParts(name, upload, signal)) return;
    }
    throw new StoreError(
      "busy",
      `"${this.#place(name)}": parts of an upload that was given up ${ABORTS} times are still in the store.`,
      "They are paid for: `upload --clean` removes them, or a lifecycle rule (docs/recipes/bucket.md).",
    );
  }

  async uploads(names: readonly string[], signal?: AbortSignal): Promise<OpenUpload[]> {
    const found: OpenUpload[] = [];
    for (const name of names) {
      const key = objectKey(this.#options.address, name);
      // Some servers list the uploads of one exact key only.
      const xml = decode(
        await this.#ask({
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
    await this.#ask({ method: "DELETE", name, action: "s3:DeleteObject" }, signal);
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
    const response = await this.#ask({
      method: "POST",
      name,
      action: "s3:PutObject",
      query: { uploads: "" },
      headers: {
        ...this.#creation(whole?.crc32),
        ...checksums && { "x-amz-checksum-algorithm": "CRC32", "x-amz-checksum-type": "FULL_OBJECT" },
      },
    }, signal);
    const id = text(decode(response), "UploadId");
    if (!id) throw new StoreError("refused", `"${this.#place(name)}": the store gave no upload id.`);
    // A server that does not repeat the name of the checksum does not know it.
    return checksums && response.headers["x-amz-checksum-algorithm"] !== undefined ? id : BY_MD5 + id;
  }

  /** Gives up an upload; false if there is none. */
  async #abort(name: string, upload: string, signal: AbortSignal | undefined): Promise<boolean> {
    const query = { uploadId: handle(upload).id };
    try {
      await this.#ask({ method: "DELETE", name, action: "s3:AbortMultipartUpload", query }, signal);
      return true;
    } catch (error) {
      if (isStoreError(error, "missing")) return false;
      throw error;
    }
  }

  /** True if the store lists parts of an upload. */
  async #hasParts(name: string, upload: string, signal: AbortSignal | undefined): Promise<boolean> {
    const query = { uploadId: handle(upload).id };
    try {
      const action = "s3:ListMultipartUploadParts";
      return elements(decode(await this.#ask({ method: "GET", name, action, query }, signal)), "Part")
        .length > 0;
    } catch (error) {
      // There is no such upload any more; or nobody may look, and it was given up all the same.
      if (isStoreError(error, "missing", "denied", "unsupported")) return false;
      throw error;
    }
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
      const response = await this.#ask({
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

  #place(name: string | undefined): string {
    return name === undefined ? this.location : `${this.location}/${name}`;
  }

  #url(name: string | undefined): URL {
    const { address } = this.#options;
    return objectUrl(address, name === undefined ? undefined : objectKey(address, name));
  }

  /** Sends a request, signed anew each time, until it succeeds or is refused. */
  #ask(request: S3Request, signal: AbortSignal | undefined): Promise<HttpResponse> {
    return this.retrier.run(() => this.#send(request, signal), signal);
  }

  async #send(request: S3Request, signal: AbortSignal | undefined): Promise<HttpResponse> {
    const { address, client, credentials } = this.#options;
    const { method, name, action, query = {}, body, idle, sent, taker } = request;
    const url = this.#url(name);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    const headers = Object.fromEntries(
      Object.entries(request.headers ?? {}).filter(([, value]) => value !== undefined),
    ) as Record<string, string>;
    const signed = this.#signer.headers(method, url, headers, await credentials());
    const response = await client.send({ method, url, headers: signed, body, idle, taker }, signal);
    const { status } = response;
    if (status === 416) throw new RangeNotSatisfiable();
    // Completing and copying begin their answer with 200 before they know how it ends.
    const failed = status >= 300 ||
      (method !== "GET" && method !== "HEAD" && /<Error>/.test(decode(response)));
    if (!failed) return response;
    const failure = s3Failure(response, address, this.#place(name), action);
    throw sent && failure.kind === "checksum" ? damaged(this.#place(name)) : failure;
  }

  /** Headers of a new object. */
  #creation(crc32: number | undefined): Record<string, string | undefined> {
    const { storageClass, sse, acl, tags } = this.#options.settings ?? {};
    const [, kms, key] = /^(aws:kms(?::dsse)?)(?::(.+))?$/.exec(sse ?? "") ?? [];
    return {
      "content-type": "application/octet-stream",
      "x-amz-meta-crc32": crc32?.toString(16).padStart(8, "0"),
      "x-amz-storage-class": storageClass,
      "x-amz-server-side-encryption": kms ?? sse,
      "x-amz-server-side-encryption-aws-kms-key-id": key,
      "x-amz-acl": acl,
      "x-amz-tagging": tags && new URLSearchParams(tags).toString(),
    };
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
      throw damaged(this.#place(name));
    }
  }

  /** S3's ETag of an object in parts is the MD5 of their MD5s; only servers with keys of their own differ. */
  #compareMultipartMd5(name: string, etag: string | undefined, parts: readonly Part[]): void {
    const [, whole] = /^"?([0-9a-f]{32})-\d+"?$/.exec(etag ?? "") ?? [];
    const each = parts.map((part) => /^"?([0-9a-f]{32})"?$/.exec(part.etag)?.[1]);
    if (whole === undefined || each.includes(undefined)) return;
    const expected = createHash("md5").update(Buffer.from(each.join(""), "hex")).digest("hex");
    if (expected !== whole) throw damaged(this.#place(name));
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
      throw new StoreError("condition", `"${this.#place(name)}" is not what was to be replaced.`);
    }
    return await write({});
  }
}

/** CRC-32 of parts together; undefined if that of one is not known. */
function sumOf(parts: readonly Part[]): number | undefined {
  return parts.reduce<number | undefined>(
    (sum, { crc32, size }) =>
      sum === undefined || crc32 === undefined ? undefined : combineCrc32(sum, crc32, size),
    0,
  );
}

/** Begins the name of an upload whose parts are checked by MD5. */
const BY_MD5 = "md5:";

/** Id of an upload, and whether its parts carry S3's own checksums. */
function handle(upload: string): { id: string; checksums: boolean } {
  return upload.startsWith(BY_MD5)
    ? { id: upload.slice(BY_MD5.length), checksums: false }
    : { id: upload, checksums: true };
}

/** The range begins behind the end of the object. */
class RangeNotSatisfiable extends Error {}

function damaged(place: string): StoreError {
  return new StoreError(
    "refused",
    `"${place}" is not what was sent: its checksum differs.`,
    "Something between here and the store changes what is sent. Try another network path, then run the command again.",
  );
}

function infoOf({ headers }: HttpResponse, size: number): ObjectInfo {
  const etag = headers.etag;
  const noted = headers["x-amz-meta-crc32"];
  return {
    size,
    etag,
    crc32: fromBase64(headers["x-amz-checksum-crc32"]) ??
      (noted !== undefined && /^[0-9a-f]{8}$/.test(noted) ? parseInt(noted, 16) : undefined),
    md5: /^"?([0-9a-f]{32})"?$/.exec(etag ?? "")?.[1],
  };
}

function decode({ body }: HttpResponse): string {
  return new TextDecoder().decode(body);
}

/** Four bytes, the highest first, in base 64. */
function base64(crc32: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32);
  return bytes.toString("base64");
}

/** Undefined for nothing, and for the checksum of checksums (`…-12`). */
function fromBase64(text: string | undefined): number | undefined {
  if (text === undefined || !/^[A-Za-z0-9+/]{6}==$/.test(text)) return undefined;
  return Buffer.from(text, "base64").readUInt32BE(0);
}

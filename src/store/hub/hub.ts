import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { crc32 } from "../../media/crc32.ts";
import { type Body, bytesBody } from "../body.ts";
import { isStoreError, StoreError } from "../error.ts";
import {
  changed,
  type Condition,
  type Digested,
  type ObjectInfo,
  type OpenUpload,
  type Part,
  type PartLimits,
  type PartPlace,
  type Preparation,
  type ReadOptions,
  type UploadStore,
  type Whole,
} from "../store.ts";
import { webUrls } from "../web/urls.ts";
import { WebStore } from "../web/web.ts";
import { resolveUrl } from "./address.ts";
import { type Change, commitBody } from "./commit.ts";
import { type HubAccess, HubRequests, LFS_HEADERS, LONG } from "./request.ts";
import type { Transfer } from "./transfer.ts";

/** Used to foretell requests only: the Hub itself says how large parts are. */
const LIMITS: PartLimits = { least: 5 * 2 ** 20, most: 5 * 2 ** 30, parts: 10_000 };
/** Bytes from which on a file that is no LFS file is not read to know its checksum; the Hub takes none that large. */
const LARGE = 64 * 2 ** 20;
/** Commits of others that may come between before it is given up. */
const PATIENCE = 10;

/** A file in a commit. */
interface Entry {
  readonly size: number;
  /** Version: SHA-256 of a file of Git LFS, hash of the blob of another. */
  readonly etag: string;
  readonly lfs: boolean;
}

/** How a file is to be sent, as the Hub said. */
interface Prepared {
  readonly oid: string;
  /** Undefined for a file of Git itself. */
  readonly transfer: Transfer | undefined;
}

/**
 * A dataset repository of the Hugging Face Hub. Large files go to its store of Git LFS objects, where nobody sees them; then
 * one commit, made on the commit that was seen at first, makes all files appear at once.
 */
export class HubStore implements UploadStore {
  readonly location: string;
  readonly limits = LIMITS;
  readonly appends = false;
  readonly sha256 = true;
  readonly #options: HubAccess;
  readonly #requests: HubRequests;
  /** The commit that is looked at. */
  #commit: string | undefined;
  /** Files in that commit; undefined: there is none. */
  readonly #entries = new Map<string, Entry | undefined>();
  /** CRC-32 of files of Git itself, by version. */
  readonly #sums = new Map<string, number>();
  readonly #prepared = new Map<string, Prepared>();
  /** What the next commit will do. */
  readonly #changes = new Map<string, Change>();
  #web: WebStore | undefined;

  constructor(options: HubAccess) {
    this.#options = options;
    this.#requests = new HubRequests(options);
    this.location = this.#requests.location;
  }

  async head(name: string, signal?: AbortSignal): Promise<ObjectInfo | undefined> {
    const change = this.#changes.get(name);
    if (change !== undefined) return change.kind === "deleted" ? undefined : infoOf(change);
    const entry = await this.#entry(name, signal);
    if (entry === undefined) return undefined;
    const { size, etag, lfs } = entry;
    if (lfs) return { size, etag, crc32: undefined, sha256: etag };
    let sum = this.#sums.get(etag);
    if (sum === undefined && size > 0 && size < LARGE) {
      sum = crc32(await this.get(name, 0, size, { signal }));
      this.#sums.set(etag, sum);
    }
    return { size, etag, crc32: sum };
  }

  async get(
    name: string,
    offset: number,
    size: number,
    { signal, etag }: ReadOptions = {},
  ): Promise<Uint8Array<ArrayBuffer>> {
    const entry = await this.#entry(name, signal);
    if (entry === undefined) throw new StoreError("missing", `There is no "${this.#requests.place(name)}".`);
    if (etag !== undefined && etag !== entry.etag) throw changed(this.#requests.place(name));
    const web = await this.#reader(signal);
    if (entry.lfs) return (await web.range(name, offset, size, { signal })).bytes;
    // Files of Git itself are small, and may come as a whole whatever was asked for.
    const { bytes } = await web.range(name, 0, entry.size, { signal });
    return bytes.slice(offset, offset + size);
  }

  async prepare(file: Digested, beginning: Uint8Array, signal?: AbortSignal): Promise<Preparation> {
    const { name, size } = file;
    const oid = file.sha256;
    if (oid === undefined) throw new Error(`"${name}" has no SHA-256.`);
    const place = this.#requests.place(name);
    const sample = Buffer.from(beginning.subarray(0, 512)).toString("base64");
    const { revision } = this.#options.address;
    const answer = await this.#requests.json(
      "POST",
      this.#requests.api(`preupload/${encodeURIComponent(revision)}`),
      {
        files: [{ path: this.#requests.path(name), sample, size }],
      },
      signal,
    );
    const [mode] = (answer as { files?: { uploadMode?: string; shouldIgnore?: boolean }[] }).files ?? [];
    if (mode?.shouldIgnore) {
      throw new StoreError(
        "refused",
        `${place}: the .gitignore of the repository excludes this file.`,
        "Remove the line that does from the repository's .gitignore.",
      );
    }
    if (mode?.uploadMode !== "lfs" || size === 0) {
      this.#prepared.set(name, { oid, transfer: undefined });
      return { partSize: Math.max(1, size), there: false };
    }
    const transfer = await this.#requests.batch(name, oid, size, signal);
    this.#prepared.set(name, { oid, transfer });
    return {
      partSize: transfer.kind === "multipart" ? transfer.partSize : size,
      there: transfer.kind === "there",
    };
  }

  async put(name: string, body: Body, condition: Condition, signal?: AbortSignal): Promise<ObjectInfo> {
    await this.#require(name, condition, signal);
    const { oid, transfer } = this.#prepared.get(name)!;
    if (transfer === undefined) return this.#stage(name, { kind: "regular", content: bytesOf(body) });
    if (transfer.kind === "basic") {
      await this.#requests.transfer(transfer.url, body, transfer.headers, signal);
      await this.#requests.verify(transfer.verify, oid, body.size, signal);
    }
    return this.#stage(name, { kind: "lfs", oid, size: body.size });
  }

  begin(name: string): Promise<string> {
    return Promise.resolve(this.#prepared.get(name)!.oid);
  }

  beginFrom(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async putPart(
    name: string,
    _upload: string,
    { number, offset }: PartPlace,
    body: Body,
    signal?: AbortSignal,
  ): Promise<Part> {
    const { urls } = this.#multipart(name);
    const { headers } = await this.#requests.transfer(urls[number - 1], body, {}, signal);
    return { number, offset, size: body.size, crc32: body.crc32(), etag: headers.etag ?? "" };
  }

  /** The Hub gives new links to every attempt, and counts no part of an earlier one. */
  confirm(name: string): Promise<Part[]> {
    const place = this.#requests.place(name);
    return Promise.reject(new StoreError("missing", `${place}: there is no such upload any more.`));
  }

  async complete(
    name: string,
    oid: string,
    parts: readonly Part[],
    whole: Whole,
    condition: Condition,
    signal?: AbortSignal,
  ): Promise<ObjectInfo> {
    await this.#require(name, condition, signal);
    const { url, verify } = this.#multipart(name);
    const list = parts.map(({ number, etag }) => ({ partNumber: number, etag }));
    try {
      await this.#requests.json("POST", url, { oid, parts: list }, signal, LFS_HEADERS, LONG);
      await this.#requests.verify(verify, oid, whole.size, signal);
    } catch (error) {
      // If only the answer was lost, the upload is no more, and the file is there.
      if (
        !isStoreError(error) || (await this.#requests.batch(name, oid, whole.size, signal)).kind !== "there"
      ) {
        throw error;
      }
    }
    return this.#stage(name, { kind: "lfs", oid, size: whole.size });
  }

  /** Makes the commit; then what is looked at is what is there. */
  async publish(signal?: AbortSignal): Promise<void> {
    if (this.#changes.size === 0) return;
    const { revision } = this.#options.address;
    const url = this.#requests.api(`commit/${encodeURIComponent(revision)}`);
    const count = this.#changes.size;
    for (let attempt = 1;; attempt++) {
      const parent = await this.#parent(signal);
      const changes = [...this.#changes].map(([name, change]) =>
        [this.#requests.path(name), change] as const
      );
      const body = bytesBody(
        commitBody(`Upload ${count} file${count === 1 ? "" : "s"} of a set`, parent, changes),
      );
      const headers = { "content-type": "application/x-ndjson" };
      try {
        await this.#requests.ask({ method: "POST", url, headers, body, idle: LONG }, this.location, signal);
        break;
      } catch (error) {
        if (!isStoreError(error, "condition") || attempt > PATIENCE) throw error;
        if (await this.#rebased(signal)) break;
      }
    }
    this.#changes.clear();
    this.#forget();
  }

  abort(): Promise<void> {
    return Promise.resolve();
  }

  uploads(): Promise<OpenUpload[]> {
    return Promise.resolve([]);
  }

  async remove(name: string, signal?: AbortSignal): Promise<void> {
    if (await this.#entry(name, signal) === undefined) this.#changes.delete(name);
    else this.#changes.set(name, { kind: "deleted" });
  }

  close(): void {
    this.#web?.close();
    this.#options.client.close();
  }

  /**
   * Looks at the commit that came between.
   *
   * @returns True if it is our own, whose answer was lost.
   * @throws {StoreError} If it is somebody else's and did something to our files.
   */
  async #rebased(signal: AbortSignal | undefined): Promise<boolean> {
    const before = new Map(this.#entries);
    this.#forget();
    let ours = true;
    for (const [name, change] of this.#changes) {
      const now = await this.#entry(name, signal);
      if (now?.etag === (change.kind === "deleted" ? undefined : infoOf(change).etag)) continue;
      ours = false;
      if (now?.etag !== before.get(name)?.etag) {
        throw new StoreError(
          "condition",
          `"${name}" in "${this.location}" has been written by someone else while this upload was at work.`,
          "Find out who uploads there. --force replaces what they wrote; what was sent so far is not sent again.",
        );
      }
    }
    return ours;
  }

  async #require(name: string, condition: Condition, signal: AbortSignal | undefined): Promise<void> {
    if (condition === undefined) return;
    const now = await this.head(name, signal);
    if (now?.etag === ("etag" in condition ? condition.etag : undefined)) return;
    throw new StoreError("condition", `${this.#requests.place(name)}: it is another file by now.`);
  }

  #stage(name: string, change: Exclude<Change, { kind: "deleted" }>): ObjectInfo {
    this.#changes.set(name, change);
    return infoOf(change);
  }

  #multipart(name: string): Extract<Transfer, { kind: "multipart" }> {
    const transfer = this.#prepared.get(name)?.transfer;
    if (transfer?.kind !== "multipart") {
      throw new StoreError("refused", `${this.#requests.place(name)}: the Hub does not take it in parts.`);
    }
    return transfer;
  }

  async #parent(signal: AbortSignal | undefined): Promise<string> {
    const { revision } = this.#options.address;
    if (this.#commit === undefined) {
      const answer = await this.#requests.json(
        "GET",
        this.#requests.api(`revision/${encodeURIComponent(revision)}`),
        undefined,
        signal,
      );
      const { sha } = answer as { sha?: unknown };
      if (typeof sha !== "string" || sha === "") {
        throw new StoreError("refused", `${this.location}: the Hub names no commit of "${revision}".`);
      }
      this.#commit = sha;
    }
    return this.#commit;
  }

  async #entry(name: string, signal: AbortSignal | undefined): Promise<Entry | undefined> {
    const commit = await this.#parent(signal);
    if (!this.#entries.has(name)) {
      const path = this.#requests.path(name);
      const found = await this.#requests.json("POST", this.#requests.api(`paths-info/${commit}`), {
        paths: [path],
      }, signal);
      const file = (found as PathInfo[]).find((each) => each.type === "file" && each.path === path);
      this.#entries.set(
        name,
        file && {
          size: file.lfs?.size ?? file.size,
          etag: file.lfs?.oid ?? file.oid,
          lfs: file.lfs !== undefined,
        },
      );
    }
    return this.#entries.get(name);
  }

  /** What was seen is no longer what is there. */
  #forget(): void {
    this.#commit = undefined;
    this.#entries.clear();
    this.#web?.close();
    this.#web = undefined;
  }

  async #reader(signal: AbortSignal | undefined): Promise<WebStore> {
    const { hub, token, address, retrier, client } = this.#options;
    return this.#web ??= new WebStore({
      location: this.location,
      urlOf: webUrls(resolveUrl(hub, address, await this.#parent(signal))),
      headers: { authorization: `Bearer ${token}` },
      conditional: false,
      retrier,
      traffic: client.options.traffic,
    });
  }
}

/** An answer of `paths-info`. */
interface PathInfo {
  readonly type: string;
  readonly path: string;
  readonly oid: string;
  readonly size: number;
  readonly lfs?: { readonly oid: string; readonly size: number };
}

function infoOf(change: Exclude<Change, { kind: "deleted" }>): ObjectInfo {
  if (change.kind === "lfs") {
    return { size: change.size, etag: change.oid, crc32: undefined, sha256: change.oid };
  }
  const { content } = change;
  const blob = createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
  return { size: content.length, etag: blob, crc32: crc32(content) };
}

function bytesOf(body: Body): Uint8Array {
  const bytes = new Uint8Array(body.size);
  let at = 0;
  for (const block of body.blocks()) {
    bytes.set(block, at);
    at += block.length;
  }
  return bytes;
}

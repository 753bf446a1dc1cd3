import { readFileSync } from "node:fs";
import { Buffer } from "node:buffer";
import { PackError } from "../../model/issue.ts";
import type { Body } from "../body.ts";
import { StoreError } from "../error.ts";
import type { HttpClient } from "../http.ts";
import { withoutQuery } from "../location.ts";
import { type Retrier, retryAfter } from "../retry.ts";
import type { Condition, ObjectInfo, OpenUpload, Part, UploadStore } from "../store.ts";

/** Stands for the name of a file in a URL. */
const PLACE = "{file}";

/** Finds the link to write a file with; undefined if there is none. */
export type Links = (name: string) => string | undefined;

/** Links that differ only in the name of the file: a URL with `{file}` in it. */
export function linkTemplate(url: string): Links {
  if (!url.includes(PLACE)) {
    throw new PackError(
      `"${withoutQuery(url)}" does not say where the names of the files go.`,
      "Write {file} in their place, as https://host/birds/{file}?token=…, or give a .json file with a link for each.",
      2,
    );
  }
  return (name) => url.replace(PLACE, encodeURIComponent(name));
}

/**
 * Links of a JSON file: `{"media_bundle.zip": "https://…", …}`.
 *
 * @throws {PackError} If the file is something else.
 */
export function linksOf(path: string): Links {
  let links: unknown;
  try {
    links = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const isLink = (link: unknown) =>
    typeof link === "string" && /^https?:\/\//i.test(link) && URL.canParse(link);
  if (typeof links !== "object" || links === null || !Object.values(links).every(isLink)) {
    throw new PackError(
      `"${path}" has no links: it must be JSON with a URL for each file of the set.`,
      'Write it as {"media_bundle.zip": "https://…", "unified_annotation.json": "https://…", "frame_manifest.json": "https://…"}.',
      2,
    );
  }
  const found = new Map(Object.entries(links));
  return (name) => found.get(name);
}

/**
 * Files behind presigned links. A link lets one file be written with PUT and nothing else: what is there cannot be seen, a
 * file cannot be sent in parts, and there are no conditions.
 */
export class LinkStore implements UploadStore {
  readonly location: string;
  readonly limits = { least: Number.MAX_SAFE_INTEGER, most: Number.MAX_SAFE_INTEGER, parts: 1 };
  readonly #sent = new Map<string, ObjectInfo>();

  /** @param location For messages; without what is secret. */
  constructor(
    location: string,
    readonly links: Links,
    readonly client: HttpClient,
    readonly retrier: Retrier,
  ) {
    this.location = location;
  }

  /** What this process has sent. */
  head(name: string): Promise<ObjectInfo | undefined> {
    this.#link(name);
    return Promise.resolve(this.#sent.get(name));
  }

  put(name: string, body: Body, _condition: Condition, signal?: AbortSignal): Promise<ObjectInfo> {
    const url = this.#link(name);
    const md5 = Buffer.from(body.md5());
    const headers = { "content-md5": md5.toString("base64") };
    return this.retrier.run(async () => {
      const response = await this.client.send({ method: "PUT", url, headers, body }, signal);
      const { status, headers: { etag, "retry-after": wait } } = response;
      const place = withoutQuery(url.href);
      if (status === 408 || status === 429 || status >= 500) {
        throw new StoreError("busy", `"${place}" answered ${status}.`, undefined, {
          retryAfter: retryAfter(wait),
        });
      }
      if (status === 401 || status === 403) {
        throw new StoreError(
          "expired",
          `"${place}" answered ${status}.`,
          "The link has expired, or is not for writing this file with PUT: ask for new links, then run the command again.",
        );
      }
      if (status >= 300) {
        throw new StoreError(
          "refused",
          `"${place}" answered ${status}.`,
          "Check the link, and that it takes so large a file.",
        );
      }
      const kept = /^"?([0-9a-f]{32})"?$/.exec(etag ?? "")?.[1];
      if (kept !== undefined && kept !== md5.toString("hex")) {
        throw new StoreError("checksum", `"${place}" is not what was sent: its checksum differs.`);
      }
      const info = { size: body.size, etag, crc32: body.crc32() };
      this.#sent.set(name, info);
      return info;
    }, signal);
  }

  get(): Promise<never> {
    return this.#never();
  }

  begin(): Promise<never> {
    return this.#never();
  }

  beginFrom(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  putPart(): Promise<Part> {
    return this.#never();
  }

  confirm(): Promise<Part[]> {
    return this.#never();
  }

  complete(): Promise<never> {
    return this.#never();
  }

  abort(): Promise<void> {
    return Promise.resolve();
  }

  uploads(): Promise<OpenUpload[]> {
    return Promise.resolve([]);
  }

  remove(): Promise<never> {
    return this.#never();
  }

  close(): void {
    this.client.close();
  }

  #link(name: string): URL {
    const link = this.links(name);
    if (link === undefined) {
      throw new PackError(
        `There is no link for "${name}" in "${this.location}".`,
        "Add one for each file of the set.",
        2,
      );
    }
    return new URL(link);
  }

  #never(): Promise<never> {
    return Promise.reject(
      new StoreError("unsupported", "A presigned link can only be written, and as a whole."),
    );
  }
}

import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Part, Whole } from "../store/store.ts";
import type { LocalFile } from "./local_set.ts";

const FORMAT = "compact-uploader/upload";
const VERSION = 1;

/** An upload in parts that was begun, as the state file tells (docs/upload.md, "The state file"). */
export interface BegunUpload {
  readonly name: string;
  readonly upload: string;
  readonly size: number;
  readonly crc32: number;
  /** Bytes of a part that is sent. */
  readonly partSize: number;
  /** Parts taken over within the store. */
  reused: Part[];
  /** Parts sent. */
  parts: Part[];
}

interface Line {
  readonly begin?: string;
  readonly upload?: string;
  readonly size?: number;
  readonly crc32?: string;
  readonly part_size?: number;
  readonly part?: number;
  readonly of?: string;
  readonly offset?: number;
  readonly etag?: string;
  readonly reused?: true;
  readonly end?: string;
}

/**
 * What is known of an upload that is not finished: a file beside the set, one record a line, only ever appended to, so that a
 * process may die at any moment. It holds no secrets.
 */
export class UploadState {
  readonly path: string;
  readonly #header: string;
  readonly #begun = new Map<string, BegunUpload>();

  /**
   * Reads the state of an upload, or begins one.
   *
   * @param dir Folder of the set.
   * @param location Where the set goes.
   * @param endpoint Server, if it is not the provider's own.
   */
  constructor(dir: string, location: string, endpoint: string | undefined) {
    const target = createHash("sha256").update(`${location}\n${endpoint ?? ""}`).digest("hex").slice(0, 8);
    const folder = resolve(dir);
    this.path = join(dirname(folder), `${basename(folder)}.upload-${target}.jsonl`);
    this.#header = JSON.stringify({ format: FORMAT, version: VERSION, destination: location, endpoint });
    this.#read();
  }

  /** The upload of a file that was begun, if it was for these very bytes. */
  begun({ name, size, crc32 }: LocalFile): BegunUpload | undefined {
    const begun = this.#begun.get(name);
    return begun?.size === size && begun.crc32 === crc32 ? begun : undefined;
  }

  /** Uploads of any bytes that were begun and not finished. */
  open(): BegunUpload[] {
    return [...this.#begun.values()];
  }

  /** Notes that an upload was begun. */
  begin(
    { name, size, crc32 }: Whole & Pick<LocalFile, "name">,
    upload: string,
    partSize: number,
  ): BegunUpload {
    const begun = { name, upload, size, crc32, partSize, reused: [], parts: [] };
    this.#begun.set(name, begun);
    this.#append({ begin: name, upload, size, crc32: hex(crc32), part_size: partSize });
    return begun;
  }

  /** Notes parts that reached the store. */
  add(begun: BegunUpload, parts: readonly Part[], reused = false): void {
    (reused ? begun.reused : begun.parts).push(...parts);
    this.#append(
      ...parts.map(({ number, offset, size, crc32, etag }) => ({
        part: number,
        of: begun.name,
        offset,
        size,
        crc32: crc32 === undefined ? undefined : hex(crc32),
        etag,
        ...reused && { reused },
      })),
    );
  }

  /** Notes that an upload is finished, or given up. */
  end(name: string): void {
    if (this.#begun.delete(name)) this.#append({ end: name });
  }

  /** Removes the file: there is nothing left to go on with. */
  remove(): void {
    this.#begun.clear();
    rmSync(this.path, { force: true });
  }

  #append(...lines: object[]): void {
    if (!existsSync(this.path)) writeFileSync(this.path, `${this.#header}\n`, { mode: 0o600 });
    // A line that was cut off by a crash must not swallow the next.
    appendFileSync(this.path, lines.map((line) => `\n${JSON.stringify(line)}`).join("") + "\n");
  }

  #read(): void {
    if (!existsSync(this.path)) return;
    const [header, ...lines] = readFileSync(this.path, "utf8").split("\n").filter((line) => line !== "");
    // Another destination whose name has the same hash, or a file of a later release.
    if (header !== this.#header) return this.remove();
    for (const text of lines) {
      const line = parsed(text);
      if (line?.begin !== undefined) {
        const { begin: name, upload = "", size = 0, crc32 = "", part_size: partSize = 0 } = line;
        const sum = parseInt(crc32, 16);
        this.#begun.set(name, { name, upload, size, crc32: sum, partSize, reused: [], parts: [] });
      } else if (line?.of !== undefined) {
        const { part: number = 0, offset = 0, size = 0, crc32, etag = "", reused } = line;
        const sum = crc32 === undefined ? undefined : parseInt(crc32, 16);
        const part = { number, offset, size, crc32: sum, etag };
        const begun = this.#begun.get(line.of);
        (reused ? begun?.reused : begun?.parts)?.push(part);
      } else if (line?.end !== undefined) this.#begun.delete(line.end);
    }
  }
}

function hex(crc32: number): string {
  return crc32.toString(16).padStart(8, "0");
}

/** Undefined for a line that was cut off. */
function parsed(text: string): Line | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

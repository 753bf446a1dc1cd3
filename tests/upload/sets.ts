/** Sets for tests of uploads: small in frames, large enough for several parts. */
import { createHash, randomBytes } from "node:crypto";
import { appendFileSync, cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { makeSet, type SetOptions } from "../dataset/make_set.ts";
import type { RetryPolicy } from "../../src/store/retry.ts";

export const MiB = 2 ** 20;

/** Repeats a request twice, without waiting to speak of. */
export const QUICK: RetryPolicy = { attempts: 3, base: 1, cap: 5, budget: 100, idle: 10_000 };

/** Writes a set whose bundle has about so many bytes. */
export function largeSet(dir: string, bytes: number, options: SetOptions = {}): void {
  const count = Math.max(1, Math.ceil(bytes / (4 * MiB)));
  const pictures = Array.from({ length: count }, (_, i) => ({
    name: `${String(i).padStart(4, "0")}.jpg`,
    data: randomBytes(Math.floor(bytes / count)),
    boxes: [[1, 1, 2, 3, 4]] as [number, number, number, number, number][],
  }));
  makeSet(dir, pictures, options);
}

/** Copies a set and makes its bundle longer, as an update does. */
export function grownSet(from: string, to: string, tail: number): void {
  cpSync(from, to, { recursive: true });
  const bundle = join(to, "media_bundle.zip");
  appendFileSync(bundle, randomBytes(tail));
  editHeader(to, (header) => {
    const bytes = readFileSync(bundle);
    header.bundle.size = bytes.length;
    header.bundle.crc32 = crc32(bytes).toString(16).padStart(8, "0");
  });
}

/** Copies a set and changes a label. */
export function relabelledSet(from: string, to: string): void {
  cpSync(from, to, { recursive: true });
  const path = join(to, "unified_annotation.json");
  const text = readFileSync(path, "utf8").replace('"name":"cat"', '"name":"cow"');
  writeFileSync(path, text);
  editHeader(to, (header) => {
    header.annotations.size = text.length;
    header.annotations.sha256 = createHash("sha256").update(text).digest("hex");
  });
}

// deno-lint-ignore no-explicit-any -- the header as JSON has it
function editHeader(dir: string, edit: (header: any) => void): void {
  const path = join(dir, "frame_manifest.json");
  const text = readFileSync(path, "utf8");
  const header = JSON.parse(`${text.slice(0, 4096).trimEnd()}]}`);
  edit(header);
  const { frames: _, ...rest } = header;
  const at = text.lastIndexOf('\n"footer":') + 1;
  const body = (JSON.stringify(rest).slice(0, -1) + ',"frames":[').padEnd(4095) + "\n" + text.slice(4096, at);
  const footer = JSON.parse(text.slice(at + '"footer":'.length, -2));
  footer.sha256 = createHash("sha256").update(body).digest("hex");
  writeFileSync(path, `${body}"footer":${JSON.stringify(footer)}}\n`);
}

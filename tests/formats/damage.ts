/** Ways in which label files come to harm. */
import { Buffer } from "node:buffer";
import fc from "../property.ts";
import type { Files } from "./reading.ts";

const NUMBERS = [
  "NaN",
  "1e999",
  "-1e999",
  "-0",
  "0",
  "-1",
  "1e30",
  "9007199254740993",
  "0x1F",
  "",
  "null",
  '"7"',
  "1,5",
];
const STRUCTURE = ["", '"', "'", "{", "}", "[", "]", "<", ">", "/", ",", ":", ";", " ", "\t", "\n", "|"];
const INSERTS = [
  "\ufeff",
  "\r\n",
  "\0",
  "\n",
  "\u2028",
  "__proto__",
  "constructor",
  "<!DOCTYPE a>",
  "<![CDATA[",
  "&amp;",
  "{}",
  "[]",
  "#",
  "é",
  "\ud800",
];
const NAMES: readonly ((path: string) => string)[] = [
  (path) => path.toUpperCase(),
  (path) => path.replace(/\.(\w+)$/, " copy.$1"),
  (path) => path.replace(/\.\w+$/, ""),
  (path) => `${path}.bak`,
  (path) => `other/${path}`,
  (path) => path.slice(path.lastIndexOf("/") + 1),
  (path) => path.replace(/\.\w+$/, ".json"),
  (path) => path.replace(/\.\w+$/, ".txt"),
];

/** One harm: what is done, to which file, where, and with what; the numbers are taken modulo what there is. */
export interface Damage {
  readonly kind:
    | "flip"
    | "delete"
    | "repeat"
    | "cut"
    | "number"
    | "structure"
    | "insert"
    | "rename"
    | "empty"
    | "remove";
  readonly file: number;
  readonly at: number;
  readonly length: number;
  readonly pick: number;
}

/** Arbitrary harm. */
export const damages: fc.Arbitrary<Damage[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<Damage["kind"][]>(
      "flip",
      "delete",
      "repeat",
      "cut",
      "number",
      "number",
      "number",
      "structure",
      "structure",
      "insert",
      "rename",
      "empty",
      "remove",
    ),
    file: fc.nat(99),
    at: fc.nat(99_999),
    length: fc.integer({ min: 1, max: 40 }),
    pick: fc.nat(99),
  }),
  { minLength: 1, maxLength: 3 },
);

/** A dataset after it came to harm. */
export function damaged(files: Files, harm: readonly Damage[]): Files {
  return harm.reduce(harmed, files);
}

function harmed(files: Files, { kind, file, at, length, pick }: Damage): Files {
  const paths = Object.keys(files).filter((path) =>
    kind === "rename" || kind === "remove" || files[path] !== null
  );
  if (paths.length === 0) return files;
  const path = paths[file % paths.length];
  const { [path]: content, ...others } = files;
  if (kind === "remove") return others;
  if (kind === "rename") return { ...others, [freeName(others, NAMES[pick % NAMES.length](path))]: content };
  return {
    ...files,
    [path]: kind === "empty" ? "" : harmedBytes(Buffer.from(content!), kind, at, length, pick),
  };
}

/** No two files are called the same, and none is called like a folder. */
function freeName(files: Files, name: string): string {
  const lower = name.toLowerCase();
  const isTaken = Object.keys(files).some((path) =>
    `${path.toLowerCase()}/`.startsWith(`${lower}/`) || `${lower}/`.startsWith(`${path.toLowerCase()}/`)
  );
  return isTaken || name === "" ? `renamed/${Object.keys(files).length}/${name}` : name;
}

function harmedBytes(
  bytes: Buffer,
  kind: Damage["kind"],
  at: number,
  length: number,
  pick: number,
): Uint8Array {
  const start = bytes.length === 0 ? 0 : at % bytes.length;
  const replaced = (from: number, to: number, text: string | Uint8Array) =>
    Buffer.concat([bytes.subarray(0, from), Buffer.from(text), bytes.subarray(to)]);
  switch (kind) {
    case "flip": {
      const changed = Buffer.from(bytes);
      for (let i = 0; i < 1 + length % 4 && start + i < bytes.length; i++) {
        changed[start + i] ^= 1 << ((pick + i) % 8);
      }
      return changed;
    }
    case "delete":
      return replaced(start, start + length, "");
    case "repeat":
      return replaced(start, start, bytes.subarray(start, start + length));
    case "cut":
      return bytes.subarray(0, start);
    case "number":
      return replaceOne(bytes, /-?\d+(?:\.\d+)?/g, at, NUMBERS[pick % NUMBERS.length]);
    case "structure":
      return replaceOne(bytes, /["'{}[\]<>/,:;\s|]/g, at, STRUCTURE[pick % STRUCTURE.length]);
    default:
      return replaced(start, start, INSERTS[pick % INSERTS.length]);
  }
}

/** Puts something in the place of one of the matches. */
function replaceOne(bytes: Buffer, pattern: RegExp, at: number, by: string): Uint8Array {
  // One character a byte, so that places stay.
  const text = bytes.toString("latin1");
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return bytes;
  const { index, 0: { length } } = found[at % found.length];
  return Buffer.from(text.slice(0, index) + by + text.slice(index + length), "latin1");
}

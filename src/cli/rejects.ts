import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { REJECTS_FILE } from "../manifest/record.ts";
import type { Reject } from "../ui/pack_summary.ts";

/** Bytes of the list that are looked at for examples. */
const LOOK = 1 << 18;
/** Examples shown of each kind, and of all kinds together. */
const OF_EACH = 2;
const IN_ALL = 8;

/** Examples from `rejects.jsonl`: the first of each kind, from the beginning of the list. */
export function firstRejects(output: string): Reject[] {
  const bytes = new Uint8Array(LOOK);
  const file = openSync(join(output, REJECTS_FILE), "r");
  let length;
  try {
    length = readSync(file, bytes, 0, LOOK, 0);
  } finally {
    closeSync(file);
  }
  const text = new TextDecoder().decode(bytes.subarray(0, length));
  // The last piece is empty, or a line that is cut.
  const lines = text.split("\n").slice(0, -1);
  return choose(lines.map((line) => JSON.parse(line) as Reject));
}

/** A few of each code, in the order of the list. */
export function choose(rejects: readonly Reject[]): Reject[] {
  const taken = new Map<string, number>();
  return rejects.filter(({ code }) => {
    const before = taken.get(code) ?? 0;
    taken.set(code, before + 1);
    return before < OF_EACH;
  }).slice(0, IN_ALL);
}

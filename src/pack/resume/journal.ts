import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject, parseJson } from "../../manifest/checks.ts";
import { RUN_JOURNAL } from "../../manifest/source_set.ts";
import type { Sums } from "../tally.ts";

/** What the journal of a run says. */
export interface RunJournal {
  /** SHA-256 of the program's version and the options that decide what comes out. */
  readonly options: string;
  /** SHA-256 of what was found out about the dataset as a whole. */
  readonly dataset: string;
  /** When the first file may have been looked at; ms since 1970, with room for clocks that count in steps. */
  readonly began: number;
  /** What the entries that are done add up to. */
  readonly sums: Required<Sums>;
  /** SHA-256 of the list of these entries. */
  readonly list: string;
  /** SHA-256 over the digests of their frames. */
  readonly frames: string;
  /** Names of the classes met, in this order. */
  readonly classes: readonly string[];
}

/** The text of a journal: one line of JSON, and its SHA-256. */
export function journalText(journal: RunJournal): string {
  const line = JSON.stringify(journal);
  return `${line}\n${sha256(line)}\n`;
}

/**
 * The journal in a folder.
 *
 * @returns Undefined if there is none, or it is damaged.
 */
export function readRunJournal(dir: string): RunJournal | undefined {
  let text: string;
  try {
    text = readFileSync(join(dir, RUN_JOURNAL), "utf8");
  } catch {
    return undefined;
  }
  const [line, digest, ...rest] = text.split("\n");
  if (digest !== sha256(line) || rest.length !== 1 || rest[0] !== "") return undefined;
  const journal = parseJson(line);
  return isObject(journal) ? journal as unknown as RunJournal : undefined;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

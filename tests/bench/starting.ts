import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { measure } from "./measure.ts";
import { deno, MAIN } from "./ours.ts";
import type { Section } from "./packing.ts";
import { table } from "./table.ts";

/** One start takes some 50 ms, so many rounds are cheap and the median is steady. */
const ROUNDS = 21;

/** `--help` against an empty script. */
export function starting(scratch: string): Section {
  const empty = join(scratch, "empty.ts");
  writeFileSync(empty, "");
  const costs = measure([
    { name: "empty script", command: deno(empty) },
    { name: "compact-uploader --help", command: deno(MAIN, "--help") },
  ], ROUNDS);
  const [base, help] = costs.map((entry) => entry.seconds * 1000);
  return {
    lines: [
      "Starting.",
      "",
      ...table(["", "ms"], costs.map(({ name, seconds }) => [name, (seconds * 1000).toFixed(1)])),
    ],
    goals: [
      {
        name: "--help over an empty script",
        measured: help - base,
        relation: "at most",
        asked: 15,
        unit: "ms",
      },
    ],
  };
}

import { rmSync } from "node:fs";
import { join } from "node:path";
import { installed, runOk } from "../tools.ts";
import { measure } from "./measure.ts";
import { deno, MAIN, packCommand } from "./ours.ts";
import type { Datasets, Section } from "./packing.ts";
import { figure, table } from "./table.ts";

/** `verify` against packing, and `verify --deep` against `unzip -t`, which only checks CRC-32. */
export function proving({ yolo, images }: Datasets, scratch: string, rounds: number): Section {
  const out = join(scratch, "proof");
  const rewritten = join(scratch, "rewritten");
  runOk(packCommand(yolo, out));
  const costs = measure([
    {
      name: "run",
      command: packCommand(yolo, rewritten),
      before: () => rmSync(rewritten, { recursive: true, force: true }),
    },
    { name: "verify", command: deno(MAIN, "verify", out, "--quiet") },
    { name: "verify --deep", command: deno(MAIN, "verify", out, "--deep", "--quiet") },
    ...(installed("unzip")
      ? [{ name: "unzip -t", command: ["unzip", "-tqq", join(out, "media_bundle.zip")] }]
      : []),
  ], rounds);
  rmSync(out, { recursive: true });
  rmSync(rewritten, { recursive: true });

  const [run, verify, deep, unzip] = costs;
  return {
    lines: [
      "Proving the set.",
      "",
      ...table(
        ["", "of run", "seconds", "images/s", "peak MiB"],
        costs.map((entry) => [
          entry.name,
          (entry.seconds / run.seconds).toFixed(2),
          entry.seconds.toFixed(2),
          figure(images / entry.seconds),
          entry.peakMiB?.toFixed(0) ?? "–",
        ]),
      ),
    ],
    goals: [
      {
        name: "verify",
        measured: run.seconds / verify.seconds,
        relation: "at least",
        asked: 5,
        unit: "× faster than run",
      },
      {
        name: "verify --deep",
        measured: unzip && deep.seconds / unzip.seconds,
        relation: "at most",
        asked: 1,
        unit: "× unzip -t",
      },
    ],
  };
}

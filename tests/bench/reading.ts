import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { python, pythonHas, runOk } from "../tools.ts";
import { median } from "./measure.ts";
import { deno, packCommand } from "./ours.ts";
import type { Datasets, Section } from "./packing.ts";
import { figure, table } from "./table.ts";

const ZIPFILE = `
import json, random, sys, time, zipfile
start = time.perf_counter()
bundle = zipfile.ZipFile(sys.argv[1])
names = bundle.namelist()
bundle.read(names[0])
opened = time.perf_counter()
order = [random.randrange(len(names)) for _ in range(50_000)]
begin = time.perf_counter()
for i in order: bundle.read(names[i])
print(json.dumps({"open": opened - start, "rate": len(order) / (time.perf_counter() - begin)}))
`;

interface Reading {
  /** Seconds until the first image is there. */
  open: number;
  /** Images a second. */
  rate: number;
}

/** Random images of a set, through the library and through Python's zipfile. */
export function reading({ yolo }: Datasets, scratch: string, rounds: number): Section {
  const out = join(scratch, "reads");
  runOk(packCommand(yolo, out));
  const script = fileURLToPath(new URL("random_reads.ts", import.meta.url));
  const readers = [
    { name: "bytes(i) of mod.ts", command: deno(script, out) },
    ...(pythonHas("zipfile")
      ? [{ name: "Python zipfile", command: [python, "-c", ZIPFILE, join(out, "media_bundle.zip")] }]
      : []),
  ];
  const samples = readers.map(() => [] as Reading[]);
  for (let round = 0; round <= rounds; round++) {
    readers.forEach(({ command }, i) => {
      const result = JSON.parse(runOk(command));
      if (round > 0) samples[i].push(result);
    });
  }
  rmSync(out, { recursive: true });

  const results = samples.map((list) => ({
    open: median(list.map((sample) => sample.open)),
    rate: median(list.map((sample) => sample.rate)),
  }));
  return {
    lines: [
      "Reading images at random from the page cache.",
      "",
      ...table(
        ["", "images/s", "open, s"],
        results.map(({ open, rate }, i) => [readers[i].name, figure(rate), open.toFixed(3)]),
      ),
    ],
    goals: [
      { name: "bytes(i)", measured: results[0].rate, relation: "at least", asked: 100_000, unit: "images/s" },
      { name: "open and first image", measured: results[0].open, relation: "at most", asked: 0.3, unit: "s" },
    ],
  };
}

import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BUCKET, KEY, SECRET, startVersitygw, VERSITYGW } from "../store/servers.ts";
import { installed, runOk } from "../tools.ts";
import { median } from "./measure.ts";
import { deno, MAIN, packCommand } from "./ours.ts";
import type { Datasets, Section } from "./packing.ts";
import { figure } from "./table.ts";

const READS = 20_000;

/** Random images of a set in a store on this machine, 32 at a time from one process. */
export async function remote({ yolo }: Datasets, scratch: string, rounds: number): Promise<Section> {
  if (!installed(VERSITYGW)) {
    return { lines: ["Reading from a store is not measured: versitygw is not installed."], goals: [] };
  }
  await using server = await startVersitygw();
  const set = join(scratch, "remote");
  const place = `s3://${BUCKET}/remote`;
  const env = ["env", `AWS_ACCESS_KEY_ID=${KEY}`, `AWS_SECRET_ACCESS_KEY=${SECRET}`, "AWS_REGION=us-east-1"];
  runOk(packCommand(yolo, set));
  runOk([...env, ...deno(MAIN, "upload", set, place, "--endpoint", server.url, "--quiet")]);
  rmSync(set, { recursive: true });
  const script = fileURLToPath(new URL("remote_reads.ts", import.meta.url));
  const samples: { open: number; requests: number; rate: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    const result = JSON.parse(runOk([...env, ...deno(script, place, server.url, String(READS))]));
    if (round > 0) samples.push(result);
  }
  const [open, requests, rate] = (["open", "requests", "rate"] as const).map((key) =>
    median(samples.map((sample) => sample[key]))
  );
  return {
    lines: [
      `Reading random images from versitygw on this machine, 32 at a time: ${figure(rate)} images/s; ` +
      `open in ${open.toFixed(3)} s with ${requests} requests.`,
    ],
    goals: [
      { name: "images from a store", measured: rate, relation: "at least", asked: 1000, unit: "images/s" },
      {
        name: "opening a set in a store",
        measured: requests,
        relation: "at most",
        asked: 3,
        unit: "requests",
      },
    ],
  };
}

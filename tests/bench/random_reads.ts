/**
 * Reads random images of a set through the library and prints one line of JSON: `open` in seconds, `rate` in images a second.
 * Usage: `deno run -A tests/bench/random_reads.ts SET`.
 */
import process from "node:process";
import { openDataset } from "../../mod.ts";
import { random } from "./picture.ts";

const READS = 200_000;

const start = performance.now();
const dataset = await openDataset(process.argv[2]);
dataset.bytes(0);
const open = (performance.now() - start) / 1000;

const next = random(1);
const order = Uint32Array.from({ length: READS }, () => Math.floor(next() * dataset.length));
let bytes = 0;
const begin = performance.now();
for (const index of order) bytes += dataset.bytes(index).length;
const seconds = (performance.now() - begin) / 1000;
await dataset.close();
console.log(JSON.stringify({ open, rate: READS / seconds, meanBytes: bytes / READS }));

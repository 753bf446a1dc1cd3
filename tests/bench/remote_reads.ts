/**
 * Reads random images of a set in a store, 32 at a time, and prints one line of JSON: `open` in seconds, `requests` to open, `rate`
 * in images a second, `cpu` in microseconds of processor time an image. Usage: `deno run -A tests/bench/remote_reads.ts LOCATION ENDPOINT READS`.
 */
import process from "node:process";
import { openRemote } from "../../src/dataset/remote/open.ts";
import { Traffic } from "../../src/store/store.ts";
import { random } from "./picture.ts";

const IN_FLIGHT = 32;

const [, , location, endpoint, reads] = process.argv;
const traffic = new Traffic();
const start = performance.now();
// Without the cache every image is a read.
const { dataset } = await openRemote(location, { endpoint, traffic, cache: 0, lanes: IN_FLIGHT });
const open = (performance.now() - start) / 1000;
const { requests } = traffic;

const next = random(1);
const order = Uint32Array.from({ length: Number(reads) }, () => Math.floor(next() * dataset.length));
let at = 0;
const lane = async () => {
  while (at < order.length) await dataset.bytes(order[at++]);
};
await dataset.bytes(0);
const begin = performance.now(), before = process.cpuUsage();
await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
const seconds = (performance.now() - begin) / 1000;
const { user, system } = process.cpuUsage(before);
dataset.close();
const cpu = (user + system) / order.length;
console.log(JSON.stringify({ open, requests, rate: order.length / seconds, cpu }));

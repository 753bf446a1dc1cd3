/**
 * Opens a set in a store and reads images of it, of which the first 100 with their annotations, 32 at a time; prints one line of
 * JSON: `requests` to open. Usage: `deno run -A tests/bench/remote_large.ts LOCATION ENDPOINT READS`.
 */
import process from "node:process";
import { openRemote } from "../../src/dataset/remote/open.ts";
import { Traffic } from "../../src/store/store.ts";
import { random } from "./picture.ts";

const [, , location, endpoint, reads] = process.argv;
const traffic = new Traffic();
const { dataset } = await openRemote(location, { endpoint, traffic });
const { requests } = traffic;
const next = random(1);
for (let at = 0; at < Number(reads); at += 32) {
  const batch = Array.from({ length: 32 }, () => Math.floor(next() * dataset.length));
  await Promise.all(batch.map((index) => at < 100 ? dataset.frame(index) : dataset.bytes(index)));
}
dataset.close();
console.log(JSON.stringify({ requests }));

import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { BUCKET, KEY, SECRET, type Server, startToxiproxy, TOXIPROXY } from "../store/servers.ts";
import { installed } from "../tools.ts";
import { makeLargeSet } from "./large_set.ts";
import { measure } from "./measure.ts";
import { deno, MAIN } from "./ours.ts";
import type { Section } from "./packing.ts";
import { figure } from "./table.ts";

/** Connections an upload sends over; each has the same share of the network. */
const CONNECTIONS = 8;
/** Images of the set: each of its files is large enough to go over all connections. */
const IMAGES = 60_000;
/** Seconds the bytes alone take. */
const SENDING = 20;
/** Milliseconds every answer comes late. */
const LATENCY = 100;

/**
 * Sending a set over a network on which every answer comes late and one connection in a hundred breaks, against the time that
 * its bytes and one round trip take.
 *
 * @param scratch Folder for the set.
 */
export async function slowNetwork(server: Server, scratch: string): Promise<Section> {
  if (!installed(TOXIPROXY)) {
    return { lines: ["", "A slow network is not measured: toxiproxy is not installed."], goals: [] };
  }
  const set = join(scratch, "slow");
  makeLargeSet(set, IMAGES);
  const bytes = readdirSync(set).reduce((sum, name) => sum + statSync(join(set, name)).size, 0);
  const ideal = SENDING + LATENCY / 1000;
  await using proxy = await startToxiproxy(server.url);
  await proxy.add({ type: "latency", stream: "downstream", attributes: { latency: LATENCY } });
  const rate = Math.round(bytes / SENDING / CONNECTIONS / 1000);
  await proxy.add({ type: "bandwidth", stream: "upstream", attributes: { rate } });
  await proxy.add({ type: "reset_peer", stream: "upstream", toxicity: 0.01, attributes: { timeout: 1000 } });
  const env = ["env", `AWS_ACCESS_KEY_ID=${KEY}`, `AWS_SECRET_ACCESS_KEY=${SECRET}`, "AWS_REGION=us-east-1"];
  const [{ seconds }] = measure([{
    name: "upload",
    command: [
      ...env,
      ...deno(MAIN, "upload", set, `s3://${BUCKET}/slow`, "--endpoint", proxy.url, "--quiet"),
    ],
    before: () => rmSync(join(server.dir, BUCKET, "slow"), { recursive: true, force: true }),
  }], 1);
  rmSync(set, { recursive: true });
  return {
    lines: [
      "",
      `With ${LATENCY} ms of latency, ${
        figure(rate * CONNECTIONS / 1000)
      } MB/s and 1 % of the connections reset: ` +
      `${seconds.toFixed(1)} s for ${figure(bytes / 1e6)} MB, which alone take ${ideal.toFixed(1)} s.`,
    ],
    goals: [{
      name: "upload with latency and resets",
      measured: seconds / ideal,
      relation: "at most",
      asked: 1.5,
      unit: "× bytes and round trip",
    }],
  };
}

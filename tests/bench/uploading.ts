import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { BUCKET, KEY, SECRET, startVersitygw, VERSITYGW } from "../store/servers.ts";
import { installed, runOk } from "../tools.ts";
import { type Contender, measure } from "./measure.ts";
import { deno, MAIN, packCommand } from "./ours.ts";
import type { Section } from "./packing.ts";
import { slowNetwork } from "./slow_network.ts";
import { figure, table } from "./table.ts";

const OURS = "compact-uploader upload";
const ONE = "s5cmd cp, the one bundle";
const MANY = "s5cmd cp, the single files";
const PACK = "compact-uploader run";
const STRAIGHT = "compact-uploader run --output s3://…";

/**
 * Sending a set to a store on this machine, against the fastest client there is: the one bundle, and the images and label
 * files one by one; and packing straight into the store, against packing alone.
 *
 * @param dataset Folder with images and YOLO labels.
 * @param images How many.
 * @param scratch Folder for the set.
 * @param rounds Counted rounds.
 */
export async function uploading(
  { yolo, images }: { yolo: string; images: number },
  scratch: string,
  rounds: number,
): Promise<Section> {
  if (!installed(VERSITYGW)) {
    return { lines: ["Uploading is not measured: versitygw is not installed."], goals: [] };
  }
  await using server = await startVersitygw();
  const set = join(scratch, "uploaded");
  runOk(packCommand(yolo, set));
  const bundle = join(set, "media_bundle.zip");
  const megabytes = statSync(bundle).size / 1e6;
  // Through `env`, so that every program is started alike.
  const env = ["env", `AWS_ACCESS_KEY_ID=${KEY}`, `AWS_SECRET_ACCESS_KEY=${SECRET}`, "AWS_REGION=us-east-1"];
  const before = () => rmSync(join(server.dir, BUCKET, "x"), { recursive: true, force: true });
  const target = `s3://${BUCKET}/x/`;
  const s5cmd = ["s5cmd", "--log", "error", "--endpoint-url", server.url, "cp"];
  const contenders: Contender[] = [{
    name: OURS,
    command: [...env, ...deno(MAIN, "upload", set, target, "--endpoint", server.url, "--quiet")],
    before,
  }, {
    name: PACK,
    command: [...env, ...packCommand(yolo, join(scratch, "again"))],
    before: () => rmSync(join(scratch, "again"), { recursive: true, force: true }),
  }, {
    name: STRAIGHT,
    command: [...env, ...packCommand(yolo, target, "--endpoint", server.url, "--temp", scratch)],
    before,
  }];
  if (installed("s5cmd")) {
    contenders.push(
      { name: ONE, command: [...env, ...s5cmd, bundle, target], before },
      { name: MANY, command: [...env, ...s5cmd, `${yolo}/`, target], before },
    );
  }
  const costs = measure(contenders, rounds);
  const slow = await slowNetwork(server, scratch);
  for (const each of [set, join(scratch, "again")]) rmSync(each, { recursive: true });
  const cost = (name: string) => costs.find((entry) => entry.name === name);
  const ours = cost(OURS)!;
  const against = (name: string) => {
    const other = cost(name);
    return other && other.seconds / ours.seconds;
  };
  const pairs = `${images.toLocaleString("en-US")} pairs`;
  return {
    lines: [
      `Uploading ${
        figure(megabytes)
      } MB to versitygw on this machine. Ours also sends annotations and manifest, with checksums,`,
      "and looks at all of them afterwards. `run` packs the same images, into a folder or straight into the store.",
      "",
      ...table(
        ["", "seconds", "MB/s", "peak MiB"],
        costs.map(({ name, seconds, peakMiB }) => [
          name,
          seconds.toFixed(2),
          figure(megabytes / seconds),
          peakMiB?.toFixed(0) ?? "–",
        ]),
      ),
      ...slow.lines,
    ],
    goals: [
      ...slow.goals,
      {
        name: "upload of one file",
        measured: against(ONE),
        relation: "at least",
        asked: 0.9,
        unit: `× ${ONE}`,
      },
      {
        name: `upload of ${pairs}`,
        measured: against(MANY),
        relation: "at least",
        asked: 10,
        unit: `× ${MANY}`,
      },
      {
        name: "packing straight into a store",
        measured: cost(STRAIGHT)!.seconds / cost(PACK)!.seconds,
        relation: "at most",
        asked: 1.2,
        unit: `× ${PACK}`,
      },
      { name: "peak memory of upload", measured: ours.peakMiB, relation: "at most", asked: 200, unit: "MiB" },
    ],
  };
}

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { Media } from "../../../src/media/container.ts";
import { pack } from "../../../src/pack/pack.ts";
import { tempDir } from "../../dataset/temp.ts";
import { heavy } from "../../tools.ts";
import { writeTree } from "../small_dataset.ts";
import { datasets } from "./datasets.ts";

const SCRIPT = fileURLToPath(new URL("killed_run.ts", import.meta.url));
const KILLS = heavy ? 20 : 5;
const random = (below: number) => Math.floor(Math.random() * below);

Deno.test({
  name:
    `kill -9 at ${KILLS} random moments of runs that are continued: always the bytes of one that was never killed`,
  ignore: process.platform === "win32",
  async fn() {
    using temp = tempDir();
    const folder = (name: string) => join(temp.path, name);
    writeTree(folder("voc"), datasets.voc(300));
    writeTree(folder("yolo"), datasets.yolo(300));
    let kills = 0;
    for (let round = 0; kills < KILLS; round++) {
      const dataset = folder(round % 2 ? "yolo" : "voc");
      const media: Media = (["zip", "tar", "mp4"] as const)[round % 3];
      const whole = folder("whole");
      const output = folder("out");
      await pack({ dataset, output: whole, media });
      for (let code: number | null = null; code === null; kills += code === null ? 1 : 0) {
        // A few in a round die, then one is let go on to its end.
        const checkpoint = random(4) > 0 ? 1 + random(4) : Infinity;
        const numbers = [1 + random(3), checkpoint, random(2) && random(60)];
        const { status, signal, stderr } = spawnSync(
          process.execPath,
          ["run", "-A", "--no-check", SCRIPT, dataset, output, media, ...numbers.map(String)],
          { encoding: "utf8" },
        );
        code = status;
        assert.ok(status === 0 || signal === "SIGKILL", stderr);
      }
      const names = readdirSync(whole).sort();
      assert.deepEqual(readdirSync(output).sort(), names);
      for (const name of names) {
        assert.ok(
          readFileSync(join(output, name)).equals(readFileSync(join(whole, name))),
          `${media}: ${name}`,
        );
      }
      for (const used of [whole, output]) rmSync(used, { recursive: true });
    }
  },
});

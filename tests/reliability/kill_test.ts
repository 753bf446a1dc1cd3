import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { pack } from "../../src/pack/pack.ts";
import { resolveSet } from "../../src/manifest/source_set.ts";
import { verify } from "../../src/verify/verify.ts";
import { tempDir } from "../dataset/temp.ts";
import { writeTree, yoloFiles } from "../pack/small_dataset.ts";
import { heavy } from "../tools.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));
/** Kills by kind of bundle. */
const KILLS = { zip: 100, mp4: 10 };

/** Runs the packer and kills it after a while; true if it was still running. */
async function packAndKill(
  media: string,
  dataset: string,
  output: string,
  milliseconds: number,
): Promise<boolean> {
  const args = [
    ...["run", "-A", "--no-check", MAIN, "run", dataset, "--media", media, "--output", output],
    ...["--overwrite", "--quiet", "--workers", "1"],
  ];
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  const timer = setTimeout(() => child.kill("SIGKILL"), milliseconds);
  const [, signal] = await once(child, "exit");
  clearTimeout(timer);
  return signal === "SIGKILL";
}

for (const [media, kills] of Object.entries(KILLS) as ["zip" | "mp4", number][]) {
  Deno.test({
    name: heavy
      ? `kill -9 at ${kills} random moments while a set with a ${media} is replaced: the old set or the new one, never anything else`
      : `kill -9 while a set with a ${media} is replaced (skipped: COMPACT_UPLOADER_HEAVY is not set)`,
    ignore: !heavy || process.platform === "win32",
    async fn() {
      using temp = tempDir();
      const folder = (name: string) => join(temp.path, name);
      writeTree(folder("one"), yoloFiles(1200));
      writeTree(folder("two"), { ...yoloFiles(1000), "images/train/zz.jpg": "no image" });
      await pack({ dataset: folder("one"), output: folder("set-one"), media });
      await pack({ dataset: folder("two"), output: folder("set-two"), media });
      const manifests = ["set-one", "set-two"].map((set) =>
        readFileSync(join(folder(set), "frame_manifest.json"), "utf8")
      );
      const output = folder("out");
      cpSync(folder("set-one"), output, { recursive: true });

      // The first run fills the runtime's caches; how long one takes is told by the second.
      await packAndKill(media, folder("one"), output, 60_000);
      const started = performance.now();
      await packAndKill(media, folder("two"), output, 60_000);
      const whole = performance.now() - started;
      let killed = 0;
      const seen = new Set<number>();
      for (let kill = 0; kill < kills; kill++) {
        if (await packAndKill(media, folder(kill % 2 ? "two" : "one"), output, Math.random() * whole * 1.5)) {
          killed++;
        }
        const report = await verify(output, { deep: true });
        assert.deepEqual(report.problems, [], `after kill ${kill}`);
        const which = manifests.indexOf(readFileSync(resolveSet(output).manifest, "utf8"));
        assert.notEqual(which, -1, `kill ${kill} left a set that is neither`);
        seen.add(which);
      }
      assert.ok(killed > kills / 4, `only ${killed} runs were hit`);
      assert.equal(seen.size, 2);
      await pack({ dataset: folder("one"), output, media, overwrite: true });
      assert.deepEqual(readdirSync(output).sort(), readdirSync(folder("set-one")).sort());
    },
  });
}

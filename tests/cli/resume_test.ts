import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packOptions } from "../../src/cli/pack_options.ts";
import { pack, packWithCheckpoints } from "../../src/pack/pack.ts";
import { RUN_JOURNAL } from "../../src/manifest/source_set.ts";
import { writeTree, yoloFiles } from "../pack/small_dataset.ts";
import { denoArgs, inFolder } from "./program.ts";

/** So many images that the program is still at work when it hears a signal. */
const IMAGES = 3000;

/** Leaves what `run data --output out` leaves when it is interrupted after some checkpoints. */
async function interrupted(folder: string): Promise<void> {
  const data = join(folder, "data");
  writeTree(data, yoloFiles(IMAGES));
  await pack({ dataset: data, output: join(folder, "whole") });
  const controller = new AbortController();
  let checkpoints = 0;
  const around = { isFolder: () => false, sample: () => data };
  const { options } = packOptions("run", { output: join(folder, "out") }, data, around);
  await assert.rejects(packWithCheckpoints({ ...options, signal: controller.signal }, {
    batch: 64,
    written: () => ++checkpoints === 3 && controller.abort(),
  }));
}

function run(folder: string, ...args: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: denoArgs(["-A"], "run", "data", "--output", "out", ...args),
    cwd: folder,
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

Deno.test("the same command continues an interrupted run and says so; the files are those of an uninterrupted one", () =>
  inFolder(async (folder) => {
    await interrupted(folder);
    const { code, stderr } = await run(folder).output();
    const said = new TextDecoder().decode(stderr);
    assert.equal(code, 0, said);
    assert.match(said, /note: The run that was interrupted is continued: \d+ of 3000 images are done\./);
    assert.deepEqual(readdirSync(join(folder, "out")).sort(), readdirSync(join(folder, "whole")).sort());
    for (const name of readdirSync(join(folder, "whole"))) {
      const bytes = readFileSync(join(folder, "out", name));
      assert.ok(bytes.equals(readFileSync(join(folder, "whole", name))), name);
    }
  }));

Deno.test({
  name: "interrupted once more, the program says how to continue; --no-resume begins anew and leaves nothing",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      await interrupted(folder);
      const journal = join(folder, "out", RUN_JOURNAL);
      for (const [args, kept] of [[[], true], [["--no-resume"], false]] as [string[], boolean][]) {
        const child = run(folder, "--json", "--workers", "1", ...args);
        let said = "";
        for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
          if (said === "") child.kill("SIGINT");
          said += text;
        }
        assert.equal((await child.status).code, 130, said);
        const { message, suggestion } = JSON.parse(said.trimEnd().split("\n").at(-1)!);
        assert.equal(message, "Interrupted: nothing was published.");
        if (kept) {
          assert.match(suggestion, /same command continues after the first \d+ images; with --no-resume/);
        } else assert.equal(suggestion, undefined);
        assert.equal(existsSync(journal), kept);
        if (!kept) {
          assert.deepEqual(readdirSync(join(folder, "out")), []);
        }
      }
    }),
});

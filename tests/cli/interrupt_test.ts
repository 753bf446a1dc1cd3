import assert from "node:assert/strict";
import { existsSync, linkSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { denoArgs, inFolder, SAMPLE } from "./program.ts";

/** So many images that packing them takes a while. */
const IMAGES = 20_000;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.test({
    name: `${signal} ends a run with exit code 130 and leaves nothing behind`,
    ignore: Deno.build.os === "windows",
    fn: () =>
      inFolder(async (folder) => {
        mkdirSync(join(folder, "data"));
        const picture = join(SAMPLE, "images", "train", readdirSync(join(SAMPLE, "images", "train"))[0]);
        const first = join(folder, "data", "0.jpg");
        Deno.copyFileSync(picture, first);
        for (let i = 1; i < IMAGES; i++) linkSync(first, join(folder, "data", `${i}.jpg`));
        const child = new Deno.Command(Deno.execPath(), {
          args: denoArgs(["-A"], "run", "data", "--workers", "1", "--json"),
          cwd: folder,
          stdout: "piped",
          stderr: "piped",
        }).spawn();
        let said = "";
        let asked = false;
        for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
          said += text;
          if (!asked && said.includes('"phase":"pack"')) {
            asked = true;
            child.kill(signal);
          }
        }
        await child.stdout.cancel();
        assert.equal((await child.status).code, 130, said);
        assert.match(said, /\{"event":"error","message":"Interrupted: nothing was published\."\}\n$/);
        const output = join(folder, "output");
        assert.deepEqual(existsSync(output) ? readdirSync(output) : [], []);
      }),
  });
}

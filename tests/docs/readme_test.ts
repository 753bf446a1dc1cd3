import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { inFolder, makeNamesTree } from "../consumers/sets.ts";
import { run } from "../tools.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const readme = readFileSync(join(root, "README.md"), "utf8");

/** The README's command with exact permissions, for a dataset and an output folder of the test. */
function scopedCommand(dataset: string, output: string): string[] {
  const line = /^deno run --allow-\S+.*$/m.exec(readme)?.[0] ?? "";
  const words = line.replaceAll("birds-set", output).replace(/birds\b/g, dataset).split(" ");
  return [process.execPath, "run", "--no-prompt", ...words.slice(2)];
}

Deno.test("the README's command with exact permissions packs, and the error names the flag when one is missing", () =>
  inFolder(async (folder) => {
    const dataset = join(folder, "in");
    const output = join(folder, "out");
    await makeNamesTree(dataset);
    const command = scopedCommand(dataset, output);
    const flags = command.filter((word) => word.startsWith("--allow-"));
    assert.ok(flags.length >= 2);
    assert.equal(run(command, { cwd: root }).stderr.includes("rror"), false);

    for (const flag of flags) {
      const { code, stderr } = run([...command.filter((word) => word !== flag), "--overwrite"], {
        cwd: root,
      });
      assert.equal(code, 1);
      assert.match(stderr, new RegExp(flag.split("=")[0]));
    }
  }));

Deno.test("every file the README links to is there", () => {
  const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1]);
  assert.ok(links.length > 3);
  for (const link of links) assert.doesNotThrow(() => readFileSync(join(root, link)), link);
});

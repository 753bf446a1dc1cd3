/** The layers of `src/`, as CONTRIBUTING.md tells them. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Imports, also of types, and modules that load later; a comment that shows an import begins with a star. */
const IMPORT = /^(?!\s*\*).*?(?:from|import|import\() ?"(\.{1,2}\/[^"]+)"/gm;

const layers = [...readFileSync(join(root, "CONTRIBUTING.md"), "utf8").matchAll(/^\| `src\/(\w+)\/` +\|/gm)]
  .map(([, folder]) => folder);
const files = globSync("src/**/*.ts", { cwd: root });

Deno.test("every folder of src is a layer", () => {
  const folders = new Set(files.map((file) => file.split(sep)[1]));
  assert.deepEqual([...folders].sort(), layers.toSorted());
});

Deno.test("no file imports from a layer above its own", () => {
  const upward: string[] = [];
  let imports = 0;
  for (const file of files) {
    for (const [, path] of readFileSync(join(root, file), "utf8").matchAll(IMPORT)) {
      const target = join(dirname(file), path);
      imports++;
      if (layers.indexOf(target.split(sep)[1]) < layers.indexOf(file.split(sep)[1])) {
        upward.push(`${file} imports ${target}`);
      }
    }
  }
  assert.deepEqual(upward, []);
  assert.ok(imports > files.length, "the imports were found");
});

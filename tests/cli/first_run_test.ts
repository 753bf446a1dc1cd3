/** What the first command fetches on a machine that has nothing yet: every package is a wait before anything is seen. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Packages that a command which reaches no store may cost. */
const MOST = 20;

interface Graph {
  roots: string[];
  modules: { specifier: string; dependencies?: { code?: { specifier: string } }[] }[];
}

const root = new URL("../../", import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, root), "utf8"));

/** npm packages that the program's own modules import, each as `name@version`: those that the runtime fetches at the start. */
async function imported(program: URL): Promise<Set<string>> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", fileURLToPath(program)],
    cwd: fileURLToPath(root),
  }).output();
  const { roots, modules }: Graph = JSON.parse(new TextDecoder().decode(stdout));
  const found = new Set<string>();
  const seen = new Set<string>();
  const next = [...roots];
  for (let specifier = next.pop(); specifier !== undefined; specifier = next.pop()) {
    if (seen.has(specifier)) continue;
    seen.add(specifier);
    const name = /^npm:\/?((?:@[^/]+\/)?[^/]+)/.exec(specifier)?.[1];
    if (name !== undefined) found.add(name);
    // Those of types only are not fetched.
    for (const { code } of modules.find((module) => module.specifier === specifier)?.dependencies ?? []) {
      if (code) next.push(code.specifier);
    }
  }
  return found;
}

/** The packages with all that they depend on themselves, as the lock file has them. */
function withDependencies(packages: Iterable<string>): Set<string> {
  const { npm }: { npm: Record<string, { dependencies?: string[] }> } = read("deno.lock");
  const all = new Set<string>();
  const next = [...packages];
  for (let name = next.pop(); name !== undefined; name = next.pop()) {
    // A dependency without a version is the only one of that name.
    const key = name in npm ? name : Object.keys(npm).find((key) => key.startsWith(`${name}@`));
    assert.ok(key, `${name} is in the lock file`);
    if (all.has(key)) continue;
    all.add(key);
    next.push(...npm[key].dependencies ?? []);
  }
  return all;
}

Deno.test("a first command that reaches no store fetches few packages", async () => {
  const packages = withDependencies(await imported(new URL("src/cli/application.ts", root)));
  assert.ok(packages.has("@stricli/core@" + read("deno.json").imports["@stricli/core"].split("@").at(-1)));
  assert.ok(packages.size <= MOST, `${packages.size} packages: ${[...packages].join(" ")}`);
  // Else the runtime fetches all of the lock file at the first of them.
  assert.ok(read("deno.json").unstable.includes("npm-lazy-caching"));
});

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { issuesPage } from "../../docs/make_issues.ts";
import { catalogue } from "../../src/model/catalogue.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.endsWith("catalogue.ts"))
  .map((name) => readFileSync(join(root, "src", name), "utf8"))
  .join("\n");

Deno.test("docs/issues.md is what `deno task docs` writes", () => {
  assert.equal(readFileSync(join(root, "docs", "issues.md"), "utf8"), issuesPage());
});

Deno.test("every code of the catalogue is used by the source", () => {
  assert.deepEqual(Object.keys(catalogue).filter((code) => !sources.includes(`"${code}"`)), []);
});

Deno.test("every title and remedy ends as the page needs it", () => {
  for (const [code, { title, remedy }] of Object.entries(catalogue)) {
    assert.match(code, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    assert.doesNotMatch(title, /\.$/, `${code}: the page adds the full stop`);
    assert.match(remedy, /\.$/, `${code}: the remedy is a sentence`);
  }
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { formatsPage } from "../../docs/make_formats.ts";
import { formats } from "../../src/formats/table.ts";

Deno.test("docs/formats.md is what `deno task docs` writes", () => {
  assert.equal(readFileSync(new URL("../../docs/formats.md", import.meta.url), "utf8"), formatsPage());
});

Deno.test("every row of the table tells what it is, and loads under its name", async () => {
  assert.equal(new Set(formats.map(({ name }) => name)).size, formats.length);
  for (const { name, title, about, example, read, write } of formats) {
    assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    assert.doesNotMatch(title, /\.$/, `${name}: the page adds the full stop`);
    assert.match(about, /[.:]$/, name);
    assert.ok(Object.keys(example).length > 0, name);
    for (const content of Object.values(example)) {
      assert.ok(!content.includes("```") && (content === "" || content.endsWith("\n")), name);
    }
    assert.ok(read || write, name);
    for (const each of [read, write]) {
      if (!each) continue;
      assert.equal(new Set(each.carries).size, each.carries.length, name);
      assert.ok(await each.load());
    }
    if (read) assert.equal((await read.load()).name, name);
  }
});

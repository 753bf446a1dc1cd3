import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readClassMap } from "../../src/cli/class_map.ts";
import { tempDir } from "../dataset/temp.ts";

Deno.test("a class map is YAML or JSON, its names are text as written", () => {
  using folder = tempDir();
  const path = join(folder.path, "map");
  const read = (text: string) => {
    writeFileSync(path, text);
    return { ...readClassMap(path) };
  };
  assert.deepEqual(read("person: pedestrian\n012: on\n"), { person: "pedestrian", "012": "on" });
  assert.deepEqual(read('{"a b": "c", "constructor": ""}'), { "a b": "c", constructor: "" });
  for (const text of ["- a\n- b\n", "a: [b]\n", "a: {b: c}\n", '{"a": ', "text"]) {
    assert.throws(() => read(text), { exitCode: 2, message: /^Cannot read the class map/ });
  }
  assert.throws(() => readClassMap(join(folder.path, "none")), { exitCode: 2, message: /no such file/i });
});

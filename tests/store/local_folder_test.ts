import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { convert, extract, merge, pack, PackError, split, subset } from "../../mod.ts";
import { tempDir } from "../dataset/temp.ts";

const SAMPLE = fileURLToPath(new URL("../../fixtures/sample", import.meta.url));

Deno.test("what is written to a folder is not written to one that is called like a store", async () => {
  using dir = tempDir();
  const [one, two] = ["one", "two"].map((name) => join(dir.path, name));
  for (const output of [one, two]) await pack({ dataset: SAMPLE, output });
  for (
    const place of ["s3://bucket/birds", "az://account/birds", "gs://bucket", "https://host/birds?sig=abc"]
  ) {
    const calls = {
      merge: () => merge([one, two], place),
      subset: () => subset(one, place),
      split: () => split(one, place),
      convert: () => convert({ dataset: one, to: "yolo", output: place }),
      extract: () => extract(one, place),
    };
    for (const [name, call] of Object.entries(calls)) {
      await assert.rejects(call, (error: Error) => {
        assert.ok(error instanceof PackError, `${name}: ${error.stack}`);
        assert.equal(error.exitCode, 2, name);
        assert.match(error.message, /is a place in a store/);
        assert.ok(!error.message.includes("abc"), "a signature is shown");
        return true;
      });
    }
    assert.ok(!existsSync(place.slice(0, place.indexOf("/"))), "a folder was made");
  }
  assert.deepEqual(readdirSync(dir.path).sort(), ["one", "two"]);
});

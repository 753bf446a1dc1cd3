import assert from "node:assert/strict";
import { join } from "node:path";
import { pack } from "../../src/pack/pack.ts";
import { update } from "../../src/update/update.ts";
import { jpeg, writeTree } from "../pack/small_dataset.ts";
import { inFolder, program } from "./program.ts";

Deno.test("merge, subset, split and compact on the command line: outcome as text and as JSON, exit codes", async () => {
  await inFolder(async (folder) => {
    for (const [name, split] of [["a", "train"], ["b", "val"]] as const) {
      writeTree(join(folder, name), {
        "classes.txt": "cat\n",
        [`images/${split}/1.jpg`]: jpeg(20, 30),
        "images/train/same.jpg": jpeg(30, 30, name === "a" ? 10 : 20),
        "labels/train/same.txt": "0 .5 .5 .1 .1\n",
      });
      await pack({ dataset: join(folder, name), output: join(folder, `set-${name}`), workers: 1 });
    }
    const merged = program(folder, "merge", "set-a", "set-b", "--output", "all");
    assert.equal(merged.code, 0, merged.stderr);
    assert.match(merged.stdout, /images +4\n/);
    assert.match(merged.stdout, /same bytes +1 image under another name, kept \(--dedupe leaves them out\)/);
    assert.match(merged.stdout, / {2}images\/train\/same\.jpg → set-b\/images\/train\/same\.jpg\n/);

    const part = program(folder, "subset", "all", "--output", "cats", "--class", "cat", "--json");
    const outcome = JSON.parse(part.stdout);
    assert.deepEqual([part.code, outcome.event, outcome.images, outcome.annotations], [0, "subset", 2, 2]);
    assert.equal(program(folder, "subset", "all", "--output", "none", "--where", "area>1e9").code, 2);
    assert.equal(program(folder, "subset", "all", "--output", "cats").code, 2);

    const split = program(folder, "split", "all", "--output", "parts");
    assert.equal(split.code, 0, split.stderr);
    assert.match(split.stdout, /train +3 +2 /);

    writeTree(join(folder, "a"), { "images/train/same.jpg": jpeg(31, 31) });
    await update({ dataset: join(folder, "a"), output: join(folder, "set-a"), workers: 1 });
    const forecast = program(folder, "compact", "set-a", "--dry-run");
    assert.equal(forecast.code, 0, forecast.stderr);
    assert.match(forecast.stdout, /are dead\./);
    const unasked = program(folder, "compact", "set-a");
    assert.equal(unasked.code, 2);
    assert.match(unasked.stderr, /Add --yes/);
    const compacted = program(folder, "compact", "set-a", "--yes", "--json");
    assert.equal(compacted.code, 0, compacted.stderr);
    const { event, written, generation } = JSON.parse(compacted.stdout);
    assert.deepEqual([event, written, generation], ["compacted", true, 3]);
    const again = program(folder, "compact", "set-a");
    assert.match(again.stdout, /nothing was written/);
    assert.equal(program(folder, "verify", "set-a", "--deep").code, 0);
  });
});

import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { Publication } from "../../src/publish/publication.ts";
import { openDataset } from "../../mod.ts";
import { pack } from "../../src/pack/pack.ts";
import { verify } from "../../src/verify/verify.ts";
import { tempDir } from "../dataset/temp.ts";
import { writeTree, yoloFiles } from "../pack/small_dataset.ts";

const BUNDLE = "media_bundle.zip";
const COCO = "unified_annotation.json";
const MANIFEST = "frame_manifest.json";

Deno.test("cut short after any rename, the folder holds the old set or the new one, and recovers", async () => {
  using temp = tempDir();
  const folder = (name: string) => join(temp.path, name);
  writeTree(folder("before"), yoloFiles(6));
  writeTree(folder("after"), yoloFiles(11));
  await pack({ dataset: folder("before"), output: folder("old") });
  await pack({ dataset: folder("after"), output: folder("new") });
  const isNew = async (out: string) => await openDatasetLength(out) === 11;

  const renames: [string, string][] = [
    [MANIFEST + ".partial", MANIFEST + ".commit"],
    [BUNDLE + ".partial", BUNDLE],
    [COCO + ".partial", COCO],
    [MANIFEST + ".commit", MANIFEST],
  ];
  for (let done = 0; done <= renames.length; done++) {
    const out = folder(`cut-${done}`);
    mkdirSync(out);
    for (const name of [BUNDLE, COCO, MANIFEST]) {
      copyFileSync(join(folder("old"), name), join(out, name));
      copyFileSync(join(folder("new"), name), join(out, name + ".partial"));
    }
    for (const [from, to] of renames.slice(0, done)) renameSync(join(out, from), join(out, to));
    assert.deepEqual((await verify(out, { deep: true })).problems, [], `after ${done} renames`);
    assert.equal(await isNew(out), done > 0);
    new Publication(out, []).discard();
    assert.equal(await isNew(out), done > 0);
    assert.deepEqual(readdirSync(out).sort(), [MANIFEST, BUNDLE, COCO].sort());
    const expected = folder(done > 0 ? "new" : "old");
    for (const name of [BUNDLE, COCO, MANIFEST]) {
      assert.ok(readFileSync(join(out, name)).equals(readFileSync(join(expected, name))), name);
    }
  }
});

async function openDatasetLength(folder: string): Promise<number> {
  using dataset = await openDataset(folder);
  return dataset.length;
}

Deno.test("discarding a publication leaves the folder as it was", () => {
  using temp = tempDir();
  writeTree(temp.path, { [MANIFEST]: "old", "other.partial": "not ours" });
  const publication = new Publication(temp.path, ["x.zip"]);
  publication.create("x.zip");
  publication.create("x.zip", ".directory");
  assert.ok(existsSync(join(temp.path, "x.zip.partial")));
  publication.discard();
  assert.deepEqual(readdirSync(temp.path).sort(), [MANIFEST, "other.partial"]);
});

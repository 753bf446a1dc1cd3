import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  extract,
  history,
  openDataset,
  openRemoteDataset,
  pack,
  PackError,
  remoteHistory,
  rollback,
  update,
  verify,
} from "../../../mod.ts";
import { inspect } from "../../../src/inspect/inspect.ts";
import { serveFolder } from "../../browser/range_server.ts";
import { jpeg, writeTree } from "../../pack/small_dataset.ts";
import { tempDir } from "../temp.ts";

const LABEL = "labels/a.txt";

/** A set with five generations: images and labels come, change and go, a class comes, and one state is brought back. */
async function grownSet(folder: string): Promise<{ set: string; generations: number }> {
  const dataset = join(folder, "dataset"), set = join(folder, "set");
  writeTree(dataset, {
    "images/a.jpg": jpeg(100, 80, 50),
    "images/b.jpg": jpeg(100, 80, 60),
    "images/c.jpg": jpeg(100, 80, 70),
    [LABEL]: "0 0.5 0.5 0.2 0.2\n",
    "labels/b.txt": "1 0.5 0.5 0.4 0.4\n0 0.3 0.3 0.1 0.1\n",
    "data.yaml": "names: [cat, dog]\n",
  });
  await pack({ dataset, output: set, workers: 1 });
  const next = () => update({ dataset, output: set, workers: 1, checksum: true });
  writeFileSync(join(dataset, "images/d.jpg"), jpeg(100, 80, 80));
  writeFileSync(join(dataset, LABEL), "0 0.4 0.4 0.2 0.2\n");
  await next();
  rmSync(join(dataset, "images/b.jpg"));
  rmSync(join(dataset, "labels/b.txt"));
  writeFileSync(join(dataset, "images/c.jpg"), jpeg(100, 80, 90));
  await next();
  writeFileSync(join(dataset, "data.yaml"), "names: [cat, dog, cow]\n");
  writeFileSync(join(dataset, "labels/d.txt"), "2 0.4 0.4 0.2 0.2\n");
  await next();
  await rollback(set, 2);
  return { set, generations: 5 };
}

Deno.test("every generation of a set in a store is read as the one on this machine", async () => {
  using temp = tempDir();
  const { set, generations } = await grownSet(temp.path);
  await using server = await serveFolder(temp.path);
  const url = `${server.url}set`;
  assert.deepEqual(await remoteHistory(url), history(set));
  for (let at = 1; at <= generations; at++) {
    await using local = await openDataset(set, { at });
    using remote = await openRemoteDataset(url, { at });
    assert.deepEqual([remote.generation, remote.length], [at, local.length]);
    assert.deepEqual(remote.categories, local.categories);
    for await (const image of local) {
      assert.deepEqual(await remote.image(image.index), image);
      assert.deepEqual(await remote.bytes(image.index), local.bytes(image.index));
      assert.equal(remote.byName(image.file_name), image.index);
    }
    assert.deepEqual(await Array.fromAsync(remote), await Array.fromAsync(local));

    const { seconds: _, path: __, ...found } = await inspect(url, { at });
    const { seconds: ___, path: ____, ...wanted } = await inspect(set, { at });
    assert.deepEqual({ ...found, files: [] }, { ...wanted, files: [] });
    const [seen, known] = [await verify(url, { at, deep: true }), await verify(set, { at })];
    assert.deepEqual(seen.problems, []);
    for (const key of ["generation", "frames", "annotations", "categories", "bytes"] as const) {
      assert.equal(seen[key], known[key], key);
    }
    const [there, here] = ["there", "here"].map((name) => join(temp.path, `${name}-${at}`));
    assert.equal((await extract(url, there, { at })).frames, local.length);
    await extract(set, here, { at });
    const files = (dir: string) => readdirSync(dir, { recursive: true, encoding: "utf8" }).sort();
    assert.deepEqual(files(there), files(here));
  }
  await assert.rejects(
    openRemoteDataset(url, { at: 9 }),
    (error) => error instanceof PackError && error.exitCode === 2 && /no generation 9/.test(error.message),
  );
});

Deno.test("a damaged history of a set in a store is found when an earlier generation is read", async () => {
  using temp = tempDir();
  const { set } = await grownSet(temp.path);
  const path = join(set, "set_history.jsonl");
  writeFileSync(path, readFileSync(path, "utf8").replace('"from":1', '"from":2'));
  await using server = await serveFolder(temp.path);
  using _current = await openRemoteDataset(`${server.url}set`);
  await assert.rejects(
    openRemoteDataset(`${server.url}set`, { at: 1 }),
    (error) => error instanceof PackError && error.exitCode === 4 && /set_history/.test(error.message),
  );
});

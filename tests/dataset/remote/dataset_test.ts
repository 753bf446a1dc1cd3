import assert from "node:assert/strict";
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openDataset, openRemoteDataset, pack, type RemoteOptions, update, upload } from "../../../mod.ts";
import type { Dataset } from "../../../src/dataset/open.ts";
import { openRemote } from "../../../src/dataset/remote/open.ts";
import type { RemoteDataset } from "../../../src/dataset/remote/dataset.ts";
import { isStoreError } from "../../../src/store/error.ts";
import { Traffic } from "../../../src/store/store.ts";
import { serveFolder } from "../../browser/range_server.ts";
import { tempDir } from "../temp.ts";
import { writeTree, yoloFiles } from "../../pack/small_dataset.ts";
import {
  AZURE_ACCOUNT,
  AZURE_KEY,
  AZURITE,
  BUCKET,
  KEY,
  SECRET,
  serverTest,
  startAzurite,
  startVersitygw,
  VERSITYGW,
} from "../../store/servers.ts";
import { QUICK } from "../../upload/sets.ts";
import { randomSet } from "./sets.ts";

/** Every image, label and class is the same. */
async function assertSame(remote: RemoteDataset, local: Dataset): Promise<void> {
  assert.equal(remote.length, local.length);
  assert.equal(remote.generation, local.generation);
  assert.deepEqual(remote.categories, local.categories);
  const places = Array.from({ length: local.length }, (_, i) => i);
  const images = await Promise.all(places.map((i) => remote.bytes(i)));
  for (const i of places) {
    assert.deepEqual(images[i], local.bytes(i));
    assert.deepEqual(await remote.image(i), local.image(i));
    assert.equal(remote.byName(local.image(i).file_name), i);
  }
  assert.equal(remote.byName("nobody.jpg"), undefined);
  assert.deepEqual(await Array.fromAsync(remote), await Array.fromAsync(local));
}

serverTest(
  [VERSITYGW],
  "a set in S3 is opened with three requests and is the one that was uploaded",
  async () => {
    await using server = await startVersitygw();
    using temp = tempDir();
    randomSet(temp.path, 40);
    const env = { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET };
    const options = { endpoint: server.url, env, retry: QUICK };
    const place = `s3://${BUCKET}/birds` as const;
    await upload(temp.path, place, options);

    const traffic = new Traffic();
    const { dataset: remote } = await openRemote(place, { ...options, traffic });
    assert.equal(traffic.requests, 3);
    using local = await openDataset(temp.path);
    await Promise.all([3, 4, 5, 7].map((i) => remote.bytes(i)));
    assert.equal(traffic.requests, 4, "neighbours share a request");
    assert.deepEqual(await remote.bytes(4), local.bytes(4));
    assert.equal(traffic.requests, 4, "what was read is kept for a while");
    await assertSame(remote, local);
    remote.close();

    await assert.rejects(
      openDataset(`s3://${BUCKET}/cats`, options),
      (error) => isStoreError(error, "missing") && /There is no set in "s3:.*cats"/.test(error.message),
    );
  },
);

serverTest([AZURITE], "a set in Azure is the one that was uploaded", async () => {
  await using server = await startAzurite();
  using temp = tempDir();
  randomSet(temp.path, 9);
  const options = { endpoint: server.url, env: { AZURE_STORAGE_KEY: AZURE_KEY }, retry: QUICK };
  const place = `az://${AZURE_ACCOUNT}/${BUCKET}/birds` as const;
  await upload(temp.path, place, options);
  using remote = await openDataset(place, options);
  using local = await openDataset(temp.path);
  await assertSame(remote, local);
});

/** A set behind a web server. */
async function withWeb(
  work: (remote: RemoteDataset, folder: string, url: string) => Promise<void>,
  options: RemoteOptions = {},
): Promise<void> {
  using temp = tempDir();
  randomSet(join(temp.path, "birds"), 30);
  await using server = await serveFolder(temp.path);
  const url = `${server.url}birds`;
  using remote = await openRemoteDataset(url, { retry: QUICK, ...options });
  await work(remote, join(temp.path, "birds"), url);
}

Deno.test("a set on a web server is the one that was packed", () =>
  withWeb(async (remote, folder) => {
    using local = await openDataset(folder);
    await assertSame(remote, local);
  }));

Deno.test("a set in its second generation is read where it lies", async () => {
  using temp = tempDir();
  const [data, output] = [join(temp.path, "data"), join(temp.path, "birds")];
  writeTree(data, yoloFiles(6));
  await pack({ dataset: data, output });
  const [gone] = Object.keys(yoloFiles(6)).filter((name) => /\.(jpg|png)$/.test(name));
  rmSync(join(data, gone));
  await update({ dataset: data, output });
  await using server = await serveFolder(temp.path);
  using remote = await openRemoteDataset(`${server.url}birds`, { retry: QUICK });
  using local = await openDataset(output);
  assert.equal(remote.generation, 2);
  assert.equal(remote.length, 5);
  await assertSame(remote, local);
});

Deno.test("a set of a hub is found by its repository (against a stub: there is no server to be had)", async () => {
  using temp = tempDir();
  const folder = join(temp.path, "datasets/ann/birds/resolve/main/small");
  randomSet(folder, 5);
  await using server = await serveFolder(temp.path);
  const options = { env: { HF_ENDPOINT: server.url }, retry: QUICK };
  using remote = await openDataset("hf://datasets/ann/birds/small", options);
  using local = await openDataset(folder);
  await assertSame(remote, local);
});

Deno.test("when the bundle or the annotations are replaced, reading says so", () =>
  withWeb(async (remote, folder) => {
    await remote.bytes(0);
    for (const name of ["media_bundle.zip", "unified_annotation.json"]) {
      const path = join(folder, name);
      writeFileSync(path, readFileSync(path));
    }
    await assert.rejects(remote.bytes(1), (error) => isStoreError(error, "changed"));
    await assert.rejects(remote.image(1), (error) => isStoreError(error, "changed"));
  }));

Deno.test("every image is compared with its CRC-32", () =>
  withWeb(async (_, folder, url) => {
    const path = join(folder, "media_bundle.zip");
    const bundle = readFileSync(path);
    using local = await openDataset(folder);
    bundle[local.image(3).offset! + 100] ^= 1;
    writeFileSync(path, bundle);
    using remote = await openRemoteDataset(url, { retry: QUICK });
    const all = await Promise.allSettled([2, 3, 4].map((i) => remote.bytes(i)));
    assert.deepEqual(all.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
    await assert.rejects(remote.bytes(3), /Frame 3 "000003.jpg" in ".*" is damaged: its CRC-32/);
  }));

Deno.test("damaged, cut and missing files are told when the set is opened, a wrong index when it is used", () =>
  withWeb(async (remote, folder, url) => {
    await assert.rejects(remote.bytes(30), RangeError);
    await assert.rejects(remote.image(-1), RangeError);
    const open = () => openRemoteDataset(url, { retry: QUICK });
    const kept = `${folder}-kept`;
    cpSync(folder, kept, { recursive: true });
    const broken = async (name: string, damage: (path: string) => void, error: RegExp) => {
      damage(join(folder, name));
      await assert.rejects(open(), error);
      cpSync(kept, folder, { recursive: true });
    };
    await broken("media_bundle.zip", (path) => truncateSync(path, 1000), /has 1000 bytes, the manifest says/);
    await broken("media_bundle.zip", rmSync, /names "media_bundle.zip", which is not there/);
    await broken("unified_annotation.json", (path) => truncateSync(path, 500), /has 500 bytes/);
    await broken("frame_manifest.json", (path) => truncateSync(path, 6000), /the footer is missing/);
    await broken("frame_manifest.json", (path) => {
      writeFileSync(path, readFileSync(path, "utf8").replace('"width":64', '"width":65'));
    }, /its SHA-256 differs/);
    await broken("frame_manifest.json", rmSync, /There is no set in ".*": "frame_manifest.json" is missing/);
    (await open()).close();
  }));

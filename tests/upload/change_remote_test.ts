import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import {
  history,
  type Media,
  pack,
  PackError,
  remoteHistory,
  rollback,
  rollbackRemote,
  update,
  updateRemote,
  upload,
  type UploadOptions,
  verify,
} from "../../mod.ts";
import { isStoreError } from "../../src/store/error.ts";
import { openAzure, openS3 } from "../../src/store/open.ts";
import type { ObjectStore } from "../../src/store/store.ts";
import { verifyRemote } from "../../src/verify/remote.ts";
import { tempDir } from "../dataset/temp.ts";
import { jpeg, writeTree } from "../pack/small_dataset.ts";
import { startFaultServer } from "../store/fault_server.ts";
import {
  AZURE_ACCOUNT,
  AZURE_KEY,
  AZURITE,
  BUCKET,
  KEY,
  MINIO,
  SECRET,
  serverTest,
  startAzurite,
  startMinio,
  startVersitygw,
  VERSITYGW,
} from "../store/servers.ts";
import { MiB, QUICK } from "./sets.ts";

const DEST = `s3://${BUCKET}/sets/birds`;
const env = { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET };
const main = fileURLToPath(new URL("../../main.ts", import.meta.url));

const s3 = (url: string): UploadOptions => ({ endpoint: url, env, retry: QUICK });
const azure = (url: string): UploadOptions => ({
  endpoint: url,
  env: { AZURE_STORAGE_KEY: AZURE_KEY },
  retry: QUICK,
});

/** A dataset of images of one size of file, and what becomes of it. */
class Dataset {
  readonly path: string;
  #changes = 0;

  constructor(folder: string, images: number, readonly bytes: number) {
    this.path = join(folder, "dataset");
    writeTree(this.path, { "data.yaml": "names: [cat, dog]\n" });
    for (let i = 0; i < images; i++) this.add(i);
  }

  add(i: number): void {
    const [image, label] = [join(this.path, `images/${i}.jpg`), join(this.path, `labels/${i}.txt`)];
    for (const path of [image, label]) mkdirSync(dirname(path), { recursive: true });
    writeFileSync(image, jpeg(100 + i, 80, this.bytes));
    writeFileSync(label, `${i % 2} 0.5 0.5 0.2 0.2\n`);
  }

  /** Two images come, one goes, one has other labels. */
  change(): void {
    const next = 2 * ++this.#changes;
    this.add(10 + next);
    this.add(11 + next);
    rmSync(join(this.path, "images/1.jpg"), { force: true });
    rmSync(join(this.path, "labels/1.txt"), { force: true });
    writeFileSync(join(this.path, "labels/2.txt"), `1 0.5 0.5 0.${next} 0.2\n`);
  }
}

/** Compares what a store has with a set on this machine, byte for byte. */
async function assertSame(store: ObjectStore, set: string): Promise<void> {
  for (const name of readdirSync(set)) {
    const bytes = readFileSync(join(set, name));
    assert.ok(bytes.equals(await store.get(name, 0, bytes.length + 1)), name);
  }
  store.close();
}

const openBucket = (url: string) => openS3({ kind: "s3", bucket: BUCKET, prefix: "sets/birds" }, s3(url));

for (
  const [media, program, start] of [
    ["zip", VERSITYGW, startVersitygw],
    ["tar", VERSITYGW, startVersitygw],
    ["mp4", VERSITYGW, startVersitygw],
    ["zip", MINIO, startMinio],
  ] as [Media, string, typeof startVersitygw][]
) {
  const server = program === MINIO ? "MinIO" : "versitygw";
  serverTest(
    [program],
    `${server}: an update of a ${media} in a store gives the same bytes as one here, and sends only what is new`,
    async () => {
      await using server = await start();
      using temp = tempDir();
      const dataset = new Dataset(temp.path, 6, MiB);
      const set = join(temp.path, "set");
      await pack({ dataset: dataset.path, output: set, media, workers: 1 });
      await upload(set, DEST, s3(server.url));
      const old = statSync(join(set, `media_bundle.${media}`)).size;

      for (let i = 0; i < 2; i++) {
        dataset.change();
        const planned = await updateRemote(DEST, { dataset: dataset.path, dryRun: true }, s3(server.url));
        assert.deepEqual([planned.report.dryRun, planned.sent], [true, undefined]);
        const { report, sent } = await updateRemote(
          DEST,
          { dataset: dataset.path, workers: 1 },
          s3(server.url),
        );
        const here = await update({ dataset: dataset.path, output: set, workers: 1, checksum: true });
        assert.deepEqual([report.output, report.generation], [DEST, here.generation]);
        assert.deepEqual([report.added, report.relabelled, report.removed], [2, 1, here.removed]);
        await assertSame(await openBucket(server.url), set);
        const sizes = (name: string) => statSync(join(set, name)).size;
        const small = readdirSync(set).filter((name) => !name.startsWith("media")).map(sizes);
        const fresh = report.appended + small.reduce((sum, size) => sum + size, 0);
        assert.ok(sent!.bytesSent <= 1.01 * fresh, `${sent!.bytesSent} of ${fresh}`);
        assert.deepEqual(sent!.files[0].action, "appended");
      }

      const nothing = await updateRemote(DEST, { dataset: dataset.path }, s3(server.url));
      assert.deepEqual([nothing.report.written, nothing.sent], [false, undefined]);

      const { sent } = await rollbackRemote(DEST, 1, { message: "back" }, s3(server.url));
      await rollback(set, 1, { message: "back" });
      await assertSame(await openBucket(server.url), set);
      assert.ok(sent!.bytesSent < 100_000 && old > 6 * MiB, `${sent!.bytesSent}`);
      assert.deepEqual(await remoteHistory(DEST, s3(server.url)), history(set));
      for (const at of [1, 2, 3, 4]) {
        assert.deepEqual((await verifyRemote(DEST, { at, deep: true, ...s3(server.url) })).problems, []);
      }
      assert.deepEqual((await verify(set, { deep: true, workers: 1 })).problems, []);
    },
  );
}

serverTest([AZURITE], "Azure: an update of a set in a store gives the same bytes as one here", async () => {
  await using server = await startAzurite();
  using temp = tempDir();
  const place = `az://${AZURE_ACCOUNT}/${BUCKET}/sets/birds`;
  const dataset = new Dataset(temp.path, 6, MiB);
  for (const media of ["zip", "tar"] as const) {
    const set = join(temp.path, media);
    await pack({ dataset: dataset.path, output: set, media, workers: 1 });
    await upload(set, place, { ...azure(server.url), partSize: 4 * MiB, force: true });
    dataset.change();
    const { report, sent } = await updateRemote(
      place,
      { dataset: dataset.path, workers: 1 },
      azure(server.url),
    );
    await update({ dataset: dataset.path, output: set, workers: 1, checksum: true });
    const location = { kind: "az", account: AZURE_ACCOUNT, container: BUCKET, prefix: "sets/birds" } as const;
    await assertSame(await openAzure(location, azure(server.url)), set);
    // The last block of a tar has the end that is written over.
    const block = media === "tar" ? 4 * MiB : 0;
    assert.ok(sent!.bytesSent < report.appended + block + 100_000, `${media}: ${sent!.bytesSent}`);
  }
});

serverTest(
  [VERSITYGW],
  "a set too small to be copied within the store, and one without images, are updated all the same",
  async () => {
    await using server = await startVersitygw();
    using temp = tempDir();
    const dataset = new Dataset(temp.path, 3, 2000);
    for (const [media, kind] of [["zip", "run"], ["mp4", "bundle"]] as const) {
      const set = join(temp.path, media);
      await pack({ dataset: dataset.path, output: set, media, workers: 1, stage: kind });
      await upload(set, DEST, { ...s3(server.url), force: true });
      dataset.change();
      await updateRemote(DEST, { dataset: dataset.path, workers: 1 }, s3(server.url));
      await update({ dataset: dataset.path, output: set, workers: 1, checksum: true });
      await assertSame(await openBucket(server.url), set);
    }
  },
);

serverTest([VERSITYGW], "inputs that are left out are listed beside the set in the store", async () => {
  await using server = await startVersitygw();
  using temp = tempDir();
  const dataset = new Dataset(temp.path, 3, 2000);
  const set = join(temp.path, "set");
  await pack({ dataset: dataset.path, output: set, workers: 1 });
  await upload(set, DEST, s3(server.url));
  const list = join(server.dir, BUCKET, "sets/birds/rejects.jsonl");
  writeFileSync(join(dataset.path, "images/broken.jpg"), "no image");
  const told: [done: number, total: number][] = [];
  const { report } = await updateRemote(DEST, {
    dataset: dataset.path,
    workers: 1,
    onProgress: ({ phase, done, total }) => void (phase === "fetch" && told.push([done, total])),
  }, s3(server.url));
  const small = ["frame_manifest.json", "unified_annotation.json"].reduce((sum, name) => {
    return sum + statSync(join(set, name)).size;
  }, 0);
  assert.deepEqual(told.at(-1), [small, small]);
  assert.equal(report.rejects.image, 1);
  assert.match(readFileSync(list, "utf8"), /broken\.jpg/);
  rmSync(join(dataset.path, "images/broken.jpg"));
  await updateRemote(DEST, { dataset: dataset.path, workers: 1, dryRun: true }, s3(server.url));
  assert.ok(existsSync(list));
  await updateRemote(DEST, { dataset: dataset.path, workers: 1 }, s3(server.url));
  assert.ok(!existsSync(list));
});

serverTest(
  [VERSITYGW],
  "what somebody else has sent meanwhile stays, and the update says so",
  async () => {
    await using server = await startVersitygw();
    using temp = tempDir();
    const dataset = new Dataset(temp.path, 6, MiB);
    const set = join(temp.path, "set");
    await pack({ dataset: dataset.path, output: set, workers: 1 });
    await upload(set, DEST, s3(server.url));
    dataset.change();
    await update({ dataset: dataset.path, output: set, workers: 1, message: "the other" });
    let others: Promise<unknown> | undefined;
    await using slow = await startFaultServer(server.url, async ({ method }) => {
      // Before the first request that writes, the other upload begins and ends.
      if (method !== "GET" && method !== "HEAD") await (others ??= upload(set, DEST, s3(server.url)));
      return undefined;
    });
    await assert.rejects(
      updateRemote(DEST, { dataset: dataset.path, workers: 1 }, s3(slow.url)),
      (error) => isStoreError(error, "condition"),
    );
    assert.ok(others);
    await assertSame(await openBucket(server.url), set);
    assert.deepEqual((await verifyRemote(DEST, s3(server.url))).problems, []);
  },
);

serverTest(
  [VERSITYGW],
  "an update that broke off while it was sent goes on with upload, from the folder that its message names",
  async () => {
    await using server = await startVersitygw();
    using temp = tempDir();
    const dataset = new Dataset(temp.path, 6, MiB);
    const set = join(temp.path, "set");
    await pack({ dataset: dataset.path, output: set, workers: 1 });
    await upload(set, DEST, s3(server.url));
    dataset.change();
    await using faulty = await startFaultServer(server.url, ({ method, url }) => {
      return method === "PUT" && url?.includes("frame_manifest") ? "expired" : undefined;
    });
    let folder = "";
    await assert.rejects(
      updateRemote(DEST, { dataset: dataset.path, workers: 1 }, s3(faulty.url)),
      (error) => {
        [, folder] =
          error instanceof PackError && /What was to be sent is in "([^"]+)"/.exec(error.suggestion!) ||
          ["", ""];
        return folder !== "";
      },
    );
    try {
      const { bytesSent } = await upload(folder, DEST, s3(server.url));
      assert.ok(bytesSent < 100_000);
      await update({ dataset: dataset.path, output: set, workers: 1, checksum: true });
      await assertSame(await openBucket(server.url), set);
    } finally {
      rmSync(dirname(folder), { recursive: true });
    }
  },
);

serverTest(
  [VERSITYGW],
  "the commands update and roll back a set in a store, and leave no files",
  async () => {
    await using server = await startVersitygw();
    using temp = tempDir();
    const dataset = new Dataset(temp.path, 6, MiB);
    const set = join(temp.path, "set"), scratch = join(temp.path, "scratch");
    mkdirSync(scratch);
    await pack({ dataset: dataset.path, output: set, workers: 1 });
    await upload(set, DEST, s3(server.url));
    dataset.change();
    const command = (...args: string[]) =>
      new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
        const variables = {
          ...process.env,
          ...env,
          AWS_ENDPOINT_URL: server.url,
          TMPDIR: scratch,
          NO_COLOR: "1",
        };
        const call = ["run", "-A", "--no-check", main, ...args];
        execFile(process.execPath, call, { env: variables }, (error, stdout, stderr) => {
          resolve({ code: Number(error?.code ?? 0), stdout, stderr });
        });
      });
    const updated = await command("update", dataset.path, "--output", DEST);
    assert.equal(updated.code, 0, updated.stderr);
    assert.match(updated.stdout, /Updated s3:.* to generation 2[^]*sent +\d/);
    const back = await command("rollback", DEST, "--to", "1", "--json");
    assert.equal(back.code, 0, back.stderr);
    assert.equal(JSON.parse(back.stdout.trim().split("\n").at(-1)!).generation, 3);
    for (const phase of ["fetch", "write", "upload"]) {
      assert.match(back.stderr, new RegExp(`"event":"progress","phase":"${phase}"`));
    }
    const told = await command("history", DEST);
    assert.match(told.stdout, /has 3 generations/);
    const refused = await command("update", dataset.path, "--output", "https://127.0.0.1:1/birds");
    assert.deepEqual([refused.code, /can be read there, but not changed/.test(refused.stderr)], [2, true]);
    const nowhere = await command("update", dataset.path, "--output", `${DEST}/nowhere`);
    assert.deepEqual([nowhere.code, /There is no set in/.test(nowhere.stderr)], [1, true]);
    assert.deepEqual(readdirSync(scratch), []);
  },
);

serverTest([VERSITYGW], "what cannot be updated in a store is refused before anything is sent", async () => {
  await using server = await startVersitygw();
  using temp = tempDir();
  const dataset = new Dataset(temp.path, 3, 2000);
  const set = join(temp.path, "set");
  const place = join(server.dir, BUCKET, "sets/birds");
  const attempt = () => updateRemote(DEST, { dataset: dataset.path, workers: 1 }, s3(server.url));
  await pack({ dataset: dataset.path, output: set, workers: 1, keepLabels: true });
  await upload(set, DEST, s3(server.url));
  dataset.change();
  await assert.rejects(attempt(), /The set in "s3:.*cannot be updated: the original labels/);
  rmSync(set, { recursive: true });
  await pack({ dataset: dataset.path, output: set, workers: 1 });
  await upload(set, DEST, { ...s3(server.url), force: true });
  dataset.change();
  // As another program would send them: without a checksum that counts.
  rmSync(join(place, "media_bundle.zip"));
  writeFileSync(join(place, "media_bundle.zip"), readFileSync(join(set, "media_bundle.zip")));
  await assert.rejects(attempt(), /does not know the CRC-32 of "media_bundle.zip"/);
  writeFileSync(join(place, "media_bundle.zip"), "short");
  await assert.rejects(attempt(), /is not what the manifest tells of/);
});

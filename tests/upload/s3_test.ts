import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PackError } from "../../src/model/issue.ts";
import { bytesBody } from "../../src/store/body.ts";
import { isStoreError } from "../../src/store/error.ts";
import { openS3 } from "../../src/store/open.ts";
import { cleanUpload } from "../../src/upload/clean.ts";
import type { UploadOptions } from "../../src/upload/options.ts";
import { predictUpload } from "../../src/upload/predict.ts";
import { upload } from "../../src/upload/upload.ts";
import { makeSet } from "../dataset/make_set.ts";
import { tempDir } from "../dataset/temp.ts";
import {
  BUCKET,
  KEY,
  MINIO,
  SECRET,
  type Server,
  serverTest,
  startMinio,
  startVersitygw,
  VERSITYGW,
} from "../store/servers.ts";
import { grownSet, largeSet, MiB, QUICK, relabelledSet } from "./sets.ts";

const FILES = ["media_bundle.zip", "unified_annotation.json", "frame_manifest.json"];
const DEST = `s3://${BUCKET}/sets/birds`;

function options(url: string, more: Partial<UploadOptions> = {}): UploadOptions {
  const env = { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET };
  return { endpoint: url, env, retry: QUICK, partSize: 5 * MiB, ...more };
}

/** A server, and a folder for sets. */
async function withServer(
  work: (server: Server, folder: (name: string) => string) => Promise<void>,
): Promise<void> {
  await using server = await startVersitygw();
  using temp = tempDir();
  await work(server, (name) => join(temp.path, name));
}

function assertRemote(server: Server, set: string, files = FILES): void {
  for (const name of files) {
    const remote = readFileSync(join(server.dir, BUCKET, "sets/birds", name));
    assert.ok(remote.equals(readFileSync(join(set, name))), name);
  }
}

serverTest(
  [VERSITYGW],
  "a set arrives byte for byte, the second time nothing is sent, no state is left",
  () =>
    withServer(async (server, folder) => {
      largeSet(folder("set"), 17 * MiB);
      const forecast = await predictUpload(folder("set"), DEST, options(server.url));
      const report = await upload(folder("set"), DEST, options(server.url));
      assertRemote(server, folder("set"));
      assert.equal(forecast.bytes, report.files.reduce((sum, { size }) => sum + size, 0));
      assert.deepEqual(
        report.files.map(({ name, action }) => [name, action]),
        FILES.map((name) => [name, "sent"]),
      );
      assert.ok(report.bytesSent < forecast.bytes + 10_000);
      const again = await upload(folder("set"), DEST, options(server.url));
      assert.equal(again.bytesSent, 0);
      assert.ok(again.files.every(({ action, kept, size }) => action === "there" && kept === size));
      assert.deepEqual(readdirSync(folder("")), ["set"]);
    }),
);

for (
  const [name, program, start] of [
    ["versitygw", VERSITYGW, startVersitygw],
    ["MinIO", MINIO, startMinio],
  ] as const
) {
  serverTest(
    [program],
    `${name}: of a set that has grown only the tail is sent`,
    async () => {
      await using server = await start();
      using temp = tempDir();
      const [one, two] = ["one", "two"].map((name) => join(temp.path, name));
      largeSet(one, 21 * MiB);
      grownSet(one, two, 6 * MiB + 5);
      await upload(one, DEST, options(server.url));
      const remarks: string[] = [];
      const report = await upload(two, DEST, options(server.url, { onRemark: (text) => remarks.push(text) }));
      assert.equal(report.files[0].action, "appended");
      assert.ok(report.bytesSent < 7 * MiB);
      assert.deepEqual(remarks, []);
      const store = await openS3({ kind: "s3", bucket: BUCKET, prefix: "sets/birds" }, options(server.url));
      for (const name of FILES) {
        const bytes = readFileSync(join(two, name));
        assert.ok(bytes.equals(await store.get(name, 0, bytes.length + 1)), name);
      }
      store.close();
    },
  );
}

serverTest(
  [VERSITYGW],
  "a tar that has grown gives up its end, and the rest is not sent again",
  () =>
    withServer(async (server, folder) => {
      const pictures = ["a.jpg", "b.jpg", "c.jpg"].map((name) => ({ name, data: randomBytes(6 * MiB) }));
      makeSet(folder("one"), pictures.slice(0, 2), { media: "tar" });
      makeSet(folder("two"), pictures, { media: "tar" });
      await upload(folder("one"), DEST, options(server.url));
      const report = await upload(folder("two"), DEST, options(server.url));
      assert.equal(report.files[0].action, "appended");
      assert.ok(report.bytesSent < 6.1 * MiB);
      assertRemote(server, folder("two"), ["media_bundle.tar", ...FILES.slice(1)]);
    }),
);

serverTest(
  [VERSITYGW],
  "with other labels only the two small files are sent",
  () =>
    withServer(async (server, folder) => {
      largeSet(folder("one"), 6 * MiB);
      relabelledSet(folder("one"), folder("two"));
      await upload(folder("one"), DEST, options(server.url));
      const report = await upload(folder("two"), DEST, options(server.url));
      assert.deepEqual(report.files.map(({ action }) => action), ["there", "sent", "sent"]);
      assertRemote(server, folder("two"));
    }),
);

serverTest(
  [VERSITYGW],
  "another set is not replaced but with --force, and then nobody sees a mixture",
  () =>
    withServer(async (server, folder) => {
      largeSet(folder("one"), 6 * MiB);
      largeSet(folder("two"), 6 * MiB);
      await upload(folder("one"), DEST, options(server.url));
      await assert.rejects(
        upload(folder("two"), DEST, options(server.url)),
        (error) => error instanceof PackError && error.exitCode === 2 && /--force/.test(error.suggestion!),
      );
      assertRemote(server, folder("one"));
      const manifest = join(server.dir, BUCKET, "sets/birds/frame_manifest.json");
      const bundle = join(server.dir, BUCKET, "sets/birds/media_bundle.zip");
      const old = readFileSync(bundle);
      await upload(
        folder("two"),
        DEST,
        options(server.url, {
          force: true,
          onProgress() {
            if (existsSync(manifest)) assert.ok(readFileSync(bundle).equals(old));
          },
        }),
      );
      assertRemote(server, folder("two"));
    }),
);

serverTest(
  [VERSITYGW],
  "whoever writes in between is noticed, and not overwritten",
  () =>
    withServer(async (server, folder) => {
      largeSet(folder("one"), 11 * MiB);
      for (
        const [name, before] of [["media_bundle.zip", 4 * MiB], ["unified_annotation.json", 4 * MiB]] as const
      ) {
        const dest = `${DEST}-${name}`;
        const other = await openS3(
          { kind: "s3", bucket: BUCKET, prefix: `sets/birds-${name}` },
          options(server.url),
        );
        let wrote: Promise<unknown> | undefined;
        const attempt = upload(
          folder("one"),
          dest,
          options(server.url, {
            onProgress({ done }) {
              if (done >= before) wrote ??= other.put(name, bytesBody(Uint8Array.of(1, 2, 3)), undefined);
            },
          }),
        );
        await assert.rejects(
          attempt,
          (error) => isStoreError(error, "condition") && /someone else/.test(error.message),
        );
        await wrote;
        assert.deepEqual([...await other.get(name, 0, 10)], [1, 2, 3]);
        assert.equal(await other.head("frame_manifest.json"), undefined);
        await upload(folder("one"), dest, options(server.url, { force: true }));
        assert.equal((await other.head(name))?.size, readFileSync(join(folder("one"), name)).length);
        other.close();
      }
    }),
);

serverTest(
  [VERSITYGW],
  "what an ended upload has sent is not sent again; what is lost there is; --clean frees it",
  () =>
    withServer(async (server, folder) => {
      largeSet(folder("set"), 21 * MiB);
      const stopAfter = async (bytes: number) => {
        const controller = new AbortController();
        const onProgress = ({ done }: { done: number }) => {
          if (done >= bytes) controller.abort(new Error("stopped"));
        };
        const { signal } = controller;
        await assert.rejects(
          upload(folder("set"), DEST, options(server.url, { connections: 1, signal, onProgress })),
        );
      };
      await stopAfter(17 * MiB);
      const state = readdirSync(folder("")).find((name) => name.endsWith(".jsonl"))!;
      const sent = readFileSync(join(folder(""), state), "utf8").match(/"part":/g)!.length;
      assert.ok(sent >= 3);
      // The process may have died in the middle of a line.
      truncateSync(folder(state), readFileSync(folder(state)).length - 20);
      const report = await upload(folder("set"), DEST, options(server.url));
      assert.equal(report.files[0].kept, (sent - 1) * 5 * MiB);
      assertRemote(server, folder("set"));

      rmSync(join(server.dir, BUCKET, "sets"), { recursive: true });
      await stopAfter(12 * MiB);
      const saved = readFileSync(folder(state));
      const { aborted } = await cleanUpload(folder("set"), DEST, options(server.url));
      assert.equal(aborted.length, 1);
      assert.deepEqual(readdirSync(folder("")), ["set"]);
      writeFileSync(folder(state), saved);
      const remarks: string[] = [];
      await upload(folder("set"), DEST, options(server.url, { onRemark: (text) => remarks.push(text) }));
      assert.match(remarks.join(), /gone from the store/);
      assertRemote(server, folder("set"));
    }),
);

serverTest(
  [VERSITYGW],
  "a set that is damaged, or changes on the way, never appears in the store",
  () =>
    withServer(async (server, folder) => {
      largeSet(folder("set"), 11 * MiB);
      const bundle = join(folder("set"), "media_bundle.zip");
      const bytes = readFileSync(bundle);
      bytes[7 * MiB] ^= 1;
      writeFileSync(bundle, bytes);
      await assert.rejects(
        upload(folder("set"), DEST, options(server.url)),
        (error) => error instanceof PackError && error.exitCode === 4,
      );
      assert.equal(existsSync(join(server.dir, BUCKET, "sets/birds/media_bundle.zip")), false);
    }),
);

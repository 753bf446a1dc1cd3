import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bytesBody } from "../../src/store/body.ts";
import { isStoreError } from "../../src/store/error.ts";
import { openAzure } from "../../src/store/open.ts";
import type { UploadOptions } from "../../src/upload/options.ts";
import { upload } from "../../src/upload/upload.ts";
import { tempDir } from "../dataset/temp.ts";
import { AZURE_ACCOUNT, AZURE_KEY, AZURITE, BUCKET, serverTest, startAzurite } from "../store/servers.ts";
import { grownSet, largeSet, MiB, QUICK } from "./sets.ts";

const FILES = ["media_bundle.zip", "unified_annotation.json", "frame_manifest.json"];
const DEST = `az://${AZURE_ACCOUNT}/${BUCKET}/sets/birds`;

function options(url: string, more: Partial<UploadOptions> = {}): UploadOptions {
  return { endpoint: url, env: { AZURE_STORAGE_KEY: AZURE_KEY }, retry: QUICK, partSize: 4 * MiB, ...more };
}

function open(url: string, { container = BUCKET, key = AZURE_KEY } = {}) {
  return openAzure({ kind: "az", account: AZURE_ACCOUNT, container, prefix: "sets/birds" }, {
    ...options(url),
    env: { AZURE_STORAGE_KEY: key },
  });
}

serverTest(
  [AZURITE],
  "Azure: a set arrives byte for byte, goes on where it stopped, and only its new end is sent",
  async () => {
    await using server = await startAzurite();
    using temp = tempDir();
    const [one, two] = ["one", "two"].map((name) => join(temp.path, name));
    largeSet(one, 18 * MiB);
    grownSet(one, two, 5 * MiB);
    const controller = new AbortController();
    await assert.rejects(upload(
      one,
      DEST,
      options(server.url, {
        connections: 1,
        signal: controller.signal,
        onProgress({ done }) {
          if (done > 13 * MiB) controller.abort(new Error("stopped"));
        },
      }),
    ));
    const first = await upload(one, DEST, options(server.url));
    assert.ok(first.files[0].kept >= 12 * MiB);
    assert.equal((await upload(one, DEST, options(server.url))).bytesSent, 0);
    const second = await upload(two, DEST, options(server.url));
    assert.equal(second.files[0].action, "appended");
    assert.ok(second.bytesSent < 6 * MiB);
    const store = await open(server.url);
    for (const name of FILES) {
      const bytes = readFileSync(join(two, name));
      assert.ok(bytes.equals(await store.get(name, 0, bytes.length + 1)), name);
      assert.ok(bytes.subarray(10, 20).equals(await store.get(name, 10, 10)));
    }
    store.close();
    assert.deepEqual(readdirSync(temp.path).sort(), ["one", "two"]);
  },
);

serverTest(
  [AZURITE],
  "Azure: links let anybody read a blob until their time is over, and no other",
  async () => {
    await using server = await startAzurite();
    const store = await open(server.url);
    const bytes = randomBytes(1000);
    for (const name of ["x y+ä.bin", "other"]) await store.put(name, bytesBody(bytes), undefined);
    const link = await store.presign("x y+ä.bin", 600);
    assert.ok(!link.includes(AZURE_KEY));
    const response = await fetch(link, { headers: { range: "bytes=10-19" } });
    assert.equal(response.status, 206);
    assert.ok(bytes.subarray(10, 20).equals(await response.bytes()));
    const refused = [link.replace("x%20y%2B%C3%A4.bin", "other"), await store.presign("x y+ä.bin", -60)];
    for (const url of refused) {
      const response = await fetch(url);
      await response.body?.cancel();
      assert.equal(response.status, 403);
    }
    const written = await fetch(link, {
      method: "PUT",
      headers: { "x-ms-blob-type": "BlockBlob" },
      body: "no",
    });
    await written.body?.cancel();
    assert.equal(written.status, 403);
    store.close();
    const shared = await openAzure({ kind: "az", account: AZURE_ACCOUNT, container: BUCKET, prefix: "" }, {
      env: { AZURE_STORAGE_SAS_TOKEN: "sv=1" },
    });
    await assert.rejects(shared.presign("other", 60), /signed with the key of the account/);
    shared.close();
  },
);

serverTest([AZURITE], "Azure: conditions hold, wrong bytes are refused, errors name the fix", async () => {
  await using server = await startAzurite();
  const store = await open(server.url);
  const body = bytesBody(randomBytes(1000));
  const put = await store.put("x", body, { absent: true });
  const condition = (error: unknown) => isStoreError(error, "condition");
  await assert.rejects(store.put("x", body, { absent: true }), condition);
  await assert.rejects(store.put("x", body, { etag: '"0x1"' }), condition);
  await store.put("x", bytesBody(randomBytes(7)), { etag: put.etag! });
  await assert.rejects(store.get("x", 0, 5, { etag: put.etag }), (error) => isStoreError(error, "changed"));
  const other = { ...bytesBody(randomBytes(1000)), md5: () => body.md5() };
  await assert.rejects(store.put("y", other, undefined), (error) => isStoreError(error, "checksum"));
  assert.equal(await store.head("y"), undefined);
  await store.remove("x");
  await store.remove("x");
  store.close();
  const wrong: [Parameters<typeof open>[1], string, RegExp][] = [
    [{ container: "nowhere" }, "bucket", /make the container/],
    // The service itself says AuthenticationFailed.
    [{ key: "d3Jvbmcga2V5" }, "denied", /AZURE_STORAGE_KEY/],
  ];
  for (const [options, kind, fix] of wrong) {
    const store = await open(server.url, options);
    await assert.rejects(store.put("x", body, undefined), (error) => {
      if (!isStoreError(error)) throw error;
      assert.equal(error.kind, kind, error.message);
      assert.match(error.suggestion!, fix);
      return true;
    });
    store.close();
  }
});

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AwsV4Signer } from "aws4fetch";
import { PackError } from "../../src/model/issue.ts";
import { isStoreError } from "../../src/store/error.ts";
import { upload } from "../../src/upload/upload.ts";
import { tempDir } from "../dataset/temp.ts";
import { startFaultServer } from "../store/fault_server.ts";
import { BUCKET, KEY, SECRET, serverTest, startVersitygw, VERSITYGW } from "../store/servers.ts";
import { largeSet, MiB, QUICK } from "./sets.ts";

const FILES = ["media_bundle.zip", "unified_annotation.json", "frame_manifest.json"];

/** A link that lets a file be written for so many seconds. */
async function link(server: string, name: string, seconds: number): Promise<string> {
  const url = `${server}/${BUCKET}/${name}?X-Amz-Expires=${seconds}`;
  const keys = { accessKeyId: KEY, secretAccessKey: SECRET, service: "s3", region: "us-east-1" };
  return (await new AwsV4Signer({ method: "PUT", url, signQuery: true, ...keys }).sign()).url.href;
}

serverTest(
  [VERSITYGW],
  "a set goes through presigned links, one a file, with the manifest last, on a bad network",
  async () => {
    await using server = await startVersitygw();
    using temp = tempDir();
    const set = join(temp.path, "set");
    largeSet(set, 9 * MiB);
    let requests = 0;
    await using faulty = await startFaultServer(server.url, () => requests++ % 2 === 0 ? "cut" : undefined);
    const list = join(temp.path, "links.json");
    const links = await Promise.all(FILES.map(async (name) => [name, await link(faulty.url, name, 60)]));
    writeFileSync(list, JSON.stringify(Object.fromEntries(links)));
    const report = await upload(set, list, { retry: QUICK });
    for (const name of FILES) {
      assert.ok(
        readFileSync(join(server.dir, BUCKET, name)).equals(readFileSync(join(set, name))),
      );
    }
    assert.ok(report.retries > 0);
    assert.match(faulty.passed.at(-1)!, /frame_manifest/);
  },
);

serverTest(
  [VERSITYGW],
  "links that are missing, wrong or expired are told without their signatures",
  async () => {
    await using server = await startVersitygw();
    using temp = tempDir();
    const set = join(temp.path, "set");
    largeSet(set, 1000);
    const list = join(temp.path, "links.json");
    writeFileSync(list, JSON.stringify({ [FILES[0]]: await link(server.url, "x", 60) }));
    await assert.rejects(
      upload(set, list, {}),
      (error) => error instanceof PackError && error.exitCode === 2,
    );
    writeFileSync(list, "[1]");
    await assert.rejects(upload(set, list, {}), /has no links/);
    await assert.rejects(upload(set, `${server.url}/x?Signature=abc`, {}), (error) => {
      assert.ok(error instanceof PackError && /\{file\}/.test(error.suggestion!));
      return !error.message.includes("abc");
    });
    await assert.rejects(upload(set, `${server.url}/${BUCKET}/{file}?X-Amz-Signature=abc`, {}), (error) => {
      assert.ok(isStoreError(error));
      return !`${error.message}${error.suggestion}`.includes("abc");
    });
  },
);

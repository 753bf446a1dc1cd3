import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AwsV4Signer } from "aws4fetch";
import { PackError } from "../../src/model/issue.ts";
import { isStoreError } from "../../src/store/error.ts";
import { upload } from "../../src/upload/upload.ts";
import { tempDir } from "../dataset/temp.ts";
import { startFaultServer } from "../store/fault_server.ts";
import { type Answer, reset, startScripted, status } from "../store/scripted_server.ts";
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

const MD5_OF_NOTHING = "d41d8cd98f00b204e9800998ecf8427e";

Deno.test("a link that fails for a passing reason is tried again, and every body has its checksum", async () => {
  using temp = tempDir();
  const set = join(temp.path, "set");
  largeSet(set, 1000);
  const failures: Answer[] = [408, 429, 500, 503].map((code) => status(code, { "retry-after": "0" }));
  for (const failure of [...failures, reset, status(200, { etag: `"${MD5_OF_NOTHING}"` })]) {
    await using server = await startScripted(failure, status(200));
    const report = await upload(set, `${server.url}/{file}?sig=abc`, { retry: QUICK });
    assert.equal(report.retries, 1);
    assert.equal(server.requests.length, FILES.length + 1);
    for (const { method, headers } of server.requests) {
      assert.equal(method, "PUT");
      assert.match(String(headers["content-md5"]), /^[\w+/]{22}==$/);
    }
  }
});

Deno.test("a link that will never work is told at once, with its remedy and without its signature", async () => {
  using temp = tempDir();
  const set = join(temp.path, "set");
  largeSet(set, 1000);
  const cases: [answer: Answer, kind: string, fix: RegExp][] = [
    [status(401), "expired", /ask for new links/],
    [status(403), "expired", /ask for new links/],
    [status(301, { location: "https://elsewhere.example/" }), "refused", /Check the link/],
    [status(400), "refused", /Check the link/],
    [status(404), "refused", /Check the link/],
    [status(413), "refused", /takes so large a file/],
  ];
  for (const [answer, kind, fix] of cases) {
    await using server = await startScripted(answer);
    await assert.rejects(upload(set, `${server.url}/{file}?sig=correct-horse`, { retry: QUICK }), (error) => {
      assert.ok(isStoreError(error), String(error));
      assert.equal(error.kind, kind);
      assert.match(error.suggestion!, fix);
      assert.doesNotMatch(`${error.message} ${error.suggestion}`, /correct-horse/);
      return true;
    });
    assert.equal(server.requests.length, 1);
  }
});

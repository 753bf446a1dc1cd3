import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { openS3 } from "../../../src/store/open.ts";
import { tempDir } from "../../dataset/temp.ts";
import { jpeg, writeTree } from "../../pack/small_dataset.ts";
import { type FaultServer, startFaultServer } from "../../store/fault_server.ts";
import {
  BUCKET,
  KEY,
  SECRET,
  type Server,
  serverTest,
  startVersitygw,
  VERSITYGW,
} from "../../store/servers.ts";
import type { Output } from "../../tools.ts";
import { interruptible } from "../interruptible.ts";
import { largeDataset } from "./large_dataset.ts";

const FILES = ["frame_manifest.json", "media_bundle.zip", "unified_annotation.json"];
const DEST = `s3://${BUCKET}/birds`;

/** A run that is sent a signal when its nth part arrives; the server behind a proxy, so that it meets it in the middle. */
async function stopped(
  cwd: string,
  server: Server,
  part: number,
  signal: "SIGINT" | "SIGKILL",
): Promise<[Output, FaultServer]> {
  let send = (_: "SIGINT" | "SIGKILL") => {};
  let parts = 0;
  const proxy = await startFaultServer(server.url, ({ url }) => {
    if (!url?.includes("partNumber=") || ++parts < part) return undefined;
    if (parts === part) send(signal);
    // A part the server has got already may end after its upload is given up, and be kept.
    return signal === "SIGINT" ? "reset" : undefined;
  });
  const args = run(proxy.url, "--bandwidth", "30MB", "--quiet");
  return [await interruptible(args, { cwd, started: (kill) => send = kill }), proxy];
}

function run(url: string, ...more: string[]): string[] {
  return ["run", "data", "--output", DEST, "--endpoint", url, "--part-size", "5", "--temp", "way", ...more];
}

async function openUploads(url: string): Promise<number> {
  const store = await openS3({ kind: "s3", bucket: BUCKET, prefix: "birds" }, {
    endpoint: url,
    env: { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET },
  });
  const uploads = await store.uploads(FILES);
  store.close();
  return uploads.length;
}

serverTest(
  [VERSITYGW],
  "run --output s3:// sends a set, which is there at once for verify; --dry-run only looks",
  async () => {
    await using server = await startVersitygw();
    using temp = tempDir();
    writeTree(temp.path, { "way/note.txt": "not ours" });
    largeDataset(join(temp.path, "data"), 12);
    const bucket = join(server.dir, BUCKET);
    const dry = await interruptible(run(server.url, "--dry-run"), { cwd: temp.path });
    assert.equal(dry.code, 0, dry.stderr);
    assert.equal(existsSync(join(bucket, "birds")), false);
    const first = await interruptible(run(server.url), { cwd: temp.path });
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stdout, /^Packed 12 images into s3:\/\/bucket\/birds in /);
    const next = /\nNext: .* (verify .*)\n/.exec(first.stdout)![1].split(" ");
    const verified = await interruptible(next, { cwd: temp.path });
    assert.equal(verified.code, 0, verified.stderr);
    assert.deepEqual(readdirSync(join(bucket, "birds")).sort(), FILES);
    assert.deepEqual(readdirSync(join(temp.path, "way")), ["note.txt"]);
    assert.deepEqual(readdirSync(temp.path).sort(), ["data", "way"]);
    for (const more of [[], ["--dry-run"]]) {
      const again = await interruptible(run(server.url, ...more), { cwd: temp.path });
      assert.equal(again.code, 2);
      assert.match(again.stderr, /"s3:\/\/bucket\/birds\/\S+" exists already\.\n.*--overwrite/);
    }
    const json = await interruptible(run(server.url, "--overwrite", "--json"), { cwd: temp.path });
    assert.equal(json.code, 0, json.stderr);
    const report = JSON.parse(json.stdout);
    assert.deepEqual([report.event, report.output, report.frames], ["packed", DEST, 12]);
    assert.match(json.stderr, /"phase":"upload"/);
    assert.doesNotMatch(json.stdout + json.stderr, new RegExp(SECRET));
  },
);

serverTest(
  [VERSITYGW],
  "Ctrl-C ends a run to a store with exit code 130 and leaves nothing, here or there",
  async () => {
    await using server = await startVersitygw();
    using temp = tempDir();
    largeDataset(join(temp.path, "data"), 24);
    writeTree(temp.path, { "way/note.txt": "not ours" });
    const [{ code, stderr }, proxy] = await stopped(temp.path, server, 3, "SIGINT");
    await proxy[Symbol.asyncDispose]();
    assert.equal(code, 130, stderr);
    assert.match(stderr, /Interrupted: nothing was published/);
    assert.equal(await openUploads(server.url), 0);
    assert.equal(existsSync(join(server.dir, BUCKET, "birds")), false);
    assert.deepEqual(readdirSync(join(temp.path, "way")), ["note.txt"]);
  },
);

serverTest([VERSITYGW], "what a killed run has left is removed by the next one, here and there", async () => {
  await using server = await startVersitygw();
  using temp = tempDir();
  largeDataset(join(temp.path, "data"), 24);
  writeTree(temp.path, { "way/note.txt": "not ours" });
  const [{ code }, proxy] = await stopped(temp.path, server, 3, "SIGKILL");
  assert.equal(code, -1);
  assert.equal(await openUploads(server.url), 1);
  assert.equal(existsSync(join(server.dir, BUCKET, "birds")), false);
  assert.equal(readdirSync(join(temp.path, "way")).length, 2);
  const next = await interruptible(run(proxy.url, "--quiet"), { cwd: temp.path });
  await proxy[Symbol.asyncDispose]();
  assert.equal(next.code, 0, next.stderr);
  assert.equal(await openUploads(server.url), 0);
  assert.deepEqual(readdirSync(join(server.dir, BUCKET, "birds")).sort(), FILES);
  assert.deepEqual(readdirSync(join(temp.path, "way")), ["note.txt"]);
});

Deno.test("what cannot go straight to a store, and what needs one, are told with exit code 2", async () => {
  using temp = tempDir();
  writeTree(temp.path, { "data/a.jpg": jpeg(64, 48) });
  const cases: [string[], RegExp][] = [
    [["run", "data", "--endpoint", "http://127.0.0.1:9"], /--endpoint is for a place in a store/],
    [
      ["run", "data", "--output", "out", "--part-size", "8"],
      /--part-size is for a place in a store, and "out" is/,
    ],
    [["bundle", "data", "--output", "s3://b/x"], /bundle writes into a folder.*\n.*`run`/],
    [["run", "data", "--output", "s3://b/x", "--codec", "h264"], /video cannot be sent.*\n.*`upload`/],
    [["run", "data", "--output", "s3://"], /not a place in a store/],
  ];
  for (const [args, said] of cases) {
    const { code, stderr } = await interruptible(args, { cwd: temp.path });
    assert.equal(code, 2, stderr);
    assert.match(stderr, said);
  }
  assert.deepEqual(readdirSync(temp.path), ["data"]);
});

/** Ctrl-C while a set in a store is updated: what is told, what is in the store then, and how it goes on. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pack, upload } from "../../mod.ts";
import { openS3 } from "../../src/store/open.ts";
import { verifyRemote } from "../../src/verify/remote.ts";
import { tempDir } from "../dataset/temp.ts";
import { jpeg, writeTree } from "../pack/small_dataset.ts";
import { startFaultServer } from "../store/fault_server.ts";
import { BUCKET, type Server, serverTest, startVersitygw, VERSITYGW } from "../store/servers.ts";
import type { Output } from "../tools.ts";
import { CREDENTIALS, type Interruptible, interruptible } from "./interruptible.ts";
import { MiB, QUICK } from "./sets.ts";

const DEST = `s3://${BUCKET}/birds`;
const access = (url: string) => ({ endpoint: url, env: CREDENTIALS, retry: QUICK });

/** A set in a store, and its dataset, to which images were added since. */
async function grownDataset(server: Server) {
  const temp = tempDir();
  const at = (name: string) => join(temp.path, name);
  const add = (i: number) =>
    writeTree(at("data"), {
      "data.yaml": "names: [cat]\n",
      [`images/${i}.jpg`]: jpeg(100 + i, 80, MiB),
      [`labels/${i}.txt`]: "0 0.5 0.5 0.2 0.2\n",
    });
  for (let i = 0; i < 7; i++) add(i);
  await pack({ dataset: at("data"), output: at("set"), workers: 1 });
  await upload(at("set"), DEST, access(server.url));
  for (let i = 7; i < 17; i++) add(i);
  mkdirSync(at("scratch"));
  return {
    at,
    add,
    url: server.url,
    /** Folder for temporary files. */
    scratch: at("scratch"),
    [Symbol.dispose]: () => temp[Symbol.dispose](),
  };
}

type GrownDataset = Awaited<ReturnType<typeof grownDataset>>;

/** Runs the command line on a set at a server. */
function cli(
  { scratch }: GrownDataset,
  url: string,
  args: readonly string[],
  more: Interruptible = {},
): Promise<Output> {
  return interruptible([...args, "--endpoint", url], { env: { TMPDIR: scratch, NO_COLOR: "1" }, ...more });
}

const update = (made: GrownDataset) => ["update", made.at("data"), "--output", DEST];

/** Updates through a server that never answers one of the requests, and interrupts then. */
async function interrupted(
  made: GrownDataset,
  isIt: (request: string) => boolean,
  more: readonly string[] = [],
  onError?: (text: string) => void,
): Promise<Output> {
  let interrupt = () => {};
  await using silent = await startFaultServer(made.url, ({ method, url }) => {
    if (!isIt(`${method} ${url}`)) return undefined;
    interrupt();
    return new Promise(() => {});
  });
  const started: Interruptible["started"] = (send) => interrupt = () => send("SIGINT");
  return await cli(made, silent.url, [...update(made), ...more], { started, onError });
}

async function openUploads(url: string): Promise<number> {
  const store = await openS3({ kind: "s3", bucket: BUCKET, prefix: "birds" }, access(url));
  const uploads = await store.uploads(["frame_manifest.json", "media_bundle.zip", "unified_annotation.json"]);
  store.close();
  return uploads.length;
}

/** Generation and images of the set in the store, of which every byte is read. */
async function proven(url: string) {
  const report = await verifyRemote(DEST, { deep: true, all: true, ...access(url) });
  assert.deepEqual(report.problems, []);
  return [report.generation, report.frames];
}

/** The folder that a message names. */
const folderIn = (text: string) => /What was to be sent is in "([^"]+)"/.exec(text)?.[1];

serverTest([VERSITYGW], "Ctrl-C while a set is fetched leaves no file, here or there", async () => {
  await using server = await startVersitygw();
  using made = await grownDataset(server);
  const { code, stderr } = await interrupted(
    made,
    (request) => request.startsWith("GET") && request.includes("unified_annotation"),
  );
  assert.deepEqual([code, stderr], [130, "error: Interrupted.\n"]);
  assert.deepEqual([readdirSync(made.scratch), await openUploads(server.url)], [[], 0]);
  assert.deepEqual(await proven(server.url), [1, 7]);
});

serverTest(
  [VERSITYGW],
  "Ctrl-C while the bundle is sent: the set is as it was, and the parts can be given up",
  async () => {
    await using server = await startVersitygw();
    using made = await grownDataset(server);
    // A later round of --watch ends in the same way.
    for (const watch of [false, true]) {
      const images = watch ? 17 : 7;
      let watching = false;
      const { code, stderr } = await interrupted(
        made,
        (request) => watching === watch && request.startsWith("PUT") && request.includes("partNumber=2"),
        watch ? ["--watch"] : [],
        (text) => {
          if (watching || !text.includes("Watching for changes")) return;
          watching = true;
          for (let i = 20; i < 30; i++) made.add(i);
        },
      );
      assert.equal(code, 130, stderr);
      const folder = folderIn(stderr)!;
      assert.match(stderr, /goes on, .* --clean.* gives it up/);
      assert.deepEqual(await proven(server.url), [watch ? 2 : 1, images]);
      assert.equal(await openUploads(server.url), 1);
      const clean = await cli(made, server.url, ["upload", folder, DEST, "--clean"]);
      assert.deepEqual([clean.code, await openUploads(server.url)], [0, 0], clean.stderr);
      const next = await cli(made, server.url, update(made));
      assert.equal(next.code, 0, next.stderr);
      assert.deepEqual(await proven(server.url), watch ? [3, 27] : [2, 17]);
    }
  },
);

serverTest(
  [VERSITYGW],
  "Ctrl-C when the bundle has grown and its manifest has not come: the set is read as it was, and upload goes on",
  async () => {
    await using server = await startVersitygw();
    using made = await grownDataset(server);
    const { code, stderr } = await interrupted(
      made,
      (request) => request.startsWith("PUT") && request.includes("unified_annotation"),
    );
    assert.equal(code, 130, stderr);
    assert.deepEqual(await proven(server.url), [1, 7]);
    const next = await cli(made, server.url, update(made));
    assert.equal(next.code, 4, next.stdout);
    assert.match(next.stderr, /is longer than the manifest says.*\n.*`upload`/);
    const sent = await cli(made, server.url, ["upload", folderIn(stderr)!, DEST]);
    assert.equal(sent.code, 0, sent.stderr);
    assert.deepEqual([await proven(server.url), await openUploads(server.url)], [[2, 17], 0]);
  },
);

serverTest(
  [VERSITYGW],
  "--force mends a set whose manifest is still ours and whose bundle is not",
  async () => {
    await using server = await startVersitygw();
    using made = await grownDataset(server);
    const { at } = made;
    truncateSync(join(server.dir, BUCKET, "birds/media_bundle.zip"), MiB);
    writeFileSync(join(server.dir, BUCKET, "birds/unified_annotation.json"), "{}");
    await assert.rejects(upload(at("set"), DEST, access(server.url)), /another "media_bundle.zip"/);
    await upload(at("set"), DEST, { ...access(server.url), force: true });
    assert.deepEqual(await proven(server.url), [1, 7]);
  },
);

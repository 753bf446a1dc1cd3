/** Ctrl-C while a set in a store is updated: what is told, what is in the store then, and how it goes on. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { pack, upload } from "../../mod.ts";
import { openS3 } from "../../src/store/open.ts";
import { verifyRemote } from "../../src/verify/remote.ts";
import { tempDir } from "../dataset/temp.ts";
import { jpeg, writeTree } from "../pack/small_dataset.ts";
import { startFaultServer } from "../store/fault_server.ts";
import { BUCKET, KEY, SECRET, type Server, serverTest, startVersitygw, VERSITYGW } from "../store/servers.ts";
import type { Output } from "../tools.ts";
import { MiB, QUICK } from "./sets.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));
const DEST = `s3://${BUCKET}/birds`;
const env = { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET };
const access = (url: string) => ({ endpoint: url, env, retry: QUICK });

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
    scratch: () => readdirSync(at("scratch")),
    [Symbol.dispose]: () => temp[Symbol.dispose](),
  };
}

/** Runs the command line in a process of its own, which may be interrupted; the exit code is −1 if a signal ended it. */
function cli(
  args: readonly string[],
  scratch: string,
  started: (interrupt: () => void) => void = () => {},
  onError: (text: string) => void = () => {},
): Promise<Output> {
  const child = spawn(process.execPath, ["run", "-A", "--no-check", MAIN, ...args], {
    env: { ...process.env, ...env, TMPDIR: scratch, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // `child.kill` would make the exit code that of the signal.
  started(() => void process.kill(child.pid!, "SIGINT"));
  let stdout = "", stderr = "";
  child.stdout.on("data", (chunk) => stdout += chunk);
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
    onError(stderr);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}

/** Updates through a server that never answers one of the requests, and interrupts then. */
async function interrupted(
  server: Server,
  dataset: string,
  scratch: string,
  isIt: (request: string) => boolean,
  more: readonly string[] = [],
  onError?: (text: string) => void,
): Promise<Output> {
  let interrupt = () => {};
  await using silent = await startFaultServer(server.url, ({ method, url }) => {
    if (!isIt(`${method} ${url}`)) return undefined;
    interrupt();
    return new Promise(() => {});
  });
  const args = ["update", dataset, "--output", DEST, "--endpoint", silent.url, ...more];
  return await cli(args, scratch, (stop) => interrupt = stop, onError);
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
  const { at } = made;
  const { code, stderr } = await interrupted(
    server,
    at("data"),
    at("scratch"),
    (request) => request.startsWith("GET") && request.includes("unified_annotation"),
  );
  assert.deepEqual([code, stderr], [130, "error: Interrupted.\n"]);
  assert.deepEqual([made.scratch(), await openUploads(server.url)], [[], 0]);
  assert.deepEqual(await proven(server.url), [1, 7]);
});

serverTest(
  [VERSITYGW],
  "Ctrl-C while the bundle is sent: the set is as it was, and the parts can be given up",
  async () => {
    await using server = await startVersitygw();
    using made = await grownDataset(server);
    const { at } = made;
    // A later round of --watch ends in the same way.
    for (const watch of [false, true]) {
      const images = watch ? 17 : 7;
      let watching = false;
      const { code, stderr } = await interrupted(
        server,
        at("data"),
        at("scratch"),
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
      const clean = await cli(["upload", folder, DEST, "--endpoint", server.url, "--clean"], at("scratch"));
      assert.deepEqual([clean.code, await openUploads(server.url)], [0, 0], clean.stderr);
      const next = await cli(
        ["update", at("data"), "--output", DEST, "--endpoint", server.url],
        at("scratch"),
      );
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
    const { at } = made;
    const { code, stderr } = await interrupted(
      server,
      at("data"),
      at("scratch"),
      (request) => request.startsWith("PUT") && request.includes("unified_annotation"),
    );
    assert.equal(code, 130, stderr);
    assert.deepEqual(await proven(server.url), [1, 7]);
    const next = await cli(["update", at("data"), "--output", DEST, "--endpoint", server.url], at("scratch"));
    assert.equal(next.code, 4, next.stdout);
    assert.match(next.stderr, /is longer than the manifest says.*\n.*`upload`/);
    const sent = await cli(["upload", folderIn(stderr)!, DEST, "--endpoint", server.url], at("scratch"));
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

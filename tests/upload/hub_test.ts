/**
 * Uploads to the Hugging Face Hub. There is no server to be had, so these tests run against a stand-in of our own
 * (tests/store/hub_stub.ts); that it speaks the Hub's language is checked with the Hub's Python client, which reads what we
 * sent, and whose files we read.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { PackError } from "../../src/model/issue.ts";
import { hubToken } from "../../src/store/hub/token.ts";
import { isStoreError } from "../../src/store/error.ts";
import { openHub } from "../../src/store/open.ts";
import type { UploadOptions } from "../../src/upload/options.ts";
import { predictUpload } from "../../src/upload/predict.ts";
import { upload } from "../../src/upload/upload.ts";
import { verify } from "../../src/verify/verify.ts";
import { tempDir } from "../dataset/temp.ts";
import { seeded, startFaultServer } from "../store/fault_server.ts";
import { type HubStub, REPOSITORY, startHub, TOKEN } from "../store/hub_stub.ts";
import { python, testWith } from "../tools.ts";
import { grownSet, largeSet, MiB, QUICK, relabelledSet } from "./sets.ts";

const FILES = ["media_bundle.zip", "unified_annotation.json", "frame_manifest.json"];
const DEST = `hf://datasets/${REPOSITORY}/sets/small`;

function options(url: string, more: Partial<UploadOptions> = {}): UploadOptions {
  return { endpoint: url, env: { HF_TOKEN: TOKEN }, retry: QUICK, ...more };
}

function assertThere(hub: HubStub, folder: string, prefix = "sets/small/", branch = "main"): void {
  const files = hub.files(branch);
  for (const name of FILES) {
    assert.ok(files.get(prefix + name)?.equals(readFileSync(join(folder, name))), name);
  }
}

/** A folder with a set, and others that came of it. */
function sets(bytes: number) {
  const temp = tempDir();
  const [one, grown, relabelled, other] = ["one", "grown", "relabelled", "other"]
    .map((name) => join(temp.path, name));
  largeSet(one, bytes);
  grownSet(one, grown, 100_000);
  relabelledSet(one, relabelled);
  largeSet(other, 3000);
  return { path: temp.path, one, grown, relabelled, other, [Symbol.dispose]: () => temp[Symbol.dispose]() };
}

Deno.test("Hub (stand-in): all files of a set appear in one commit, and what is there is not sent again", async () => {
  await using hub = await startHub();
  using dirs = sets(12 * MiB);
  const first = await upload(dirs.one, DEST, options(hub.url));
  assertThere(hub, dirs.one);
  assert.deepEqual(first.files.map(({ action }) => action), ["sent", "sent", "sent"]);
  assert.deepEqual(hub.commits(), ["initial commit", "Upload 3 files of a set"]);
  assert.equal(hub.requests.filter((line) => line.startsWith("PUT /upload/")).length, 3, "three parts");

  const again = await upload(dirs.one, DEST, options(hub.url));
  assert.deepEqual(again.files.map(({ action }) => action), ["there", "there", "there"]);
  assert.equal(hub.commits().length, 2);

  // Other labels: the bundle stays.
  const relabelled = await upload(dirs.relabelled, DEST, options(hub.url));
  assertThere(hub, dirs.relabelled);
  assert.equal(relabelled.files[0].action, "there");
  assert.ok(relabelled.bytesSent < 100_000);
  assert.equal(hub.commits().at(-1), "Upload 2 files of a set");
  assert.ok((await verify(DEST, { ...options(hub.url), deep: true })).ok);
});

Deno.test("Hub (stand-in): a set that has grown is sent as a whole, and that is told", async () => {
  await using hub = await startHub({ partSize: 200_000 });
  using dirs = sets(400_000);
  await upload(dirs.one, DEST, options(hub.url));
  const forecast = await predictUpload(dirs.grown, DEST, options(hub.url));
  assert.deepEqual([forecast.files[0].action, forecast.files[0].kept], ["sent", 0]);
  const remarks: string[] = [];
  const onRemark = (text: string) => remarks.push(text);
  const report = await upload(dirs.grown, DEST, options(hub.url, { onRemark }));
  assertThere(hub, dirs.grown);
  assert.equal(report.files[0].action, "sent");
  assert.match(remarks.join(), /cannot take over what it has of "media_bundle.zip"; all of it is sent/);
});

Deno.test("Hub (stand-in): a branch, a set of somebody else, a commit in between, a set replaced by force", async () => {
  await using hub = await startHub();
  using dirs = sets(400_000);
  await upload(dirs.one, `hf://datasets/${REPOSITORY}@refs%2Fpr%2F1`, options(hub.url));
  assertThere(hub, dirs.one, "", "refs/pr/1");
  assert.deepEqual(hub.commits(), ["initial commit"]);

  await upload(dirs.one, DEST, options(hub.url));
  await assert.rejects(
    upload(dirs.other, DEST, options(hub.url)),
    (error) =>
      error instanceof PackError && error.exitCode === 2 && /another "media_bundle/.test(error.message),
  );
  // Somebody writes a page about the dataset while the bundle is on its way: that is no conflict.
  hub.onRequest = ({ url }) => {
    if (!url!.startsWith("/storage/")) return;
    hub.onRequest = undefined;
    hub.commit("README.md", "birds");
  };
  await upload(dirs.other, DEST, options(hub.url, { force: true }));
  assertThere(hub, dirs.other);
  assert.equal(hub.files().get("README.md")!.toString(), "birds");

  // Somebody writes one of the files: that is.
  hub.onRequest = ({ url }) => {
    if (!url!.includes("/batch")) return;
    hub.onRequest = undefined;
    hub.commit("sets/small/frame_manifest.json", "theirs");
  };
  await assert.rejects(
    upload(dirs.relabelled, DEST, options(hub.url, { force: true })),
    (error) => isStoreError(error, "condition") && /by someone else/.test(error.message),
  );
  assert.equal(hub.files().get("sets/small/frame_manifest.json")!.toString(), "theirs");
  assert.ok(hub.files().get("sets/small/media_bundle.zip")!.equals(readFileSync(join(dirs.other, FILES[0]))));
});

Deno.test("Hub (stand-in): an upload that ended early sends no file again that had arrived", async () => {
  await using hub = await startHub();
  using dirs = sets(400_000);
  const controller = new AbortController();
  hub.onRequest = ({ url }) => {
    if (url!.includes("/commit/")) controller.abort(new Error("stopped"));
  };
  await assert.rejects(upload(dirs.one, DEST, options(hub.url, { signal: controller.signal })), /stopped/);
  assert.deepEqual([...hub.files().keys()].filter((path) => path.includes("bundle")), []);
  hub.onRequest = undefined;
  const sent = hub.requests.length;
  const report = await upload(dirs.one, DEST, options(hub.url));
  assertThere(hub, dirs.one);
  assert.equal(hub.requests.slice(sent).filter((line) => line.startsWith("PUT ")).length, 0);
  assert.deepEqual(readdirSync(dirs.path).filter((name) => name.includes(".upload-")), []);
  assert.equal(report.files[0].kept, report.files[0].size);
});

for (let seed = 0; seed < 12; seed++) {
  Deno.test(`Hub (stand-in): after faults of seed ${seed} the set is there as a whole, or nothing of it`, async () => {
    await using hub = await startHub({ partSize: 100_000 });
    const schedule = seeded(seed, 0.25, ["internal", "slow-down", "lost-answer", "cut", "reset"]);
    await using faulty = await startFaultServer(hub.url, schedule);
    using dirs = sets(400_000);
    let tries = 0;
    for (;; tries++) {
      assert.ok(tries < 20, "it never ends");
      try {
        await upload(dirs.one, DEST, options(faulty.url, { retry: { ...QUICK, attempts: 6, idle: 1000 } }));
        break;
      } catch (error) {
        if (!isStoreError(error)) throw error;
        const there = FILES.filter((name) => hub.files().has(`sets/small/${name}`));
        assert.ok(there.length === 0 || there.length === 3);
      }
    }
    assertThere(hub, dirs.one);
    assert.equal(hub.commits().length, 2, "one commit, though its answer may have been lost");
  });
}

Deno.test("Hub (stand-in): what is wrong is told with its remedy, and no message has the token", async () => {
  await using hub = await startHub();
  using dirs = sets(1000);
  const cases: [place: string, Partial<UploadOptions>, kind: string, fix: RegExp][] = [
    ["hf://datasets/ann/nothing", {}, "bucket", /hf repos create ann\/nothing --type dataset/],
    [`hf://datasets/${REPOSITORY}@next`, {}, "bucket", /Make the branch "next" first/],
    [DEST, { env: { HF_TOKEN: "hf_wrongSecret" } }, "credentials", /HF_TOKEN/],
    [DEST, { env: { HF_HOME: dirs.path } }, "credentials", /Set HF_TOKEN/],
  ];
  for (const [place, more, kind, fix] of cases) {
    await assert.rejects(upload(dirs.one, place, options(hub.url, more)), (error) => {
      if (!isStoreError(error)) throw error;
      assert.equal(error.kind, kind, error.message);
      assert.match(error.suggestion!, fix);
      assert.doesNotMatch(`${error.message} ${error.suggestion}`, /hf_/);
      return true;
    });
  }
  assert.throws(() => readFileSync(join(dirs.path, "token")));
});

Deno.test("the Hub's token comes from the environment, else from the file that signing in writes", () => {
  using temp = tempDir();
  mkdirSync(join(temp.path, "huggingface"));
  writeFileSync(join(temp.path, "huggingface", "token"), " hf_file\n");
  writeFileSync(join(temp.path, "elsewhere"), "hf_elsewhere");
  const home = join(temp.path, "huggingface");
  assert.equal(hubToken({ HF_TOKEN: "hf_one", HUGGING_FACE_HUB_TOKEN: "hf_two", HF_HOME: home }), "hf_one");
  assert.equal(hubToken({ HF_TOKEN: "", HUGGING_FACE_HUB_TOKEN: "hf_two", HF_HOME: home }), "hf_two");
  assert.equal(hubToken({ HF_HOME: home }), "hf_file");
  assert.equal(hubToken({ XDG_CACHE_HOME: temp.path }), "hf_file");
  assert.equal(hubToken({ HF_TOKEN_PATH: join(temp.path, "elsewhere"), HF_HOME: home }), "hf_elsewhere");
  assert.equal(hubToken({ HF_HOME: join(temp.path, "nothing") }), undefined);
});

Deno.test("Hub (stand-in): a token never goes to the servers that keep the files", async () => {
  // The stand-in refuses a token there; the store sees through a wrong size, too.
  await using hub = await startHub();
  const store = await openHub(
    { kind: "hf", repository: REPOSITORY, revision: "main", prefix: "" },
    options(hub.url),
  );
  assert.equal(await store.head("x.zip"), undefined);
  await assert.rejects(store.get("x.zip", 0, 1), (error) => isStoreError(error, "missing"));
  const ignored = { name: "x.ignored", size: 1, crc32: 0, sha256: "0".repeat(64) };
  await assert.rejects(store.prepare(ignored, new Uint8Array(1)), /\.gitignore/);
  store.close();
});

/** The Hub's own client, in a process of its own, while this one answers as the Hub. */
async function client(hub: HubStub, home: string, script: string, ...args: string[]): Promise<string> {
  const child = spawn(python, ["-c", script, ...args], {
    env: {
      ...process.env,
      HF_ENDPOINT: hub.url,
      HF_TOKEN: TOKEN,
      HF_HOME: home,
      HF_HUB_DISABLE_XET: "1",
      HF_HUB_DISABLE_TELEMETRY: "1",
      HF_HUB_DISABLE_PROGRESS_BARS: "1",
    },
  });
  let output = "";
  child.stdout.on("data", (chunk) => output += chunk);
  child.stderr.on("data", (chunk) => output += chunk);
  const code = await new Promise((resolve) => child.on("close", resolve));
  assert.equal(code, 0, output);
  return output;
}

const FETCH = `
import sys
from huggingface_hub import snapshot_download
snapshot_download("${REPOSITORY}", repo_type="dataset", local_dir=sys.argv[1])
`;
const SEND = `
import sys
from huggingface_hub import HfApi
HfApi().upload_folder(repo_id="${REPOSITORY}", repo_type="dataset", folder_path=sys.argv[1], path_in_repo="sets/small")
`;

testWith(
  ["python:huggingface_hub"],
  "Hub (stand-in): its own client reads what we sent, and we read what it sent",
  async () => {
    await using hub = await startHub({ partSize: 150_000 });
    using dirs = sets(400_000);
    await upload(dirs.one, DEST, options(hub.url));
    const fetched = join(dirs.path, "fetched");
    await client(hub, join(dirs.path, "home"), FETCH, fetched);
    for (const name of FILES) {
      const bytes = readFileSync(join(fetched, "sets/small", name));
      assert.ok(bytes.equals(readFileSync(join(dirs.one, name))), name);
    }

    await client(hub, join(dirs.path, "home"), SEND, dirs.other);
    assertThere(hub, dirs.other);
    assert.ok((await verify(DEST, { ...options(hub.url), deep: true })).ok);
    const report = await upload(dirs.other, DEST, options(hub.url));
    assert.deepEqual(report.files.map(({ action }) => action), ["there", "there", "there"]);
    assert.ok(Buffer.isBuffer(hub.files().get("sets/small/media_bundle.zip")));
  },
);

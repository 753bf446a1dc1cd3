import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { extract, openDataset, upload, verify } from "../../../mod.ts";
import { serveFolder } from "../../browser/range_server.ts";
import { tempDir } from "../temp.ts";
import {
  BUCKET,
  KEY,
  MINIO,
  SECRET,
  serverTest,
  startMinio,
  startVersitygw,
  VERSITYGW,
} from "../../store/servers.ts";
import { QUICK } from "../../upload/sets.ts";
import { randomSet } from "./sets.ts";

const main = fileURLToPath(new URL("../../../main.ts", import.meta.url));

/** Runs the program beside this process, which may be the server it talks to. */
function command(args: string[], env: Record<string, string> = {}) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const options = { env: { ...process.env, NO_COLOR: "1", ...env } };
    execFile(
      process.execPath,
      ["run", "-A", "--no-check", main, ...args],
      options,
      (error, stdout, stderr) => {
        resolve({ code: Number(error?.code ?? 0), stdout, stderr });
      },
    );
  });
}

async function withWeb(
  work: (url: string, folder: string, target: string, requests: () => number) => Promise<void>,
): Promise<void> {
  using temp = tempDir();
  const folder = join(temp.path, "birds");
  randomSet(folder, 30);
  await using server = await serveFolder(temp.path);
  await work(`${server.url}birds`, folder, join(temp.path, "restored"), () => server.served.length);
}

Deno.test("extract restores a set in a store, or some of it, in few requests", () =>
  withWeb(async (url, folder, target, requests) => {
    assert.equal((await extract(url, target)).frames, 30);
    assert.ok(requests() <= 4, `${requests()} requests`);
    using local = await openDataset(folder);
    for await (const { index, file_name } of local) {
      assert.ok(readFileSync(join(target, file_name)).equals(local.bytes(index)), file_name);
    }
    assert.equal((await extract(url, `${target}-some`, { frames: "7,9" })).frames, 2);
    assert.ok(existsSync(join(`${target}-some`, "000009.jpg")));
    await assert.rejects(extract(url, target), /it exists already/);
  }));

Deno.test("verify compares a set in a store with its digests, deep reads images", () =>
  withWeb(async (url, folder) => {
    const report = await verify(url, { deep: true });
    assert.deepEqual([report.ok, report.frames, report.remote], [true, 30, {
      imagesRead: 30,
      bundleChecksum: false,
    }]);
    const path = join(folder, "media_bundle.zip");
    const bundle = readFileSync(path);
    using local = await openDataset(folder);
    bundle[local.image(5).offset! + 10] ^= 4;
    writeFileSync(path, bundle);
    const found = await verify(url, { deep: true, all: true });
    assert.deepEqual(found.counts, { "frame-sha256": 1 });
    assert.match(found.problems[0].message, /Frame 5 /);
    const labels = join(folder, "unified_annotation.json");
    writeFileSync(labels, readFileSync(labels, "utf8").replace('"name":"cat"', '"name":"cow"'));
    assert.deepEqual((await verify(url)).counts, { "annotations-structure": 1 });
  }));

Deno.test("the commands take a location, and say what they read", () =>
  withWeb(async (url, folder, target) => {
    const inspected = await command(["inspect", url, "--json"]);
    const here = await command(["inspect", folder, "--json"]);
    const { seconds: _, path, ...found } = JSON.parse(inspected.stdout);
    const { seconds: __, path: ___, ...wanted } = JSON.parse(here.stdout);
    assert.equal(path, url);
    assert.deepEqual(found, wanted);
    const verified = await command(["verify", url, "--deep"]);
    assert.equal(verified.code, 0, verified.stderr);
    assert.match(
      verified.stdout + verified.stderr,
      /manifest and annotations as a whole.*SHA-256 of 30 images/,
    );
    const extracted = await command(["extract", url, target, "--frames", "3"]);
    assert.equal(extracted.code, 0, extracted.stderr);
    assert.ok(existsSync(join(target, "000003.jpg")));
    const labelled = await command([
      "extract",
      url,
      `${target}-yolo`,
      "--labels-as",
      "yolo",
      "--frames",
      "1,2",
    ]);
    assert.equal(labelled.code, 0, labelled.stderr);
    assert.ok(existsSync(join(`${target}-yolo`, "data.yaml")));
    const converted = await command(["convert", url, "--to", "coco", "--output", `${target}-coco`]);
    assert.equal(converted.code, 0, converted.stderr);
    const earlier = await command(["verify", url, "--at", "2"]);
    assert.deepEqual([earlier.code, /There is no generation 2/.test(earlier.stderr)], [2, true]);
    const refused = await command(["presign", url]);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /no links for a time/);
  }));

serverTest([VERSITYGW], "presign prints links with which anybody can read the set, and no key", async () => {
  await using server = await startVersitygw();
  using temp = tempDir();
  randomSet(temp.path, 5);
  const env = { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET };
  const place = `s3://${BUCKET}/birds`;
  await upload(temp.path, place, { endpoint: server.url, env, retry: QUICK });
  const { code, stdout, stderr } = await command(
    ["presign", place, "--seconds", "60", "--endpoint", server.url],
    env,
  );
  assert.equal(code, 0, stderr);
  assert.ok(!stdout.includes(SECRET) && !stderr.includes(SECRET));
  const links: Record<string, string> = JSON.parse(stdout);
  assert.deepEqual(Object.keys(links), [
    "frame_manifest.json",
    "media_bundle.zip",
    "unified_annotation.json",
  ]);
  for (const [name, link] of Object.entries(links)) {
    const response = await fetch(link, { headers: { range: "bytes=10-29" } });
    assert.equal(response.status, 206);
    assert.ok(readFileSync(join(temp.path, name)).subarray(10, 30).equals(await response.bytes()));
  }
});

const servers = [["versitygw", VERSITYGW, startVersitygw], ["MinIO", MINIO, startMinio]] as const;
for (const [name, program, start] of servers) {
  serverTest(
    [program],
    `${name}: the commands that read take an endpoint and a profile, as upload does`,
    async () => {
      await using server = await start();
      using temp = tempDir();
      const folder = join(temp.path, "birds");
      randomSet(folder, 5);
      const keys = join(temp.path, "credentials");
      writeFileSync(keys, `[birds]\naws_access_key_id = ${KEY}\naws_secret_access_key = ${SECRET}\n`);
      const env = { AWS_SHARED_CREDENTIALS_FILE: keys, AWS_CONFIG_FILE: join(temp.path, "none") };
      const place = `s3://${BUCKET}/birds`;
      const access = ["--endpoint", server.url, "--profile", "birds"];
      const run = (...args: string[]) => command([...args, ...access], env);
      const target = join(temp.path, "restored");
      for (
        const args of [
          ["upload", folder, place],
          ["inspect", place],
          ["verify", place, "--deep"],
          ["extract", place, target],
          ["history", place],
          ["presign", place],
        ]
      ) {
        const { code, stderr } = await run(...args);
        assert.equal(code, 0, `${args[0]}: ${stderr}`);
      }
      assert.ok(existsSync(join(target, "000003.jpg")));
    },
  );
}

/** The rules and policies of docs/recipes/bucket.md, given to servers that obey them. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { AwsV4Signer } from "aws4fetch";
import { openDataset, type RemoteOptions, upload } from "../../mod.ts";
import { PackError } from "../../src/model/issue.ts";
import { isStoreError, type StoreError } from "../../src/store/error.ts";
import { cleanUpload } from "../../src/upload/clean.ts";
import type { UploadOptions } from "../../src/upload/options.ts";
import { tempDir } from "../dataset/temp.ts";
import { writeTree, yoloFiles } from "../pack/small_dataset.ts";
import {
  AZURE_ACCOUNT,
  AZURE_KEY,
  AZURITE,
  BUCKET,
  KEY,
  MINIO,
  SECRET,
  type Server,
  serverTest,
  startAzurite,
  startMinio,
} from "../store/servers.ts";
import { runOk } from "../tools.ts";
import { grownSet, largeSet, MiB, QUICK } from "../upload/sets.ts";
import { examplesOf, pageTest, root } from "./recipe_page.ts";

const MAIN = join(root, "main.ts");

interface Policy {
  readonly Statement: readonly { readonly Action: string | readonly string[] }[];
}

/** A policy of the page, for the bucket of the tests; maybe without one of its actions. */
function policyOf(file: string, without?: string): string {
  const { code } = examplesOf("bucket.md").find(({ words }) => words[0] === file)!;
  const { Statement, ...rest }: Policy = JSON.parse(code.replaceAll("my-bucket", BUCKET));
  const less = Statement.map((statement) => ({
    ...statement,
    Action: [statement.Action].flat().filter((action) => action !== without),
  }));
  return JSON.stringify({ ...rest, Statement: less });
}

const actionsOf = (file: string) =>
  (JSON.parse(policyOf(file)) as Policy).Statement.flatMap(({ Action }) => Action);

/** Keys that may do what a policy says, and nothing else. */
async function keysFor({ url }: Server, policy: string): Promise<Record<string, string>> {
  const body = new URLSearchParams({ Action: "AssumeRole", Version: "2011-06-15", Policy: policy })
    .toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const access = { accessKeyId: KEY, secretAccessKey: SECRET, service: "sts", region: "us-east-1" };
  const signed = await new AwsV4Signer({ method: "POST", url: `${url}/`, headers, body, ...access }).sign();
  const response = await fetch(signed.url, { method: "POST", headers: signed.headers, body });
  const xml = await response.text();
  assert.ok(response.ok, xml);
  const field = (name: string) => new RegExp(`<${name}>(.+?)</${name}>`).exec(xml)![1];
  return {
    AWS_ACCESS_KEY_ID: field("AccessKeyId"),
    AWS_SECRET_ACCESS_KEY: field("SecretAccessKey"),
    AWS_SESSION_TOKEN: field("SessionToken"),
  };
}

/** What the rights of an uploader are for: an upload that is cut short and goes on, one that has grown, and tidying up. */
async function uploadGrowClean(folder: string, dest: string, options: UploadOptions): Promise<void> {
  const [one, two] = ["one", "two"].map((name) => join(folder, name));
  const controller = new AbortController();
  const onProgress = ({ done }: { done: number }) => {
    if (done > 6 * MiB) controller.abort(new Error("stopped"));
  };
  const cut = upload(one, dest, { ...options, connections: 1, signal: controller.signal, onProgress });
  await assert.rejects(cut, (error: Error) => {
    if (isStoreError(error, "denied")) throw error;
    return error.message === "stopped";
  });
  assert.ok((await upload(one, dest, options)).files[0].kept >= 5 * MiB, "it went on");
  assert.equal((await upload(two, dest, options)).files[0].action, "appended");
  await cleanUpload(two, dest, options);
}

/** Sets of which the second is the first, grown, and the third is another. */
function makeSets(folder: string): void {
  const [one, two, other] = ["one", "two", "other"].map((name) => join(folder, name));
  largeSet(one, 11 * MiB);
  grownSet(one, two, 6 * MiB);
  largeSet(other, 6 * MiB);
}

function removeState(folder: string): void {
  for (const name of readdirSync(folder)) if (name.endsWith(".jsonl")) rmSync(join(folder, name));
}

const denied = (action: string) => (error: unknown) =>
  isStoreError(error, "denied") && (error as StoreError).exitCode === 1 &&
  error.suggestion!.startsWith(`Ask for the permission ${action}`);

serverTest(
  [MINIO],
  "bucket.md: the rights for uploads are enough, each is needed, and an error names the one that is missing",
  async () => {
    await using server = await startMinio();
    using temp = tempDir();
    makeSets(temp.path);
    const optionsFor = async (policy: string): Promise<UploadOptions> => ({
      endpoint: server.url,
      env: await keysFor(server, policy),
      retry: QUICK,
      partSize: 5 * MiB,
    });
    const dest = (name: string) => `s3://${BUCKET}/birds/${name}`;
    const all = await optionsFor(policyOf("upload-policy.json"));
    await uploadGrowClean(temp.path, dest("all"), all);
    await assert.rejects(upload(join(temp.path, "one"), `s3://${BUCKET}/other`, all), denied("s3:"));

    const dataset = join(temp.path, "dataset");
    const command = (...args: string[]) =>
      runOk([process.execPath, "run", "-A", "--no-check", MAIN, ...args, "--quiet"], {
        env: { ...process.env, ...all.env, AWS_ENDPOINT_URL: server.url, AWS_REGION: "us-east-1" },
      });
    writeTree(dataset, yoloFiles(3));
    command("run", dataset, "--output", dest("straight"));
    writeTree(dataset, yoloFiles(5));
    command("update", dataset, "--output", dest("straight"));
    command("rollback", dest("straight"), "--to", "1");
    command("verify", dest("straight"), "--deep");

    // MinIO does not ask for s3:ListBucket: it says of a missing file that it is missing to everybody.
    for (const action of actionsOf("upload-policy.json")) {
      if (action === "s3:ListBucket") continue;
      const options = await optionsFor(policyOf("upload-policy.json", action));
      await assert.rejects(
        uploadGrowClean(temp.path, dest(action.slice(3)), options),
        denied(action),
        action,
      );
      removeState(temp.path);
    }

    const other = join(temp.path, "other");
    await assert.rejects(upload(other, dest("all"), { ...all, force: true }), denied("s3:DeleteObject"));
    removeState(temp.path);
    const more = await optionsFor(policyOf("replace-policy.json"));
    assert.equal((await upload(other, dest("all"), { ...more, force: true })).files[0].action, "sent");
  },
);

serverTest(
  [MINIO],
  "bucket.md: the rights for reading are enough to read, and an upload with them is refused",
  async () => {
    await using server = await startMinio();
    using temp = tempDir();
    makeSets(temp.path);
    const [one, two] = ["one", "two"].map((name) => join(temp.path, name));
    const place = `s3://${BUCKET}/birds` as const;
    const owner = { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET };
    await upload(one, place, { endpoint: server.url, env: owner });

    const env = await keysFor(server, policyOf("read-policy.json"));
    const options = { endpoint: server.url, env, retry: QUICK };
    using dataset = await openDataset(place, options);
    const [image] = await Array.fromAsync(dataset);
    const bundle = readFileSync(join(one, "media_bundle.zip"));
    assert.ok(
      bundle.subarray(image.offset, image.offset! + image.record.size).equals(await dataset.bytes(0)),
    );

    assert.equal((await upload(one, place, options)).bytesSent, 0, "what is there needs no writing");
    await assert.rejects(upload(two, place, options), denied("s3:PutObject"));
    await assert.rejects(upload(one, `${place}/new`, options), denied("s3:PutObject"));
    await assert.rejects(openDataset(`s3://${BUCKET}/elsewhere`, options), denied("s3:GetObject"));
  },
);

/** Every image of a set can be read in the store. */
async function assertReadable(
  place: `s3://${string}` | `az://${string}`,
  options: RemoteOptions,
  set: string,
): Promise<void> {
  using remote = await openDataset(place, options);
  using local = await openDataset(set);
  assert.ok(remote.length > 0 && remote.length === local.length);
  for (let i = 0; i < local.length; i++) assert.deepEqual(await remote.bytes(i), local.bytes(i));
  assert.deepEqual(await Array.fromAsync(remote), await Array.fromAsync(local));
}

/** A signature for the container, with permissions as `rcw`. */
function containerSignature(permissions: string): string {
  const [version, expiry] = ["2021-12-02", "2100-01-01T00:00:00Z"];
  const empty = Array(5).fill("");
  const text = [
    ...[permissions, "", expiry, `/blob/${AZURE_ACCOUNT}/${BUCKET}`, "", "", "", version, "c", "", ""],
    ...empty,
  ].join("\n");
  const signature = createHmac("sha256", Buffer.from(AZURE_KEY, "base64")).update(text).digest("base64");
  const query = { sv: version, sr: "c", se: expiry, sp: permissions, sig: signature };
  return new URLSearchParams(query).toString();
}

serverTest(
  [AZURITE],
  "bucket.md: the signatures for Azure are enough, and one for reading cannot upload",
  async () => {
    await using server = await startAzurite();
    using temp = tempDir();
    makeSets(temp.path);
    const [one, two, other] = ["one", "two", "other"].map((name) => join(temp.path, name));
    const dest = `az://${AZURE_ACCOUNT}/${BUCKET}/birds` as const;
    const optionsFor = (permissions: string): UploadOptions => ({
      endpoint: server.url,
      env: { AZURE_STORAGE_SAS_TOKEN: containerSignature(permissions) },
      retry: QUICK,
      partSize: 4 * MiB,
    });
    await upload(one, dest, optionsFor("rcw"));
    assert.equal((await upload(two, dest, optionsFor("rcw"))).files[0].action, "appended");
    await assert.rejects(upload(other, dest, { ...optionsFor("rcw"), force: true }), PackError);
    await upload(other, dest, { ...optionsFor("rcwd"), force: true });
    await assertReadable(dest, optionsFor("r"), other);
    await assert.rejects(
      upload(one, `${dest}/new`, optionsFor("r")),
      (error) => isStoreError(error, "denied") && error.exitCode === 1,
    );
  },
);

pageTest("bucket.md", { needs: ["sh", "python:awscli"], store: "minio" }, ({ said, folder }) => {
  assert.deepEqual(JSON.parse(said), [{ NoncurrentDays: 30 }]);
  const keys = JSON.parse(readFileSync(join(folder, "job-keys.json"), "utf8"));
  assert.deepEqual(Object.keys(keys), ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]);
});

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { tempDir } from "../dataset/temp.ts";
import { mulberry32 } from "../store/fault_server.ts";
import { BUCKET, KEY, SECRET, serverTest, startVersitygw, VERSITYGW } from "../store/servers.ts";
import { heavy, type Output } from "../tools.ts";
import { largeSet, MiB } from "./sets.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));
const FILES = ["media_bundle.zip", "unified_annotation.json", "frame_manifest.json"];
const TOKEN = "session-token-of-the-test";
const KILLS = heavy ? 30 : 3;

interface Run {
  readonly cwd: string;
  readonly env?: Record<string, string>;
  /** It is killed so many milliseconds after this has come true. */
  readonly kill?: { readonly when: () => boolean; readonly after: number };
}

/** Runs the command line in a process of its own; the exit code is −1 if it was killed. */
function cli(args: readonly string[], { cwd, env, kill }: Run): Promise<Output> {
  const keys = { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET, AWS_EC2_METADATA_DISABLED: "true" };
  const child = spawn(process.execPath, ["run", "-A", "--no-check", MAIN, ...args], {
    cwd,
    env: { ...process.env, ...keys, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const watch = () => {
    timer = kill!.when() ? setTimeout(() => child.kill("SIGKILL"), kill!.after) : setTimeout(watch, 5);
  };
  if (kill) watch();
  let stdout = "", stderr = "";
  child.stdout.on("data", (chunk) => stdout += chunk);
  child.stderr.on("data", (chunk) => stderr += chunk);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? -1, stdout, stderr });
    });
  });
}

serverTest(
  [VERSITYGW],
  `kill -9 at ${KILLS} random moments of an upload: it goes on, and nothing is there that is not whole`,
  async () => {
    await using server = await startVersitygw();
    using temp = tempDir();
    const random = mulberry32(Date.now());
    largeSet(join(temp.path, "set"), 26 * MiB);
    const remote = join(server.dir, BUCKET, "birds");
    const upload = ["upload", "set", `s3://${BUCKET}/birds`, "--endpoint", server.url, "--part-size", "5"];
    const isWhole = (name: string) =>
      readFileSync(join(remote, name)).equals(readFileSync(join(temp.path, "set", name)));
    let killed = 0, resumed = 0;
    while (killed < KILLS) {
      rmSync(remote, { recursive: true, force: true });
      // Half of them from the start on, half while parts are sent.
      const when = random() < 0.5 ? () => true : () => stateHas(temp.path, '"begin"');
      const kill = { when, after: random() * 900 };
      const { code } = await cli([...upload, "--bandwidth", "30MB", "--quiet"], { cwd: temp.path, kill });
      if (code === 0) continue;
      assert.equal(code, -1);
      killed++;
      const there = existsSync(remote) ? readdirSync(remote).filter((name) => FILES.includes(name)) : [];
      for (const name of there) assert.ok(isWhole(name), name);
      if (there.includes("frame_manifest.json")) assert.equal(there.length, 3);
      const { code: second, stdout, stderr } = await cli([...upload, "--json"], { cwd: temp.path });
      assert.equal(second, 0, stderr);
      const { files } = JSON.parse(stdout);
      if (files[0].action === "sent" && files[0].kept > 0) resumed++;
      for (const name of FILES) assert.ok(isWhole(name), name);
      assert.deepEqual(readdirSync(temp.path), ["set"]);
    }
    assert.ok(resumed > 0 || !heavy, "some upload was killed between two parts");
  },
);

/** True if the state file in a folder has such a text. */
function stateHas(folder: string, text: string): boolean {
  const state = readdirSync(folder).find((name) => name.endsWith(".jsonl"));
  try {
    return state !== undefined && readFileSync(join(folder, state), "utf8").includes(text);
  } catch {
    return false; // Gone since: the upload has ended.
  }
}

serverTest([VERSITYGW], "no secret is in an output, an error or the state file", async () => {
  await using server = await startVersitygw();
  using temp = tempDir();
  largeSet(join(temp.path, "set"), 16 * MiB);
  const base = ["upload", "set", `s3://${BUCKET}/birds`, "--part-size", "5", "--endpoint", server.url];
  const cwd = temp.path;
  const kill = { when: () => stateHas(cwd, '"part"'), after: 0 };
  const runs = [
    await cli([...base, "--dry-run"], { cwd }),
    await cli([...base, "--bandwidth", "4MB"], { cwd, kill }),
    await cli([...base, "--json"], { cwd, env: { AWS_SESSION_TOKEN: TOKEN } }),
    await cli(base, { cwd, env: { AWS_SECRET_ACCESS_KEY: `${SECRET}-wrong` } }),
    await cli(base.with(2, "s3://nowhere/x"), { cwd }),
    await cli(base.with(-1, "http://user:user-password@127.0.0.1:9"), {
      cwd,
      kill: { when: () => true, after: 2000 },
    }),
    await cli([...base, "--clean"], { cwd }),
    await cli(base, { cwd }),
  ];
  const said = runs.map(({ stdout, stderr }) => stdout + stderr);
  assert.equal(runs.at(-1)!.code, 0, said.at(-1));
  for (const text of said) {
    assert.doesNotMatch(text, new RegExp(`${SECRET}|${TOKEN}|user-password|Signature=`));
  }
  await cli(base.with(2, `s3://${BUCKET}/other`).concat("--bandwidth", "4MB"), { cwd, kill });
  const state = readdirSync(cwd).filter((name) => name !== "set");
  assert.equal(state.length, 1, "the upload was cut short");
  assert.doesNotMatch(readFileSync(join(cwd, state[0]), "utf8"), new RegExp(`${SECRET}|${TOKEN}|${KEY}`));
});

/** A store that gives one answer to everything. */
async function answering(
  status: number,
  headers: Record<string, string>,
  body: string,
  work: (url: string) => Promise<void>,
): Promise<void> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(status, headers);
      response.end(request.method === "HEAD" ? undefined : body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await work(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const early = new Date(Date.now() - 30 * 60_000).toUTCString();
const error = (code: string, more = "") => `<Error><Code>${code}</Code><Message>no</Message>${more}</Error>`;
const answers: [what: string, status: number, headers: Record<string, string>, body: string, fix: RegExp][] =
  [
    ["wrong keys", 403, {}, error("InvalidAccessKeyId"), /AWS_ACCESS_KEY_ID.*--profile/],
    ["an expired session", 400, {}, error("ExpiredToken"), /get new ones.*goes on where it stopped/],
    ["a denied operation", 403, {}, error("AccessDenied"), /s3:GetObject and s3:ListBucket/],
    ["a wrong clock", 403, { date: early }, error("RequestTimeTooSkewed"), /3\d minutes off/],
    [
      "a wrong region",
      301,
      { "x-amz-bucket-region": "eu-west-1" },
      error("PermanentRedirect"),
      /--region eu-west-1/,
    ],
    [
      "a region a signature was made for",
      400,
      {},
      error("AuthorizationHeaderMalformed", "<Region>eu-north-1</Region>"),
      /--region eu-north-1/,
    ],
    ["a missing bucket", 404, {}, error("NoSuchBucket"), /make the bucket first/],
  ];
for (const [what, status, headers, body, fix] of answers) {
  Deno.test(`the error about ${what} names the fix`, () =>
    answering(status, headers, body, async (url) => {
      using temp = tempDir();
      largeSet(join(temp.path, "set"), 1000);
      const { code, stdout, stderr } = await cli(["upload", "set", "s3://b/x", "--endpoint", url], {
        cwd: temp.path,
      });
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, /^error: /);
      assert.match(stderr, fix);
      assert.doesNotMatch(stderr, /undefined|NaN|Unexpected/);
    }));
}

Deno.test("without any credentials the error says where they may come from", async () => {
  using temp = tempDir();
  largeSet(join(temp.path, "set"), 1000);
  const none = join(temp.path, "none");
  const env = {
    AWS_ACCESS_KEY_ID: "",
    AWS_SHARED_CREDENTIALS_FILE: none,
    AWS_CONFIG_FILE: none,
    AWS_PROFILE: "",
  };
  const { code, stderr } = await cli(["upload", "set", "s3://b/x"], { cwd: temp.path, env });
  assert.equal(code, 1);
  assert.match(stderr, /no credentials.*\n.*AWS_ACCESS_KEY_ID.*--profile/);
});

Deno.test("a folder takes a set as a store does: whole files, nothing twice, no other set's place", async () => {
  using temp = tempDir();
  const cwd = temp.path;
  largeSet(join(cwd, "set"), 9 * MiB);
  largeSet(join(cwd, "other"), 9 * MiB);
  const first = await cli(["upload", "set", "there/birds"], { cwd });
  assert.equal(first.code, 0, first.stderr);
  for (const name of FILES) {
    assert.ok(readFileSync(join(cwd, "there/birds", name)).equals(readFileSync(join(cwd, "set", name))));
  }
  assert.deepEqual(readdirSync(join(cwd, "there/birds")).sort(), [...FILES].sort());
  assert.match((await cli(["upload", "set", "there/birds"], { cwd })).stdout, /nothing was sent/);
  const refused = await cli(["upload", "other", pathToFileURL(join(cwd, "there/birds")).href], { cwd });
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /another "media_bundle.zip".*\n.*--force/);
  assert.equal((await cli(["upload", "other", "there/birds", "--force"], { cwd })).code, 0);
  assert.equal((await cli(["verify", "there/birds"], { cwd })).code, 0);
});

Deno.test("a place that is none, and a set that is none, are told with exit code 2", async () => {
  using temp = tempDir();
  largeSet(join(temp.path, "set"), 1000);
  for (
    const args of [["set", "s3://"], ["set", "s3://b/x/../y"], ["nowhere", "s3://b/x"], [
      "set",
      "s3://b",
      "--bandwidth",
      "x",
    ]]
  ) {
    const { code, stderr } = await cli(["upload", ...args], { cwd: temp.path });
    assert.equal(code, 2, stderr);
  }
});

import assert from "node:assert/strict";
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PackError } from "../../src/model/issue.ts";
import { openS3 } from "../../src/store/open.ts";
import type { UploadOptions } from "../../src/upload/options.ts";
import { upload } from "../../src/upload/upload.ts";
import { tempDir } from "../dataset/temp.ts";
import { type Fault, mulberry32, type Schedule, seeded, startFaultServer } from "../store/fault_server.ts";
import {
  BUCKET,
  KEY,
  SECRET,
  type Server,
  serverTest,
  startToxiproxy,
  startVersitygw,
  TOXIPROXY,
  VERSITYGW,
} from "../store/servers.ts";
import { heavy } from "../tools.ts";
import { grownSet, largeSet, MiB, QUICK } from "./sets.ts";

const FILES = ["media_bundle.zip", "unified_annotation.json", "frame_manifest.json"];
const SCHEDULES = heavy ? 100 : 10;
/** Attempts after which a schedule must have let the upload through. */
const MOST_RUNS = 60;
const FAULTS: Fault[] = [
  "internal",
  "slow-down",
  "lost-answer",
  "cut",
  "reset",
  "error-in-200",
  "lost-answer",
  "cut",
  "expired",
];

function options(url: string, more: Partial<UploadOptions> = {}): UploadOptions {
  const env = { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET };
  return { endpoint: url, env, retry: QUICK, partSize: 5 * MiB, ...more };
}

/** Whatever a reader finds is whole: no file that is not one of the sets', no manifest without its bundle. */
function assertWhole(server: Server, prefix: string, sets: readonly string[], finished: boolean): void {
  const dir = join(server.dir, BUCKET, prefix);
  const read = (name: string) => existsSync(join(dir, name)) ? readFileSync(join(dir, name)) : undefined;
  const states = sets.map((set) => FILES.map((name) => readFileSync(join(set, name))));
  const found = FILES.map(read);
  found.forEach((bytes, i) => {
    if (bytes) assert.ok(states.some((state) => state[i].equals(bytes)), `${FILES[i]} is none of the sets'`);
  });
  const manifest = found[2] && states.findIndex((state) => state[2].equals(found[2]!));
  if (manifest !== undefined) {
    const bundle = states[manifest][0];
    assert.ok(found[0]!.subarray(0, bundle.length).equals(bundle), "the manifest tells of another bundle");
  }
  if (finished) states.at(-1)!.forEach((bytes, i) => assert.ok(found[i]?.equals(bytes), FILES[i]));
}

/** Uploads until it succeeds; every failure in between must be one that a user can act on. */
async function untilDone(
  set: string,
  dest: string,
  options: UploadOptions,
  between: () => void,
): Promise<number> {
  for (let runs = 1;; runs++) {
    try {
      await upload(set, dest, options);
      return runs;
    } catch (error) {
      if (!(error instanceof PackError)) throw error;
      assert.equal(error.exitCode, 1, error.message);
      assert.ok(error.message.length > 10 && error.suggestion, error.message);
      assert.ok(runs < MOST_RUNS, error.message);
      between();
    }
  }
}

serverTest(
  [VERSITYGW],
  `${SCHEDULES} schedules of faults: the store has the set byte for byte, or the command fails and goes on when it is called again`,
  async () => {
    await using server = await startVersitygw();
    using temp = tempDir();
    const [one, two] = ["one", "two"].map((name) => join(temp.path, name));
    largeSet(one, 13 * MiB);
    grownSet(one, two, 6 * MiB);
    const happened = new Set<Fault>();
    let failures = 0;
    for (let seed = 1; seed <= SCHEDULES; seed++) {
      const prefix = `seed-${seed}`;
      const dest = `s3://${BUCKET}/${prefix}`;
      const random = mulberry32(seed);
      await using faulty = await startFaultServer(server.url, seeded(seed, 0.1 + random() * 0.35, FAULTS));
      const connections = 1 + Math.floor(random() * 4);
      // The state is found again by its endpoint: the same one for both sets.
      const how = options(faulty.url, { connections });
      const runs = await untilDone(one, dest, how, () => assertWhole(server, prefix, [one], false)).catch(
        (error) => {
          throw new Error(`seed ${seed}: ${faulty.happened.join(" ")}`, { cause: error });
        },
      );
      assertWhole(server, prefix, [one], true);
      await untilDone(two, dest, how, () => assertWhole(server, prefix, [one, two], false)).catch((error) => {
        throw new Error(`seed ${seed}, grown: ${faulty.happened.join(" ")}`, { cause: error });
      });
      assertWhole(server, prefix, [one, two], true);
      failures += runs - 1;
      for (const fault of faulty.happened) happened.add(fault);
      assert.deepEqual(readdirSync(temp.path).sort(), ["one", "two"], "no state is left");
    }
    assert.ok(failures > 0, "some schedule was too hard for one run");
    assert.deepEqual([...happened].sort(), [...new Set(FAULTS)].sort());
  },
);

/** One fault, the first time a request fits. */
function once(fault: Fault, fits: (line: string) => boolean): Schedule {
  let met = false;
  return ({ method, url }) => {
    if (met || !fits(`${method} ${url}`)) return undefined;
    met = true;
    return fault;
  };
}

const isComplete = (line: string) => /^POST .*\?uploadId=/.test(line);
const isManifest = (line: string) => /^PUT .*frame_manifest/.test(line);

for (
  const [what, fault, fits] of [
    ["the answer to the last request of the bundle is lost", "lost-answer", isComplete],
    ["the last request of the bundle is answered with 200 and an error", "error-in-200", isComplete],
    ["the answer to the manifest is lost", "lost-answer", isManifest],
    ["the body of a part is cut", "cut", (line: string) => /partNumber=2/.test(line)],
  ] as const
) {
  serverTest([VERSITYGW], `${what}: the upload succeeds all the same`, async () => {
    await using server = await startVersitygw();
    await using faulty = await startFaultServer(server.url, once(fault, fits));
    using temp = tempDir();
    const set = join(temp.path, "set");
    largeSet(set, 13 * MiB);
    await upload(set, `s3://${BUCKET}/x`, options(faulty.url));
    assert.deepEqual(faulty.happened, [fault]);
    assertWhole(server, "x", [set], true);
  });
}

serverTest(
  [VERSITYGW],
  "a store that knows neither S3's checksums nor conditional writes gets MD5s, and is looked at before each write",
  async () => {
    await using server = await startVersitygw();
    const isUnknown = (name: string) =>
      /^x-amz-(checksum-(crc32|algorithm|type)|mp-)|^if-(none-)?match$/.test(name);
    const schedule: Schedule = ({ headers, method }) =>
      method !== "GET" && Object.keys(headers).some(isUnknown) ? "unknown" : undefined;
    await using simple = await startFaultServer(server.url, schedule);
    using temp = tempDir();
    const [one, two] = ["one", "two"].map((name) => join(temp.path, name));
    largeSet(one, 13 * MiB);
    grownSet(one, two, 6 * MiB);
    await upload(one, `s3://${BUCKET}/x`, options(simple.url));
    assertWhole(server, "x", [one], true);
    assert.equal((await upload(one, `s3://${BUCKET}/x`, options(simple.url))).bytesSent, 0);
    const report = await upload(two, `s3://${BUCKET}/x`, options(simple.url));
    assert.equal(report.files[0].action, "appended");
    assertWhole(server, "x", [one, two], true);
    largeSet(join(temp.path, "three"), 13 * MiB);
    await assert.rejects(
      upload(join(temp.path, "three"), `s3://${BUCKET}/x`, options(simple.url)),
      /another/,
    );
  },
);

serverTest([VERSITYGW, TOXIPROXY], "with latency, resets and stalls on the way the set arrives", async () => {
  await using server = await startVersitygw();
  await using proxy = await startToxiproxy(server.url);
  using temp = tempDir();
  const set = join(temp.path, "set");
  largeSet(set, 13 * MiB);
  await proxy.add({ type: "latency", stream: "downstream", attributes: { latency: 20, jitter: 10 } });
  await proxy.add({ type: "reset_peer", stream: "upstream", toxicity: 0.3, attributes: { timeout: 10 } });
  await proxy.add({ type: "limit_data", stream: "upstream", toxicity: 0.3, attributes: { bytes: 3 * MiB } });
  await proxy.add({ type: "timeout", stream: "downstream", toxicity: 0.1, attributes: { timeout: 0 } });
  const retry = { ...QUICK, attempts: 8, idle: 1000 };
  await untilDone(
    set,
    `s3://${BUCKET}/x`,
    options(proxy.url, { retry }),
    () => assertWhole(server, "x", [set], false),
  );
  assertWhole(server, "x", [set], true);
});

serverTest([VERSITYGW], "a refused upload does not tell of bytes that have not arrived", async () => {
  await using server = await startVersitygw();
  using temp = tempDir();
  const set = join(temp.path, "set");
  largeSet(set, 13 * MiB);
  // Of three parts one arrives: 5 of 13 MiB.
  let parts = 0;
  await using proxy = await startFaultServer(
    server.url,
    ({ url }) => url!.includes("partNumber=") && ++parts > 1 ? "expired" : undefined,
  );
  const how = options(proxy.url, { connections: 1 });
  await assert.rejects(
    upload(set, `s3://${BUCKET}/x`, how),
    (error) => error instanceof PackError && /About 38 % are in the store/.test(error.suggestion!),
  );
  await using closed = await startFaultServer(
    server.url,
    ({ method }) => method === "PUT" ? "expired" : undefined,
  );
  const small = join(temp.path, "small");
  largeSet(small, MiB);
  await assert.rejects(
    upload(small, `s3://${BUCKET}/y`, options(closed.url)),
    (error) => error instanceof PackError && !/in the store/.test(error.suggestion!),
  );
});

serverTest(
  [VERSITYGW],
  "of two uploads of the same set at once, the slower one leaves no parts",
  async () => {
    await using server = await startVersitygw();
    using temp = tempDir();
    const set = join(temp.path, "set");
    const copy = join(temp.path, "copy");
    largeSet(set, 13 * MiB);
    cpSync(set, copy, { recursive: true });
    let overtaken = false;
    await using proxy = await startFaultServer(server.url, async ({ method, url }) => {
      if (overtaken || !isComplete(`${method} ${url}`)) return undefined;
      overtaken = true;
      await upload(copy, `s3://${BUCKET}/x`, options(server.url));
      return undefined;
    });
    await upload(set, `s3://${BUCKET}/x`, options(proxy.url));
    assert.ok(overtaken);
    assertWhole(server, "x", [set], true);
    const { endpoint, env } = options(server.url);
    const store = await openS3({ kind: "s3", bucket: BUCKET, prefix: "x" }, { endpoint, env });
    assert.deepEqual(await store.uploads(FILES), []);
    store.close();
    assert.deepEqual(readdirSync(temp.path).sort(), ["copy", "set"]);
  },
);

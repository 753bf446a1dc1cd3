import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { PackError } from "../../../src/model/issue.ts";
import type { PackOptions } from "../../../src/pack/options.ts";
import { bytesBody } from "../../../src/store/body.ts";
import { isStoreError } from "../../../src/store/error.ts";
import { openS3 } from "../../../src/store/open.ts";
import { pack } from "../../../src/upload/straight/pack.ts";
import { tempDir } from "../../dataset/temp.ts";
import { jpeg, writeTree } from "../../pack/small_dataset.ts";
import { type Fault, mulberry32, startFaultServer } from "../../store/fault_server.ts";
import {
  BUCKET,
  KEY,
  SECRET,
  type Server,
  serverTest,
  startVersitygw,
  VERSITYGW,
} from "../../store/servers.ts";
import { MiB, QUICK } from "../sets.ts";
import { largeDataset } from "./large_dataset.ts";

const FILES = ["media_bundle.zip", "unified_annotation.json", "frame_manifest.json"];
const PREFIX = "sets/birds";
const DEST = `s3://${BUCKET}/${PREFIX}`;
const ENV = { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET };

/** A server, a dataset of about 24 MiB, and a folder for what is on its way, which must be empty at the end. */
async function withServer(work: (place: Place) => Promise<void>): Promise<void> {
  await using server = await startVersitygw();
  using temp = tempDir();
  using way = tempDir();
  const dataset = join(temp.path, "data");
  largeDataset(dataset, 24);
  const straight = (url: string, more: Partial<PackOptions> = {}): PackOptions => ({
    dataset,
    output: DEST,
    workers: 2,
    temp: way.path,
    ...more,
    store: { endpoint: url, env: ENV, retry: QUICK, partSize: 5 * MiB, ...more.store },
  });
  await work({ server, dataset, local: join(temp.path, "local"), way: way.path, straight });
  assert.deepEqual(readdirSync(way.path), [], "nothing is left of what was on its way");
}

interface Place {
  readonly server: Server;
  readonly dataset: string;
  /** Where a set may be packed to. */
  readonly local: string;
  readonly way: string;
  /** Options of a run straight to the store behind a URL. */
  readonly straight: (url: string, more?: Partial<PackOptions>) => PackOptions;
}

/** What is in the store, and whether parts wait there. */
async function remains({ url, dir }: Server): Promise<{ objects: string[]; uploads: number }> {
  const store = await openS3({ kind: "s3", bucket: BUCKET, prefix: PREFIX }, { endpoint: url, env: ENV });
  const uploads = await store.uploads([...FILES, "media_bundle.tar", "media_bundle.mp4"]);
  store.close();
  const folder = join(dir, BUCKET, PREFIX);
  return { objects: existsSync(folder) ? readdirSync(folder).sort() : [], uploads: uploads.length };
}

const NOTHING = { objects: [], uploads: 0 };

for (
  const [what, options] of [
    ["zip", {}],
    ["tar", { media: "tar", keepLabels: true }],
    ["mp4", { media: "mp4", workers: 1 }],
    ["webdataset", { media: "tar", layout: "webdataset", workers: 3 }],
  ] satisfies [string, Partial<PackOptions>][]
) {
  serverTest(
    [VERSITYGW],
    `${what}: the same bytes are in the store as after a run and an upload`,
    () =>
      withServer(async ({ server, dataset, local, straight }) => {
        const report = await pack(straight(server.url, options));
        const here = await pack({ dataset, output: local, ...options });
        assert.equal(report.output, DEST);
        assert.deepEqual(
          { ...report, output: "", seconds: 0 },
          { ...here, output: "", seconds: 0 },
        );
        const { objects, uploads } = await remains(server);
        assert.deepEqual([objects, uploads], [Object.keys(here.files).sort(), 0]);
        for (const name of objects) {
          const remote = readFileSync(join(server.dir, BUCKET, PREFIX, name));
          assert.ok(remote.equals(readFileSync(join(local, name))), name);
        }
      }),
  );
}

serverTest(
  [VERSITYGW],
  "a small dataset is sent in whole files, and what was left out is listed beside them",
  () =>
    withServer(async ({ server, dataset, local, straight }) => {
      const small = join(dataset, "images");
      writeTree(small, { "broken.jpg": "no picture" });
      const report = await pack(
        straight(server.url, { pattern: ["**/00*.jpg", "**/broken.jpg"], store: { partSize: 64 * MiB } }),
      );
      assert.deepEqual([report.frames, report.rejects.image], [10, 1]);
      assert.deepEqual((await remains(server)).objects, [...FILES, "rejects.jsonl"].sort());
      await pack({ dataset, output: local, pattern: ["**/00*.jpg", "**/broken.jpg"] });
      for (const name of [...FILES, "rejects.jsonl"]) {
        assert.ok(
          readFileSync(join(server.dir, BUCKET, PREFIX, name)).equals(readFileSync(join(local, name))),
          name,
        );
      }
      // A set without rejects does not keep the list of the one before.
      await pack(straight(server.url, { pattern: ["**/00*.jpg"], overwrite: true }));
      assert.deepEqual((await remains(server)).objects, FILES.toSorted());
    }),
);

serverTest(
  [VERSITYGW],
  "an interrupted run leaves nothing in the store, neither files nor parts",
  () =>
    withServer(async ({ server, straight }) => {
      for (const parts of [0, 1, 3]) {
        const controller = new AbortController();
        let sent = 0;
        await using proxy = await startFaultServer(server.url, ({ url }) => {
          if (!url?.includes("partNumber=") || sent++ < parts) return undefined;
          controller.abort();
          // A part the server has got already may end after its upload is given up, and be kept.
          return "reset";
        });
        await assert.rejects(
          pack(straight(proxy.url, { signal: controller.signal, store: { connections: 1 } })),
          (error) =>
            error instanceof PackError && error.exitCode === 130 &&
            /nothing was published/.test(error.message),
        );
        assert.ok(sent > parts);
        assert.deepEqual(await remains(server), NOTHING);
      }
    }),
);

serverTest(
  [VERSITYGW],
  "a store that fails ends the run with the reason, and nothing is left there",
  () =>
    withServer(async ({ server, straight }) => {
      const requests: [string, RegExp][] = [
        ["PUT", /partNumber=3/],
        ["POST", /uploadId=/],
        ["PUT", /unified_annotation/],
        ["PUT", /frame_manifest/],
      ];
      for (const [method, url] of requests) {
        await using proxy = await startFaultServer(
          server.url,
          (request) => request.method === method && url.test(request.url!) ? "internal" : undefined,
        );
        await assert.rejects(
          pack(straight(proxy.url)),
          (error) =>
            isStoreError(error, "busy") && error.exitCode === 1 && /tried 3 times/.test(error.message),
        );
        assert.ok(proxy.happened.length >= 3);
        assert.deepEqual(await remains(server), NOTHING);
      }
    }),
);

serverTest(
  [VERSITYGW],
  "a run that cannot clean up says so, and the next one does it",
  () =>
    withServer(async ({ server, way, straight }) => {
      let broken = true;
      await using proxy = await startFaultServer(
        server.url,
        ({ method, url }) =>
          broken && (url!.includes("partNumber=3") || method === "DELETE") ? "internal" : undefined,
      );
      await assert.rejects(
        pack(straight(proxy.url)),
        (error) => isStoreError(error, "busy") && /same command removes its parts/.test(error.suggestion!),
      );
      assert.equal((await remains(server)).uploads, 1);
      assert.equal(readdirSync(way).length, 1);
      broken = false;
      await pack(straight(proxy.url));
      assert.deepEqual(await remains(server), { objects: FILES.toSorted(), uploads: 0 });
    }),
);

serverTest(
  [VERSITYGW],
  "a second writer in between is noticed, and what it wrote stays",
  () =>
    withServer(async ({ server, straight }) => {
      const other = await openS3({ kind: "s3", bucket: BUCKET, prefix: PREFIX }, {
        endpoint: server.url,
        env: ENV,
      });
      for (const name of FILES) {
        let wrote: Promise<unknown> | undefined;
        await using proxy = await startFaultServer(server.url, ({ url }) => {
          if (url?.includes("partNumber=1&")) {
            wrote = other.put(name, bytesBody(Uint8Array.of(1, 2, 3)), undefined);
          }
          return undefined;
        });
        await assert.rejects(
          pack(straight(proxy.url, { store: { bandwidth: 30e6 } })),
          (error) =>
            isStoreError(error, "condition") && /someone else/.test(error.message) &&
            /--overwrite/.test(error.suggestion!),
        );
        await wrote;
        assert.deepEqual(await remains(server), { objects: [name], uploads: 0 });
        assert.deepEqual([...await other.get(name, 0, 10)], [1, 2, 3]);
        await other.remove(name);
      }
      other.close();
    }),
);

serverTest(
  [VERSITYGW],
  "what is there is replaced only on demand, and then nobody sees a mixture",
  () =>
    withServer(async ({ server, dataset, straight }) => {
      await pack(straight(server.url));
      const path = (name: string) => join(server.dir, BUCKET, PREFIX, name);
      const before = FILES.map((name) => readFileSync(path(name)));
      writeTree(dataset, { "images/more.jpg": jpeg(70, 50, 3 * MiB) });
      await assert.rejects(
        pack(straight(server.url)),
        (error) =>
          error instanceof PackError && error.exitCode === 2 && /--overwrite/.test(error.suggestion!),
      );
      FILES.forEach((name, i) => assert.ok(readFileSync(path(name)).equals(before[i])));
      let looks = 0;
      await using proxy = await startFaultServer(server.url, () => {
        // A manifest never stands beside a bundle it does not tell of.
        if (existsSync(path(FILES[2])) && readFileSync(path(FILES[2])).equals(before[2])) {
          looks++;
          assert.ok(readFileSync(path(FILES[0])).equals(before[0]));
        }
        return undefined;
      });
      const report = await pack(straight(proxy.url, { overwrite: true }));
      assert.ok(looks > 5);
      assert.equal(report.frames, 25);
      assert.equal(JSON.parse(readFileSync(path(FILES[1]), "utf8")).images.length, 25);
    }),
);

serverTest(
  [VERSITYGW],
  "however slow the store, only a few parts of the bundle are on the disk",
  () =>
    withServer(async ({ server, dataset, way, straight }) => {
      largeDataset(dataset, 72);
      let most = 0, requests = 0;
      await using proxy = await startFaultServer(server.url, () => {
        requests++;
        for (const folder of readdirSync(way)) {
          const parts = readdirSync(join(way, folder, "parts"));
          const bytes = parts.reduce(
            (sum, name) =>
              sum + (statSync(join(way, folder, "parts", name), { throwIfNoEntry: false })?.size ?? 0),
            0,
          );
          assert.ok(bytes <= parts.length * 5 * MiB);
          most = Math.max(most, parts.length);
          const bundle = readdirSync(join(way, folder, "set")).filter((name) =>
            /^media_bundle\.mp4(\.partial)?$/.test(name)
          );
          assert.deepEqual(bundle, []);
        }
        return undefined;
      });
      await pack(straight(proxy.url, { media: "mp4", store: { connections: 1, bandwidth: 60e6 } }));
      // One is being sent, four may wait, and the first one waits for the size that stands in it.
      assert.ok(requests > 15 && most > 3 && most <= 6, `${most} parts`);
    }),
);

serverTest(
  [VERSITYGW],
  "on a bad network the same bytes arrive, or the run fails and nothing is left",
  () =>
    withServer(async ({ server, dataset, local, straight }) => {
      await pack({ dataset, output: local });
      let arrived = 0;
      for (let seed = 1; seed <= 6; seed++) {
        const random = mulberry32(seed);
        const faults: Fault[] = ["internal", "slow-down", "lost-answer", "cut", "reset", "error-in-200"];
        const proxy = await startFaultServer(
          server.url,
          () => random() < 0.12 ? faults[Math.floor(random() * faults.length)] : undefined,
        );
        const failure = await pack(straight(proxy.url, { overwrite: true })).then(
          () => undefined,
          (error) => error,
        );
        await proxy[Symbol.asyncDispose]();
        if (failure !== undefined) {
          assert.ok(isStoreError(failure), String(failure));
          continue;
        }
        arrived++;
        for (const name of FILES) {
          assert.ok(
            readFileSync(join(server.dir, BUCKET, PREFIX, name)).equals(readFileSync(join(local, name))),
            name,
          );
        }
        assert.equal((await remains(server)).uploads, 0);
      }
      assert.ok(arrived > 2, `${arrived} arrived`);
    }),
);

serverTest(
  [VERSITYGW],
  "a store that knows no checksums gets MD5s",
  () =>
    withServer(async ({ server, dataset, local, straight }) => {
      await using proxy = await startFaultServer(server.url, ({ headers }) =>
        Object.keys(headers).some((name) =>
            /^x-amz-(checksum-(crc32|algorithm)|sdk-checksum)/.test(name)
          )
          ? "unknown"
          : undefined);
      await pack(straight(proxy.url));
      await pack({ dataset, output: local });
      assert.ok(proxy.happened.length > 0);
      assert.deepEqual(await remains(server), { objects: FILES.toSorted(), uploads: 0 });
      for (const name of FILES) {
        assert.ok(
          readFileSync(join(server.dir, BUCKET, PREFIX, name)).equals(readFileSync(join(local, name))),
          name,
        );
      }
    }),
);

for (
  const [what, options, fix] of [
    ["a bundle alone", { stage: "bundle" }, /`run`/],
    ["a video", { compression: { codec: "h264" } }, /`upload`/],
    ["a set without a manifest", { skipManifest: true }, /--skip-manifest/],
    ["a presigned link", { output: "https://host/{file}?token=secret" }, /`upload`/],
    ["a repository", { output: "hf://datasets/owner/name" }, /`upload`/],
  ] satisfies [string, Partial<PackOptions>, RegExp][]
) {
  Deno.test(`${what} cannot be packed straight into a store, and the error names what can`, async () => {
    using temp = tempDir();
    writeTree(temp.path, { "a.jpg": jpeg(64, 48) });
    await assert.rejects(
      pack({ dataset: temp.path, output: DEST, ...options }),
      (error) => {
        assert.ok(error instanceof PackError);
        assert.equal(error.exitCode, 2);
        assert.match(error.suggestion!, fix);
        assert.doesNotMatch(error.message, /secret/);
        return true;
      },
    );
  });
}

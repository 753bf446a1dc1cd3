import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Image } from "imagescript";
import {
  convert,
  extract,
  type ExtractProgress,
  openDataset,
  openRemoteDataset,
  pack,
  PackError,
  verify,
  type VerifyProgress,
} from "../../mod.ts";
import { decodePng } from "../../src/image/png_pixels.ts";
import { serveFolder } from "../browser/range_server.ts";
import { randomSet } from "../dataset/remote/sets.ts";
import { tempDir } from "../dataset/temp.ts";
import { writeTree } from "../pack/small_dataset.ts";
import { testWith } from "../tools.ts";
import { assertScene } from "../video/assert_scene.ts";
import { makeVideoSet } from "../video/make_video_set.ts";

/** Serves a set from a folder that has room for more. */
async function withSet(
  make: (set: string) => void | Promise<void>,
  work: (url: string, set: string, folder: (name: string) => string, asked: () => number) => Promise<void>,
): Promise<void> {
  using temp = tempDir();
  await make(join(temp.path, "set"));
  await using server = await serveFolder(temp.path);
  await work(
    `${server.url}set`,
    join(temp.path, "set"),
    (name) => join(temp.path, name),
    () => server.served.length,
  );
}

/** What is in a folder, by name. */
function files(dir: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(dir, { recursive: true, encoding: "utf8" }).sort().filter((name) =>
      statSync(join(dir, name)).isFile()
    ).map((name) => [name, readFileSync(join(dir, name)).toString("base64")]),
  );
}

/** A real picture of one colour. */
async function picture(shade: number, kind: "jpeg" | "png"): Promise<Uint8Array> {
  const image = new Image(40, 30).fill(Image.rgbToColor(shade, 255 - shade, 90));
  return kind === "jpeg" ? await image.encodeJPEG(90) : await image.encode();
}

/** A dataset of pictures that can be decoded, with boxes. */
async function drawn(dataset: string): Promise<void> {
  const tree: Record<string, Uint8Array | string> = { "data.yaml": "names: [cat, dog]\n" };
  for (let i = 0; i < 12; i++) {
    const kind = i % 3 ? "jpeg" : "png";
    tree[`images/train/${i}.${kind}`] = await picture(20 * i, kind);
    tree[`labels/train/${i}.txt`] = `${i % 2} 0.5 0.5 0.2 0.2\n`;
  }
  writeTree(dataset, tree);
}

const packed = (more: { keepLabels?: boolean } = {}) => async (set: string) => {
  await drawn(`${set}-data`);
  await pack({ dataset: `${set}-data`, output: set, workers: 1, ...more });
};

testWith(
  ["ffmpeg"],
  "images of a set in a store are decoded and written in another format",
  () =>
    withSet(packed(), async (url, set, folder) => {
      for (const format of ["png", "jpg"] as const) {
        const report = await extract(url, folder(`there-${format}`), { format });
        assert.deepEqual([report.frames, report.format], [12, format]);
        await extract(set, folder(`here-${format}`), { format });
        assert.deepEqual(files(folder(`there-${format}`)), files(folder(`here-${format}`)));
      }
    }),
);

Deno.test("images are read ahead in few requests, also when only some are wanted", () =>
  withSet((set) => void randomSet(set, 1200), async (url, set, folder, asked) => {
    assert.equal((await extract(url, folder("all"))).frames, 1200);
    assert.ok(asked() <= 10, `${asked()} requests`);
    await extract(set, folder("here"));
    assert.deepEqual(files(folder("all")), files(folder("here")));
    const frames = Array.from({ length: 150 }, (_, i) => i * 8);
    await extract(url, folder("some"), { frames });
    assert.equal(Object.keys(files(folder("some"))).length, 150);
  }));

Deno.test("labels and images of a set in a store are written in another format", () =>
  withSet(packed(), async (url, set, folder) => {
    for (const to of ["yolo", "coco", "webdataset"]) {
      const options = { to, images: "copy", allowLoss: true } as const;
      const there = await convert({ ...options, dataset: url, output: folder(`there-${to}`) });
      const here = await convert({ ...options, dataset: set, output: folder(`here-${to}`) });
      assert.deepEqual({ ...there, output: "", seconds: 0 }, { ...here, output: "", seconds: 0 });
      assert.deepEqual(files(folder(`there-${to}`)), files(folder(`here-${to}`)));
    }
    await convert({
      dataset: url,
      to: "voc",
      output: folder("some"),
      images: "copy",
      select: { frames: "3,7" },
    });
    await convert({
      dataset: set,
      to: "voc",
      output: folder("same"),
      images: "copy",
      select: { frames: "3,7" },
    });
    assert.deepEqual(files(folder("some")), files(folder("same")));
    await assert.rejects(
      convert({ dataset: url, to: "yolo", output: folder("linked"), images: "link" }),
      /cannot be linked/,
    );
  }));

Deno.test("the original label files of a set in a store come back", () =>
  withSet(packed({ keepLabels: true }), async (url, set, folder) => {
    const report = await extract(url, folder("there"), { originalLabels: true });
    await extract(set, folder("here"), { originalLabels: true });
    assert.ok(report.labels > 0);
    assert.deepEqual(files(folder("there")), files(folder("here")));
  }));

testWith(["encoder:libx264"], "frames of a compressed video in a store are decoded", async () => {
  for (const grouped of [false, true]) {
    await withSet((set) => makeVideoSet(set, 20, { grouped }), async (url, set, folder) => {
      await using remote = await openRemoteDataset(url);
      await using local = await openDataset(set);
      for (const i of [0, 3, 19, 2]) {
        const frame = await remote.frame(i);
        assert.deepEqual(frame, await local.frame(i));
        const { width, height, data } = decodePng(frame.bytes);
        assertScene(i, { width, height, pixels: data as Uint8Array<ArrayBuffer> });
      }
      await assert.rejects(remote.bytes(0), /is a compressed video/);
      const copied: Record<string, unknown[]> = { extract: [], verify: [] };
      const follow =
        (command: string) => ({ phase, done, total, bytes }: ExtractProgress | VerifyProgress) => {
          if (phase === "fetch") copied[command] = [done, total, bytes];
        };
      const size = readdirSync(set).filter((name) => name.startsWith("media_bundle"))
        .reduce((sum, name) => sum + statSync(join(set, name)).size, 0);
      await extract(url, folder("there"), { frames: "4..9", onProgress: follow("extract") });
      await extract(set, folder("here"), { frames: "4..9" });
      assert.deepEqual(files(folder("there")), files(folder("here")));
      const report = await verify(url, { deep: true, onProgress: follow("verify") });
      assert.deepEqual([report.problems, report.decoded, report.remote?.imagesRead], [[], true, 20]);
      assert.deepEqual(copied, { extract: [size, size, size], verify: [size, size, size] });
    });
  }
});

testWith(
  ["encoder:libx264"],
  "damage of a compressed video in a store is found",
  () =>
    withSet((set) => makeVideoSet(set, 20), async (url, set, folder) => {
      const path = join(set, "media_bundle.mp4");
      const bytes = readFileSync(path);
      bytes[Math.floor(bytes.length / 2)] ^= 0xff;
      writeFileSync(path, bytes);
      const report = await verify(url, { deep: true });
      assert.equal(report.counts["bundle-crc32"], 1);
      const damaged = (error: unknown) =>
        error instanceof PackError && error.exitCode === 4 &&
        /media_bundle.mp4" is damaged/.test(error.message);
      await assert.rejects(extract(url, folder("there")), damaged);
      await using remote = await openRemoteDataset(url);
      await assert.rejects(remote.frame(0), damaged);
    }),
);

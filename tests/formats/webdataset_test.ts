import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { convert } from "../../src/convert/convert.ts";
import { FileSink } from "../../src/convert/file_sink.ts";
import type { ConvertOptions } from "../../src/convert/options.ts";
import type { CocoImage } from "../../src/model/dataset.ts";
import { makeWebdatasetWriter } from "../../src/formats/webdataset/write.ts";
import type { ShardLimits } from "../../src/formats/webdataset/shards.ts";
import type { Contents, WriterImage } from "../../src/formats/writer.ts";
import { openRange, type RangeReader } from "../../src/io/range_file.ts";
import type { Issue } from "../../src/model/issue.ts";
import { pack } from "../../src/pack/pack.ts";
import { tempDir } from "../dataset/temp.ts";
import { members, type TarMember } from "../media/tar_members.ts";
import { jpeg, writeTree } from "../pack/small_dataset.ts";
import { tarBytes } from "../archive/tar_bytes.ts";
import { python, runOk, testWith } from "../tools.ts";

const A = jpeg(100, 80);
const B = jpeg(8, 6, 700);
const C = jpeg(20, 20);
const BOX = { bbox: [10, 20, 30, 40], area: 1200, iscrowd: 0, segmentation: [] };

/** Two images with a split, one of them with dots in its name and without objects, and one of another split. */
function tree(folder: string): void {
  const categories = [{ id: 3, name: "cat", supercategory: "pet" }];
  const coco = (images: object[], annotations: object[]) =>
    JSON.stringify({ licenses: [{ id: 1, name: "CC0" }], images, annotations, categories });
  writeTree(folder, {
    "train/a.JPG": A,
    "train/b.v2.jpeg": B,
    "val/c.jpg": C,
    "train/_annotations.coco.json": coco([
      { id: 7, file_name: "a.JPG", width: 100, height: 80, license: 1 },
      { id: 8, file_name: "b.v2.jpeg", width: 8, height: 6 },
    ], [{ ...BOX, id: 1, image_id: 7, category_id: 3, attributes: { occluded: true } }]),
    "val/_annotations.coco.json": coco([{ id: 1, file_name: "c.jpg", width: 20, height: 20 }], []),
  });
}

/** What the tree above becomes. */
async function converted(
  look: (output: string, folder: string, issues: Issue[]) => void | Promise<void>,
  options: Partial<ConvertOptions> = { images: "copy" },
): Promise<void> {
  using folder = tempDir();
  const dataset = join(folder.path, "in");
  tree(dataset);
  const output = join(folder.path, "out");
  const issues: Issue[] = [];
  await convert({
    dataset,
    to: "webdataset",
    output,
    workers: 1,
    onIssue: (issue) => issues.push(issue),
    ...options,
  });
  await look(output, folder.path, issues);
}

const parsed = ({ content }: TarMember) => JSON.parse(new TextDecoder().decode(content));
const json = (...path: string[]) => JSON.parse(readFileSync(join(...path), "utf8"));

Deno.test("webdataset: each image beside its .json under the number of its frame, in shards by split", () =>
  converted((output) => {
    assert.deepEqual(readdirSync(output).sort(), [
      "categories.json",
      "train-000000.tar",
      "train-index.json",
      "val-000000.tar",
      "val-index.json",
    ]);
    const train = members(join(output, "train-000000.tar"));
    assert.deepEqual(
      train.map(({ name }) => name),
      ["000000000.jpg", "000000000.json", "000000001.jpg", "000000001.json"],
    );
    for (const { mode, mtime, magic } of train) {
      assert.deepEqual([mode, mtime, magic], ["0000444", "00000000000", "ustar"]);
    }
    assert.deepEqual(train[0].content, A);
    assert.deepEqual(train[2].content, B);
    assert.deepEqual(parsed(train[1]), {
      file_name: "train/a.JPG",
      width: 100,
      height: 80,
      split: "train",
      image: { id: 1, width: 100, height: 80, file_name: "train/a.JPG", license: 1 },
      annotations: [{ id: 1, image_id: 1, category_id: 1, ...BOX, attributes: { occluded: true } }],
    });
    // The name it had, dots and all; the same keys though it has no objects.
    const empty = parsed(train[3]);
    assert.equal(empty.file_name, "train/b.v2.jpeg");
    assert.deepEqual(empty.annotations, []);
    assert.deepEqual(Object.keys(empty), Object.keys(parsed(train[1])));
    assert.deepEqual(
      members(join(output, "val-000000.tar")).map(({ name }) => name),
      ["000000002.jpg", "000000002.json"],
    );
    assert.deepEqual(json(output, "categories.json"), {
      licenses: [{ id: 1, name: "CC0" }],
      categories: [{ id: 1, name: "cat", supercategory: "pet" }],
    });
  }));

Deno.test("webdataset: the index has samples, size and MD5 of each shard", () =>
  converted((output) => {
    const shard = readFileSync(join(output, "train-000000.tar"));
    // Two headers, image and .json each, in blocks of 512 bytes; 2 blocks at the end. B has 761 bytes.
    assert.equal(shard.length, 512 * (4 + 1 + 1 + 2 + 1 + 2));
    assert.deepEqual(json(output, "train-index.json"), {
      wids_version: 1,
      name: "train",
      shardlist: [{
        url: "train-000000.tar",
        nsamples: 2,
        filesize: shard.length,
        md5sum: createHash("md5").update(shard).digest("hex"),
      }],
    });
  }));

Deno.test("webdataset: a folder gives the same bytes twice, and a set and an archive of it do, too", () =>
  converted(async (output, folder) => {
    const dataset = join(folder, "in");
    const set = join(folder, "set");
    await pack({ dataset, output: set, workers: 1 });
    const archive = join(folder, "in.tar");
    const names = readdirSync(dataset, { recursive: true, encoding: "utf8" }).filter((name) =>
      /\./.test(name)
    );
    writeFileSync(
      archive,
      tarBytes(names.map((name) => ({
        name: name.replaceAll("\\", "/"),
        data: new Uint8Array(readFileSync(join(dataset, name))),
      }))),
    );
    for (const source of [dataset, set, archive]) {
      const again = join(folder, "again");
      const report = await convert({
        dataset: source,
        to: "webdataset",
        output: again,
        images: "copy",
        overwrite: true,
        workers: 1,
      });
      assert.deepEqual([report.imageFiles, report.imageBytes], [3, A.length + B.length + C.length]);
      for (const name of readdirSync(output)) {
        assert.ok(readFileSync(join(again, name)).equals(readFileSync(join(output, name))), name);
      }
      assert.deepEqual(readdirSync(again), readdirSync(output));
    }
  }));

Deno.test("webdataset: without --images copy the .json members are alone, which is told; links are refused", async () => {
  await converted((output, _folder, issues) => {
    assert.deepEqual(members(join(output, "train-000000.tar")).map(({ name }) => name), [
      "000000000.json",
      "000000001.json",
    ]);
    assert.deepEqual(issues.map(({ code, severity }) => [code, severity]), [["images-not-packed", "note"]]);
  }, {});
  await assert.rejects(converted(() => {}, { images: "link" }), /cannot be linked/);
});

/** Writes images of given sizes, in bytes, with small limits. */
function shards(sizes: readonly number[], limits: ShardLimits, split: (i: number) => string | undefined) {
  using folder = tempDir();
  using aside = tempDir();
  const splits = [...new Set(sizes.map((_, i) => split(i)).filter((name) => name !== undefined))];
  const sink = new FileSink(folder.path, aside.path, () => {});
  const output = makeWebdatasetWriter(limits).begin({
    categories: [],
    licenses: [],
    splits,
    unsplit: sizes.filter((_, i) => split(i) === undefined).length,
    images: sizes.length,
    contents: {} as Contents,
    keypoints: 0,
  }, sink);
  sizes.forEach((size, i) => {
    const image: CocoImage = {
      id: i + 1,
      width: 1,
      height: 1,
      file_name: `${i}.png`,
      frame: i,
      split: split(i),
    };
    const content = new Uint8Array(size).fill(1);
    const path = join(aside.path, `${i}`);
    writeFileSync(path, content);
    const file = openRange(path);
    output.write({ ...image, path: output.place(image, "")! } as WriterImage, [], file);
    file.close();
  });
  output.end();
  return Object.fromEntries(
    readdirSync(folder.path).sort().filter((name) => name !== "categories.json").map((name) => [
      name,
      name.endsWith(".tar")
        ? members(join(folder.path, name)).map((each) => each.name)
        : json(folder.path, name).shardlist.map((each: { nsamples: number }) => each.nsamples),
    ]),
  );
}

const sample = (i: number) => [`00000000${i}.png`, `00000000${i}.json`];

Deno.test("webdataset: a shard ends before the sample that is too much in number or bytes", () => {
  assert.deepEqual(shards([1, 1, 1], { samples: 2, bytes: 1e9 }, () => undefined), {
    "dataset-000000.tar": [...sample(0), ...sample(1)],
    "dataset-000001.tar": sample(2),
    "dataset-index.json": [2, 1],
  });
  // A sample takes four blocks here, the end two: two fit into ten, not into nine. The third has six alone.
  const bytes = { samples: 9, bytes: 512 * 10 };
  assert.deepEqual(shards([512, 512, 1], bytes, () => undefined)["dataset-index.json"], [2, 1]);
  const fewer = { samples: 9, bytes: 512 * 10 - 1 };
  assert.deepEqual(shards([512, 512, 1], fewer, () => undefined)["dataset-index.json"], [1, 1, 1]);
  assert.deepEqual(shards([9999, 1], { samples: 9, bytes: 512 }, () => undefined)["dataset-index.json"], [
    1,
    1,
  ]);
});

Deno.test("webdataset: splits whose names become equal, or are `dataset`, keep shards of their own", () => {
  const names = ["a/b", "a_b", "dataset", undefined];
  assert.deepEqual(
    Object.keys(shards([1, 1, 1, 1], { samples: 9, bytes: 1e9 }, (i) => names[i])),
    ["a_b", "a_b_2", "dataset", "dataset_2"].flatMap((name) => [`${name}-000000.tar`, `${name}-index.json`]),
  );
});

Deno.test("webdataset: an image that becomes shorter while it is read does not make a broken shard", () => {
  using folder = tempDir();
  const path = join(folder.path, "a.png");
  writeFileSync(path, new Uint8Array(1000));
  const file: RangeReader = openRange(path);
  truncateSync(path, 10);
  const sink = new FileSink(join(folder.path, "out"), folder.path, () => {});
  const output = makeWebdatasetWriter().begin({
    categories: [],
    licenses: [],
    splits: [],
    unsplit: 1,
    images: 1,
    contents: {} as Contents,
    keypoints: 0,
  }, sink);
  const image = { id: 1, width: 1, height: 1, file_name: "a.png", frame: 0, path: "000000000.png" };
  assert.throws(() => output.write(image, [], file), /became shorter/);
  file.close();
  sink.close();
  assert.ok(!existsSync(join(folder.path, "out", "dataset-index.json")));
});

testWith(["bsdtar"], "bsdtar lists a shard: plain files, read-only, of 1970", () =>
  converted((output) => {
    const lines = runOk(["env", "TZ=UTC", "LC_ALL=C", "bsdtar", "-tvf", join(output, "train-000000.tar")])
      .trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => line.split(/ +/)).map((words) => [words[0], words[4], words.at(-1)]),
      [
        ["-r--r--r--", String(A.length), "000000000.jpg"],
        ["-r--r--r--", String(members(join(output, "train-000000.tar"))[1].content.length), "000000000.json"],
        ["-r--r--r--", String(B.length), "000000001.jpg"],
        ["-r--r--r--", String(members(join(output, "train-000000.tar"))[3].content.length), "000000001.json"],
      ],
    );
    assert.ok(lines.every((line) => / Jan +1 +1970 /.test(line)));
  }));

const READ = `
import hashlib, json, os, sys
import webdataset as wds
found = {}
for split in ("train", "val"):
    index = json.load(open(os.path.join(sys.argv[1], split + "-index.json")))
    urls = [os.path.join(sys.argv[1], shard["url"]) for shard in index["shardlist"]]
    rows = []
    for sample in wds.WebDataset(urls, shardshuffle=False):
        label = json.loads(sample["json"])
        rows.append([sample["__key__"], sorted(k for k in sample if not k.startswith("__")),
            hashlib.sha256(sample["jpg"]).hexdigest(), label["file_name"], len(label["annotations"])])
    found[split] = rows
print(json.dumps(found))
`;

testWith(["python:webdataset"], "webdataset reads every sample of the shards", () =>
  converted((output) => {
    const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
    const row = (
      i: number,
      bytes: Uint8Array,
      name: string,
      objects: number,
    ) => [`00000000${i}`, ["jpg", "json"], sha256(bytes), name, objects];
    assert.deepEqual(JSON.parse(runOk([python, "-c", READ, output])), {
      train: [row(0, A, "train/a.JPG", 1), row(1, B, "train/b.v2.jpeg", 0)],
      val: [row(2, C, "val/c.jpg", 0)],
    });
  }));

/** Archives as input of whole runs: the same set comes out as of the folder. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { convert } from "../../src/convert/convert.ts";
import { inspect, predict } from "../../src/inspect/inspect.ts";
import type { Issue } from "../../src/model/issue.ts";
import { PackError } from "../../src/model/issue.ts";
import { pack, packHandingOver } from "../../src/pack/pack.ts";
import type { Scan } from "../../src/scan/scan.ts";
import { listArchive } from "../../src/archive/list_archive.ts";
import { verify } from "../../src/verify/verify.ts";
import { tempDir } from "../dataset/temp.ts";
import { jpeg, writeTree, yoloFiles } from "../pack/small_dataset.ts";
import { runOk, testWith } from "../tools.ts";
import { tarBytes } from "./tar_bytes.ts";
import { zipBytes } from "./zip_bytes.ts";

type Files = Record<string, Uint8Array | string>;

/** Content of the files of a folder. */
function contents(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).sort().map((name) => [name, readFileSync(join(folder, name), "latin1")]),
  );
}

/** In an order that is not that of the names. */
const shuffled = (files: Files) =>
  Object.entries(files).map(([name, data], i) => ({ name, data, order: (i * 7919) % 101 }))
    .sort((a, b) => a.order - b.order);

const zipOf = (files: Files, top = "") =>
  zipBytes(shuffled(files).map(({ name, data }, i) => ({ name: top + name, data, deflate: i % 3 > 0 })));
const tarOf = (files: Files, top = "") =>
  tarBytes(shuffled(files).map(({ name, data }) => ({ name: top + name, data })));

/** More than one batch, so that threads read the archives, too. */
const IMAGES = 90;
const DATASET: Files = {
  ...yoloFiles(IMAGES),
  "images/train/broken.jpg": "no image",
  "labels/train/broken.txt": "0 0.5 0.5 0.1 0.1\n",
  "labels/train/lonely.txt": "0 0.5 0.5 0.1 0.1\n",
};

/** Each kind of archive, by name. */
const ARCHIVES: Record<string, (files: Files) => Uint8Array> = {
  "data.zip": (files) => zipOf(files),
  "in_a_folder.zip": (files) => zipOf(files, "birds/"),
  "data.tar": (files) => tarOf(files, "./"),
  "in_a_folder.tar": (files) => tarOf(files, "birds/"),
  "data.tar.gz": (files) => gzipSync(tarOf(files)),
  "members.tgz": (files) => {
    const tar = tarOf(files);
    return Buffer.concat([gzipSync(tar.subarray(0, 10_000)), gzipSync(tar.subarray(10_000))]);
  },
  "stored_zip.zip": (files) =>
    zipBytes([{ name: "export/data.zip", data: zipOf(files) }, { name: "__MACOSX/x" }]),
  "deflated_zip.zip": (files) =>
    zipBytes([{ name: "data.zip", data: zipOf(files, "birds/"), deflate: true }]),
  "tar_gz.zip": (files) => zipBytes([{ name: "data.tar.gz", data: gzipSync(tarOf(files)), deflate: true }]),
  "zip.tar": (files) => tarBytes([{ name: "data.zip", data: zipOf(files) }]),
  "zip.tar.gz": (files) => gzipSync(tarBytes([{ name: "data.zip", data: zipOf(files) }])),
};

Deno.test("an archive gives the same set as its folder, byte for byte, in whatever order its members are", async () => {
  using temp = tempDir();
  const at = (name: string) => join(temp.path, name);
  writeTree(at("data"), DATASET);
  for (const media of ["zip", "tar"] as const) {
    await pack({ dataset: at("data"), output: at(`of_folder.${media}`), media, workers: 2 });
  }
  const wanted = { zip: contents(at("of_folder.zip")), tar: contents(at("of_folder.tar")) };
  assert.deepEqual(Object.keys(wanted.zip).length, 4);
  for (const [name, make] of Object.entries(ARCHIVES)) {
    writeFileSync(at(name), make(DATASET));
    const media = name.endsWith(".zip") ? "zip" : "tar";
    const output = at(`of_${name}`);
    const report = await pack({ dataset: at(name), output, media, workers: 2 });
    assert.deepEqual(contents(output), wanted[media], name);
    assert.deepEqual(report.rejects, { image: 1, label: 2, annotation: 0 }, name);
  }
  const left = readdirSync(temp.path).filter((name) => !/^(of_|data$)/.test(name)).sort();
  assert.deepEqual(left, Object.keys(ARCHIVES).sort(), "nothing is written beside the output");
});

Deno.test("bundle and then annotate, images and labels from archives of their own, give the same set", async () => {
  using temp = tempDir();
  const at = (name: string) => join(temp.path, name);
  const images = Object.fromEntries(Object.entries(DATASET).filter(([name]) => name.endsWith(".jpg")));
  const labels = Object.fromEntries(Object.entries(DATASET).filter(([name]) => !name.endsWith(".jpg")));
  writeTree(at("pictures"), images);
  writeTree(at("boxes"), labels);
  writeFileSync(at("pictures.zip"), zipOf(images));
  writeFileSync(at("boxes.tar.gz"), gzipSync(tarOf(labels)));
  const folders = { images: at("pictures"), labels: at("boxes") };
  const archives = { images: at("pictures.zip"), labels: at("boxes.tar.gz") };
  for (const stage of ["bundle", "annotate", "run"] as const) {
    const [a, b] = stage === "run" ? ["c", "d"] : ["a", "b"];
    await pack({ ...folders, stage, output: at(a), keepLabels: stage === "run" });
    await pack({ ...archives, stage, output: at(b), keepLabels: stage === "run" });
    assert.deepEqual(contents(at(b)), contents(at(a)), stage);
  }
});

Deno.test("inspect and a dry run tell of an archive what they tell of its folder, and write nothing", async () => {
  using temp = tempDir();
  const at = (name: string) => join(temp.path, name);
  writeTree(at("data"), DATASET);
  writeFileSync(at("data.zip"), zipOf(DATASET));
  writeFileSync(at("data.tar.gz"), gzipSync(tarOf(DATASET)));
  const before = readdirSync(temp.path);
  const plain = ({ seconds: _, path: __, ...rest }: Awaited<ReturnType<typeof inspect>>) => rest;
  const wanted = plain(await inspect(at("data")));
  assert.equal(wanted.images, IMAGES);
  const options = { output: at("output"), media: "tar" } as const;
  const predicted = plain(await predict({ ...options, dataset: at("data") }));
  for (const name of ["data.zip", "data.tar.gz"]) {
    const found = await inspect(at(name));
    assert.equal(found.path, at(name));
    assert.deepEqual(plain(found), wanted);
    assert.deepEqual(plain(await predict({ ...options, dataset: at(name) })), predicted);
  }
  assert.deepEqual(readdirSync(temp.path), before);
});

Deno.test("convert copies images out of an archive as out of its folder, and does not link them", async () => {
  using temp = tempDir();
  const at = (name: string) => join(temp.path, name);
  const files = yoloFiles(20);
  writeTree(at("data"), files);
  writeFileSync(at("data.zip"), zipOf(files));
  writeFileSync(at("data.tgz"), gzipSync(tarOf(files)));
  const options = { to: "voc", images: "copy", allowLoss: true } as const;
  await convert({ ...options, dataset: at("data"), output: at("wanted") });
  for (const name of ["data.zip", "data.tgz"]) {
    await convert({ ...options, dataset: at(name), output: at(`of_${name}`) });
    const paths = readdirSync(at("wanted"), { recursive: true }).map(String).sort();
    assert.deepEqual(readdirSync(at(`of_${name}`), { recursive: true }).map(String).sort(), paths);
    for (const path of paths.filter((path) => /\.\w+$/.test(path))) {
      assert.deepEqual(readFileSync(join(at(`of_${name}`), path)), readFileSync(join(at("wanted"), path)));
    }
    await assert.rejects(
      convert({ ...options, images: "link", dataset: at(name), output: at("linked") }),
      /lie inside the archive/,
    );
  }
});

Deno.test("what was inflated for one reading serves the next, and goes with the folder it lies in", async () => {
  using temp = tempDir();
  const at = (name: string) => join(temp.path, name);
  const files = yoloFiles(20);
  writeFileSync(at("data.tgz"), gzipSync(tarOf(files)));
  const options = {
    dataset: at("data.tgz"),
    output: at("out"),
    stage: "annotate",
    skipManifest: true,
  } as const;
  let found: Scan | undefined;
  await packHandingOver(options, (scan) => found = scan);
  // The archive is not needed any more.
  writeFileSync(at("data.tgz"), "");
  const [name, wanted] = Object.entries(files).find(([name]) => name.endsWith(".jpg"))!;
  const pieces: Uint8Array[] = [];
  found!.imageSource.readPieces(name, new Uint8Array(1000), (bytes) => pieces.push(bytes.slice()));
  found!.close();
  assert.deepEqual(Buffer.concat(pieces), Buffer.from(wanted as Uint8Array));
  assert.deepEqual(readdirSync(at("out")).sort(), ["images.inflated.partial", "unified_annotation.json"]);
});

for (
  const [program, commands] of [
    ["zip", [["zip", "-qr", "OUT.zip", "."], ["zip", "-qr0X", "OUT.zip", "."]]],
    ["7z", [["7z", "a", "-tzip", "-bd", "OUT.zip", "."], ["7z", "a", "-ttar", "-bd", "OUT.tar", "."]]],
    ["bsdtar", [
      ["bsdtar", "-c", "--format=zip", "-f", "OUT.zip", "."],
      ["bsdtar", "-c", "--format=pax", "-f", "OUT.tar", "."],
      ["bsdtar", "-c", "--format=gnutar", "-zf", "OUT.tgz", "."],
      ["bsdtar", "-c", "--format=ustar", "-f", "OUT.tar", "."],
    ]],
    ["tar", [["tar", "-cf", "OUT.tar", "."], ["tar", "-czf", "OUT.tar.gz", "."]]],
  ] as const
) {
  testWith([program], `archives made by ${program} give the same set as their folder`, async () => {
    using temp = tempDir();
    const at = (name: string) => join(temp.path, name);
    const long = `${"long folder/".repeat(12)}größe`;
    writeTree(at("data"), {
      "one/été.jpg": jpeg(40, 30),
      "one/été.txt": "0 0.5 0.5 0.5 0.5\n",
      [`${long}.jpg`]: jpeg(20, 30),
      [`${long}.txt`]: "1 0.5 0.5 0.5 0.5\n",
      "classes.txt": "a\nb\n",
    });
    await pack({ dataset: at("data"), output: at("wanted") });
    for (const [i, command] of commands.entries()) {
      const name = command.find((word) => word.startsWith("OUT"))!;
      const archive = at(name.replace("OUT", `made${i}`));
      runOk(command.map((word) => word === name ? archive : word), { cwd: at("data") });
      await pack({ dataset: archive, output: at(`out${i}`) });
      assert.deepEqual(contents(at(`out${i}`)), contents(at("wanted")), command.join(" "));
    }
  });
}

Deno.test("a bundle of this tool is an archive that can be packed again, but not into its own place", async () => {
  using temp = tempDir();
  const at = (name: string) => join(temp.path, name);
  writeTree(at("data"), { "a/1.jpg": jpeg(30, 20), "b.jpg": jpeg(20, 20), "ü/c d.jpg": jpeg(9, 9) });
  for (const media of ["zip", "tar"] as const) {
    await pack({ dataset: at("data"), output: at(media), media });
    const bundle = join(at(media), `media_bundle.${media}`);
    const issues: Issue[] = [];
    await pack({ dataset: bundle, output: at(`${media}2`), media, onIssue: (issue) => issues.push(issue) });
    assert.deepEqual(contents(at(`${media}2`)), contents(at(media)));
    for (const overwrite of [false, true]) {
      await assert.rejects(
        pack({ dataset: bundle, output: at(media), media, overwrite }),
        (error) =>
          error instanceof PackError && error.exitCode === 2 && /would be replaced/.test(error.message),
      );
    }
  }
});

Deno.test("a large label file that is deflated is inflated once, and read by ranges", async () => {
  using temp = tempDir();
  const at = (name: string) => join(temp.path, name);
  const images = Array.from(
    { length: 20 },
    (_, id) => ({ id, file_name: `${id}.jpg`, width: 40, height: 30 }),
  );
  const annotations = images.map(({ id }) => ({
    id,
    image_id: id,
    category_id: 1,
    bbox: [1, 2, 3, 4],
    note: "x".repeat(2 << 20),
  }));
  const files: Files = {
    "annotations.json": JSON.stringify({ images, annotations, categories: [{ id: 1, name: "a" }] }),
    ...Object.fromEntries(images.map(({ file_name }) => [`images/${file_name}`, jpeg(40, 30)])),
  };
  writeTree(at("data"), files);
  writeFileSync(at("data.zip"), zipOf(files));
  await pack({ dataset: at("data"), output: at("wanted") });
  await pack({ dataset: at("data.zip"), output: at("out") });
  assert.deepEqual(contents(at("out")), contents(at("wanted")));
  const entries = Object.entries(files).map(([name, data]) => ({ name, data }));
  const damaged = zipBytes(entries.map((entry, i) => i === 0 ? { ...entry, deflate: true, crc: 1 } : entry));
  writeFileSync(at("damaged.zip"), damaged);
  const report = await pack({ dataset: at("damaged.zip"), output: at("damaged") });
  assert.equal(report.issues["archive-entry-damaged"], 1);
});

Deno.test("a run of an archive that fails or is interrupted leaves nothing behind", async () => {
  using temp = tempDir();
  const at = (name: string) => join(temp.path, name);
  const tar = tarOf(DATASET);
  const bomb = gzipSync(new Uint8Array(200 << 20));
  for (
    const [name, bytes, why] of [
      [
        "bomb.tar.gz",
        Buffer.concat([gzipSync(tar.subarray(0, 1024)), bomb]),
        /inflates to more than 200 times its size/,
      ],
      [
        "cut.tar.gz",
        gzipSync(tar).subarray(0, 3000),
        /Cannot read the archive ".*cut\.tar\.gz": unexpected end of file/,
      ],
      ["cut2.tar.gz", gzipSync(tar.subarray(0, 5000)), /ends within/],
      ["twice.tar.gz", gzipSync(gzipSync(tar)), /compressed twice/],
      ["text.gz", gzipSync("just text"), /neither a folder nor an archive/],
      ["empty.zip", zipBytes([{ name: "a.md" }, { name: "../b.jpg" }]), /no images were found/],
    ] as const
  ) {
    writeFileSync(at(name), bytes);
    await assert.rejects(pack({ dataset: at(name), output: at("out") }), (error) => {
      assert.ok(error instanceof PackError);
      assert.match(error.message, why);
      return true;
    }, name);
    assert.ok(!existsSync(at("out")), name);
    await assert.rejects(inspect(at(name)).then((found) => assert.ok(found.images > 0)));
  }
  writeFileSync(at("data.tar.gz"), gzipSync(tar));
  const stopped = new AbortController();
  await assert.rejects(
    pack({
      dataset: at("data.tar.gz"),
      output: at("out"),
      signal: stopped.signal,
      onProgress: ({ phase }) => phase === "pack" && stopped.abort(),
    }),
    (error) => error instanceof PackError && error.exitCode === 130,
  );
  assert.ok(!existsSync(at("out")));
});

Deno.test("an abort ends the inflating of an archive", async () => {
  using temp = tempDir();
  const archive = join(temp.path, "data.tar.gz");
  writeFileSync(archive, gzipSync(tarOf(DATASET)));
  const stopped = new AbortController();
  const listing = listArchive(archive, {
    issue: (issue) => assert.fail(issue.message),
    signal: stopped.signal,
    spool() {
      stopped.abort(new Error("that is enough"));
      const path = join(temp.path, "spool");
      writeFileSync(path, "");
      return path;
    },
  });
  await assert.rejects(listing, /that is enough/);
});

Deno.test("entries that are damaged are rejected one by one, and the rest is packed", async () => {
  using temp = tempDir();
  const archive = join(temp.path, "data.zip");
  writeFileSync(
    archive,
    zipBytes([
      { name: "a.jpg", data: jpeg(30, 20), deflate: true, crc: 1 },
      { name: "b.jpg", data: jpeg(30, 20), crc: 1 },
      { name: "c.jpg", data: jpeg(30, 20) },
      { name: "c.txt", data: "0 0.5 0.5 0.1 0.1\n", deflate: true, crc: 1 },
      { name: "../../d.jpg", data: jpeg(30, 20) },
      { name: "e.jpg", data: "/etc/passwd", mode: 0o120777 },
    ]),
  );
  const output = join(temp.path, "out");
  const report = await pack({ dataset: archive, output });
  assert.equal(report.frames, 1);
  const rejects = readFileSync(join(output, "rejects.jsonl"), "utf8").trim().split("\n").map((line) =>
    JSON.parse(line)
  );
  assert.deepEqual(rejects.map(({ code, path }) => `${code} ${path}`).sort(), [
    "archive-entry-link e.jpg",
    "archive-entry-name ../../d.jpg",
    "image-unreadable a.jpg",
    "image-unreadable b.jpg",
    "label-unreadable c.txt",
  ]);
  assert.deepEqual((await verify(output, { deep: true })).problems, []);
  assert.deepEqual(readdirSync(temp.path).sort(), ["data.zip", "out"]);
});

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { extract, pack, verify } from "../../mod.ts";
import { tempDir } from "../dataset/temp.ts";
import { png } from "../image/make_image.ts";
import { boxes } from "../media/mp4_reader.ts";
import { testWith } from "../tools.ts";

/** Label files of many kinds, one larger than what is compressed at once. */
const LABELS: Record<string, string> = {
  "data.yaml": "names: [cat, dog]\n",
  "labels/a.txt": "0 0.5 0.5 0.2 0.2\n",
  "labels/é ü.txt": "",
  "notes/history.csv": Array.from({ length: 400_000 }, (_, i) => `${i},${Math.imul(i, 2654435761) >>> 0}`)
    .join("\n"),
};

function write(root: string): void {
  for (const folder of ["images", "labels", "notes"]) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, "images", "a.png"), png(100, 80));
  writeFileSync(join(root, "images", "é ü.png"), png(120, 80));
  for (const [path, text] of Object.entries(LABELS)) writeFileSync(join(root, path), text);
}

for (const media of ["zip", "tar", "mp4"] as const) {
  testWith(
    media === "tar" ? ["unzip", "bsdtar"] : ["unzip"],
    `a ${media} carries the label files, byte for byte`,
    async () => {
      using folder = tempDir();
      const dataset = join(folder.path, "in");
      write(dataset);
      const [first, second] = [join(folder.path, "1"), join(folder.path, "2")];
      const report = await pack({ dataset, output: first, media, keepLabels: true, workers: 1 });
      assert.deepEqual([report.frames, report.rejects], [2, { image: 0, label: 0, annotation: 0 }]);
      await pack({ dataset, output: second, media, keepLabels: true, workers: 3 });
      const bundle = readFileSync(join(first, `media_bundle.${media}`));
      assert.deepEqual(readFileSync(join(second, `media_bundle.${media}`)), bundle);

      // Other tools see frames first, then one archive more.
      if (media === "mp4") {
        assert.deepEqual(boxes(bundle).map(({ type }) => type), ["ftyp", "mdat", "uuid", "moov"]);
      } else {
        const tool = media === "zip" ? ["unzip", "-Z1"] : ["bsdtar", "-tf"];
        const list = execFileSync(tool[0], [tool[1], join(first, `media_bundle.${media}`)], {
          encoding: "utf8",
        });
        assert.equal(list.trim().split("\n").at(-1), "original_labels.zip");
      }
      const { labels } = JSON.parse(
        readFileSync(join(first, "frame_manifest.json"), "utf8").split("\n")[0] + "0]}",
      );
      assert.equal(labels.files, 4);
      const inner = join(folder.path, "labels.zip");
      writeFileSync(inner, bundle.subarray(labels.offset, labels.offset + labels.size));
      for (const [path, text] of Object.entries(LABELS)) {
        const kept = execFileSync("unzip", ["-p", inner, path], { encoding: "utf8", maxBuffer: 1 << 26 });
        assert.equal(kept, text, path);
      }

      assert.deepEqual((await verify(first)).problems, []);
      const restored = join(folder.path, "restored");
      const back = await extract(first, restored, { originalLabels: true });
      assert.deepEqual([back.frames, back.labels], [2, 4]);
      assert.equal(execFileSync("diff", ["-r", dataset, restored], { encoding: "utf8" }), "");
      await assert.rejects(extract(first, restored, { originalLabels: true }), /exists already/);
      for (
        let at = labels.offset - 30;
        at < bundle.length;
        at += Math.ceil((bundle.length - labels.offset) / 40)
      ) {
        const damaged = Buffer.from(bundle);
        damaged[at] ^= 1 << (at % 8);
        writeFileSync(join(first, `media_bundle.${media}`), damaged);
        assert.equal((await verify(first)).ok, false, `one bit of byte ${at}`);
      }
    },
  );
}

Deno.test("labels of a folder of their own come back in a folder of its name", async () => {
  using folder = tempDir();
  const dataset = join(folder.path, "in");
  write(dataset);
  const output = join(folder.path, "out");
  await pack({ images: join(dataset, "images"), labels: join(dataset, "labels"), output, keepLabels: true });
  const restored = join(folder.path, "restored");
  await extract(output, restored, { originalLabels: true });
  assert.equal(readFileSync(join(restored, "labels", "a.txt"), "utf8"), LABELS["labels/a.txt"]);
  assert.ok(readFileSync(join(restored, "a.png")).length > 0);
});

Deno.test("the labels stay noted in the manifest when annotations are made later", async () => {
  using folder = tempDir();
  const dataset = join(folder.path, "in");
  write(dataset);
  const [whole, parts] = [join(folder.path, "whole"), join(folder.path, "parts")];
  await pack({ dataset, output: whole, keepLabels: true });
  await pack({ dataset, output: parts, keepLabels: true, stage: "bundle" });
  await pack({ dataset, output: parts, stage: "annotate" });
  for (const file of ["unified_annotation.json", "frame_manifest.json", "media_bundle.zip"]) {
    assert.deepEqual(readFileSync(join(parts, file)), readFileSync(join(whole, file)), file);
  }
  const plain = join(folder.path, "plain");
  await pack({ dataset, output: plain });
  await assert.rejects(extract(plain, join(folder.path, "x"), { originalLabels: true }), { exitCode: 2 });
  await assert.rejects(pack({ dataset, output: parts, keepLabels: true, stage: "annotate" }), {
    exitCode: 2,
  });
});

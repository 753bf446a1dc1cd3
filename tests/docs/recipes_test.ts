/** Runs the pages of docs/recipes, as they stand there, with the sample dataset that is packed for them. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { installed, pathOf, python, runOk } from "../tools.ts";
import { pageTest, recipes, root } from "./recipe_page.ts";

const SET = ["media_bundle.zip", "unified_annotation.json", "frame_manifest.json"];

// Of the sample: 19 images with 61 boxes for training, 6 with 19 for validation; train/portrait.jpg is number 8 and upright
// only after its EXIF orientation was applied.
const CLASSES = "['sailboat', 'balloon', 'lighthouse']";

pageTest(
  "pytorch.md",
  { needs: ["python:PIL", "python:numpy", "python:boto3"], store: "versitygw" },
  ({ said, folder, env }) => {
    assert.match(said, /^19 19 \(240, 320\) \[\[/);
    assert.match(said, /^\(240, 320, 3\) \(4, 4\) \[2, 2, 2, 2\]$/m);
    const workers = join(root, "tests", "docs", "loader_workers.py");
    for (const location of ["birds", "s3://my-bucket/birds"]) {
      for (const start of ["fork", "spawn"]) {
        assert.equal(runOk([python, workers, location, start], { cwd: folder, env }), "25 of 25\n");
      }
    }
  },
);

pageTest("supervision.md", { needs: ["sh", "python:supervision"] }, ({ said }) => {
  assert.ok(said.endsWith(`19 61 ${CLASSES}\n`), said);
});

pageTest("ultralytics.md", { needs: ["sh", "python:supervision"] }, ({ said }) => {
  assert.ok(said.endsWith(`train 19 61 ${CLASSES}\nval 6 19 ${CLASSES}\n`), said);
});

pageTest("huggingface.md", { needs: ["sh", "python:datasets", "python:PIL"] }, ({ said }) => {
  const both = "{'train': 19, 'validation': 6} 80 (320, 240)\n";
  assert.ok(said.endsWith(`${both}${both}from the bundle: 19 61 (320, 240)\n`), said);
});

pageTest("fsspec.md", { needs: ["python:fsspec", "python:s3fs"], store: "versitygw" }, ({ said }) => {
  assert.equal(said, "19 in train, 16001 bytes\n16 images by range\n");
});

pageTest(
  "other_uploaders.md",
  { needs: ["sh", "python:awscli", "rclone", s5cmd()], store: "versitygw" },
  ({ folder }, bucket) => {
    for (const prefix of ["aws", "s5cmd", "rclone"]) {
      for (const file of SET) {
        const sent = readFileSync(join(bucket, prefix, file));
        assert.ok(sent.equals(readFileSync(join(folder, "birds", file))), `${prefix}/${file}`);
      }
    }
  },
);

function s5cmd(): string {
  const beside = join(dirname(pathOf(python) ?? ""), "s5cmd");
  return installed(beside) ? beside : "s5cmd";
}

Deno.test("the index of docs/recipes names every page, and every block that is not run has its reason above it", () => {
  const pages = readdirSync(recipes).filter((name) => name !== "README.md");
  const index = readFileSync(join(recipes, "README.md"), "utf8");
  assert.deepEqual([...new Set(index.match(/(?<=\]\()\w+\.md/g))].sort(), pages.sort());
  for (const page of pages) {
    const text = readFileSync(join(recipes, page), "utf8");
    for (const [, link] of text.matchAll(/\]\(([^):]+)\)/g)) assert.ok(existsSync(join(recipes, link)), link);
    for (const { index } of text.matchAll(/^```\w+ not-run$/gm)) {
      assert.match(text.slice(0, index).trim().split("\n\n").at(-1)!, /not\s(is\s)?run/, page);
    }
  }
});

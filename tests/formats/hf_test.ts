import assert from "node:assert/strict";
import { parquetWriteBuffer } from "hyparquet-writer";
import { type Files, readFiles, rejects } from "./reading.ts";

const LINE =
  '{"file_name": "1.png", "objects": {"bbox": [[10, 20, 30, 40], [1, 2, 3, 4]], "categories": [0, 1]}}\n' +
  '{"file_name": "sub/2.png", "objects": {"bbox": [], "categories": []}, "text": "a dog", "label": 1}\n';
const IMAGES = { "train/1.png": null, "train/sub/2.png": null };
const CARD =
  "---\ndataset_info:\n  features:\n  - name: objects\n    sequence:\n    - name: categories\n      dtype:\n" +
  "        class_label:\n          names:\n            '0': cat\n            '1': no\n            '10': late\n            '2': dog\n---\n# Card\n";

const boxes = (read: Awaited<ReturnType<typeof readFiles>>, image: string) =>
  read.labels[image]?.annotations.map((
    { category, x, y, width, height },
  ) => [read.names[category], x, y, width, height]);

Deno.test("lines of metadata are rows of images, with boxes side by side", async () => {
  const read = await readFiles({ ...IMAGES, "train/metadata.jsonl": LINE });
  assert.equal(read.format, "hf-imagefolder");
  assert.deepEqual(boxes(read, "train/1.png"), [["0", 10, 20, 30, 40], ["1", 1, 2, 3, 4]]);
  const second = read.labels["train/sub/2.png"]!;
  assert.deepEqual(second.image, { attributes: { text: "a dog" } });
  assert.deepEqual(second.classes!.map((number) => read.names[number]), ["1"]);
  assert.equal(read.splits["train/1.png"], "train");
});

Deno.test("the dataset card names the classes, in the order of their numbers, as text", async () => {
  const read = await readFiles({ ...IMAGES, "train/metadata.jsonl": LINE, "README.md": CARD });
  assert.deepEqual(read.classes.map(({ name }) => name), ["cat", "no", "dog", "late"]);
  assert.deepEqual(boxes(read, "train/1.png")!.map(([name]) => name), ["cat", "no"]);
});

Deno.test("CSV holds lists as JSON, Parquet as columns; both give what the lines give", async () => {
  const rows = LINE.trim().split("\n").map((line) => JSON.parse(line));
  const csv = "file_name,objects,text,label\n" +
    rows.map(({ file_name, objects, text, label }) =>
      `${file_name},"${JSON.stringify(objects).replaceAll('"', '""')}",${text ?? ""},${label ?? ""}\n`
    ).join("");
  const parquet = new Uint8Array(parquetWriteBuffer({
    columnData: [
      { name: "file_name", data: rows.map((row) => row.file_name), type: "STRING" },
      { name: "objects", data: rows.map((row) => row.objects), type: "JSON" },
      { name: "text", data: rows.map((row) => row.text ?? null), type: "STRING" },
      {
        name: "label",
        data: rows.map((row) => row.label === undefined ? null : BigInt(row.label)),
        type: "INT64",
      },
    ],
  }));
  const wanted = await readFiles({ ...IMAGES, "train/metadata.jsonl": LINE });
  const files: Files[] = [{ "train/metadata.csv": csv }, { "train/metadata.parquet": parquet }];
  for (const file of files) {
    const read = await readFiles({ ...IMAGES, ...file });
    assert.deepEqual(read.issues, [], Object.keys(file)[0]);
    for (const image of Object.keys(IMAGES)) {
      assert.deepEqual(boxes(read, image), boxes(wanted, image));
      assert.deepEqual(read.labels[image]!.image, wanted.labels[image]!.image);
    }
  }
});

Deno.test("corners are warned of, broken rows and files are rejects, rows without their image orphans", async () => {
  const read = await readFiles({
    "1.png": null,
    "metadata.jsonl":
      '{"file_name": "1.png", "objects": [{"bbox": [50, 40, 90, 70], "label": "cat"}, {"bbox": [1, 2]}]}\n' +
      '{"file": "x"}\n{"file_name": "gone.png"}\n{"file_name": "1.png"',
  });
  assert.deepEqual(rejects(read).toSorted(), [
    "coordinate-invalid",
    "row-without-image",
    "row-without-image",
  ]);
  assert.ok(read.issues.some(({ code }) => code === "box-maybe-corners"));
  assert.deepEqual(read.orphans, ["gone.png"]);
  const broken = await readFiles({ "1.png": null, "metadata.parquet": "PAR1 no table" });
  assert.deepEqual(rejects(broken), ["parquet-unreadable"]);
});

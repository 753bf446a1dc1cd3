import assert from "node:assert/strict";
import fc from "../property.ts";
import { csvFields, csvNumber, csvRecords, delimiterOf, scanCsv } from "../../src/formats/csv/records.ts";
import { memoryFile } from "../../src/io/range_window.ts";
import { readFiles, rejects } from "./reading.ts";

const box = (read: Awaited<ReturnType<typeof readFiles>>, image: string) =>
  read.labels[image]?.annotations.map(({ category, x, y, width, height }) => [
    read.names[category],
    ...[x, y, width, height].map((value) => Math.round(value * 1e6) / 1e6),
  ]);

Deno.test("TensorFlow's rows are boxes of their image; without rows an image is background", async () => {
  const read = await readFiles({
    "_annotations.csv": "\ufefffilename,width,height,class,xmin,ymin,xmax,ymax\r\n" +
      'a.png,100,80,cat,15,30,35,50\r\n"b, c.png",100,80,"big ""dog""",35,50,15,30\r\na.png,100,80,dog,0,0,100,80\r\n',
    "a.png": null,
    "b, c.png": null,
    "empty.png": null,
  });
  assert.equal(read.format, "tf-csv");
  assert.deepEqual(box(read, "a.png"), [["cat", 15, 30, 20, 20], ["dog", 0, 0, 100, 80]]);
  // Swapped corners are put in order.
  assert.deepEqual(box(read, "b, c.png"), [['big "dog"', 15, 30, 20, 20]]);
  assert.equal(read.labels["empty.png"], undefined);
  assert.equal(read.labels["a.png"]?.declaredHeight, 80);
  assert.deepEqual(read.issues, []);
});

Deno.test("coordinates are fractions if none is above 1, with semicolons and decimal commas as a spreadsheet writes", async () => {
  const read = await readFiles({
    "train.csv": "filename;class;xmin;ymin;xmax;ymax\na.jpg;cat;0,25;0,5;0,5;1\n",
    "train/a.jpg": null,
  });
  assert.deepEqual(box(read, "train/a.jpg"), [["cat", 25, 40, 25, 40]]);
  assert.equal(read.splits["train/a.jpg"], "train");
});

Deno.test("RetinaNet's classes keep the order of their ids, also unused ones; an empty row is background", async () => {
  const read = await readFiles({
    "annotations.csv": "img/a.png,15,30,35,50,cat\nimg/b.png,,,,,\n",
    "classes.csv": "dog,1\ncat,0\nunused,2\n",
    "img/a.png": null,
    "img/b.png": null,
  });
  assert.equal(read.format, "retinanet-csv");
  assert.deepEqual(read.classes, [{ name: "cat" }, { name: "dog" }, { name: "unused" }]);
  assert.deepEqual(box(read, "img/a.png"), [["cat", 15, 30, 20, 20]]);
  assert.deepEqual(box(read, "img/b.png"), []);
});

Deno.test("VoTT, wheat and AutoML rows are read", async () => {
  const vott = await readFiles({
    "x-export.csv": '"image","xmin","ymin","xmax","ymax","label"\n"a.jpg",15.5,30,35,50,"cat"\n',
    "a.jpg": null,
  });
  assert.deepEqual([vott.format, box(vott, "a.jpg")], ["vott-csv", [["cat", 15.5, 30, 19.5, 20]]]);
  const wheat = await readFiles({
    "train.csv": 'image_id,width,height,bbox,source\nb6ab,100,80,"[34.0, 22.0, 56.0, 36.0]",usask_1\n',
    "train/b6ab.jpg": null,
    "train/c.jpg": null,
  });
  assert.deepEqual([wheat.format, box(wheat, "train/b6ab.jpg")], ["wheat-csv", [["wheat", 34, 22, 56, 36]]]);
  const automl = await readFiles({
    "data.csv":
      "TRAIN,gs://bucket/x/a.jpg,cat,0.15,0.375,,,0.35,0.625,,\nVALIDATION,gs://bucket/x/b.jpg,,,,,,,,,\n" +
      "UNASSIGNED,gs://bucket/x/c.jpg,dog,0.1,0.1,0.2,0.1,0.2,0.2,0.1,0.2\n",
    "a.jpg": null,
    "b.jpg": null,
    "c.jpg": null,
  });
  assert.deepEqual([automl.format, box(automl, "a.jpg")], ["automl-csv", [["cat", 15, 30, 20, 20]]]);
  assert.deepEqual([box(automl, "b.jpg"), box(automl, "c.jpg")], [[], [["dog", 10, 8, 10, 8]]]);
  assert.deepEqual(automl.splits, { "a.jpg": "train", "b.jpg": "val", "c.jpg": undefined });
});

Deno.test("columns of 0 and 1 are classes of whole images", async () => {
  const read = await readFiles({
    "train/_classes.csv": "filename, cat, dog\na.jpg, 1, 1\nb.jpg, 0, 0\nc.jpg, 0, 1\nd.jpg, 1, maybe\n",
    "train/a.jpg": null,
    "train/b.jpg": null,
    "train/c.jpg": null,
    "train/d.jpg": null,
  });
  // The last row does not fit, so the file is not one of these.
  assert.notEqual(read.format, "multiclass-csv");
  const good = await readFiles({
    "train/_classes.csv": "filename, cat, dog\na.jpg, 1, 1\nb.jpg, 0, 0\nc.jpg, 0, 1\n",
    "train/a.jpg": null,
    "train/b.jpg": null,
    "train/c.jpg": null,
  });
  assert.equal(good.format, "multiclass-csv");
  const classes = (image: string) => good.labels[image]!.classes!.map((number) => good.names[number]);
  assert.deepEqual([classes("train/a.jpg"), classes("train/b.jpg"), classes("train/c.jpg")], [
    ["cat", "dog"],
    [],
    ["dog"],
  ]);
});

Deno.test("what is wrong with a row leaves the row out, and rows of missing images are told", async () => {
  const read = await readFiles({
    "t.csv":
      "filename,class,xmin,ymin,xmax,ymax\na.jpg,cat,1,2,x,4\na.jpg,,1,2,3,4\n,cat,1,2,3,4\ngone.jpg,cat,1,2,3,4\n" +
      "a.jpg,dog,1,2,3\na.jpg,dog,1,2,30,40\n",
    "a.jpg": null,
  });
  assert.deepEqual(rejects(read).toSorted(), [
    "coordinate-invalid",
    "coordinate-invalid",
    "object-without-name",
    "row-without-image",
  ]);
  assert.deepEqual(box(read, "a.jpg"), [["dog", 1, 2, 29, 38]]);
  assert.deepEqual(read.orphans, ["gone.jpg"]);
});

Deno.test("tables of something else are no labels", async () => {
  for (
    const table of ["name,age\nann,7\n", "a,b,c,d,e,f\n1,2,3,4,5,6\n", "TRAIN,a.jpg,cat\n", "", "\n\n", '"']
  ) {
    assert.equal((await readFiles({ "t.csv": table, "a.jpg": null })).format, undefined, table);
  }
});

const field = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", " ", ";", "é", "1") });

Deno.test("records and fields come back as they were written, with their place in the file", () => {
  fc.assert(fc.property(fc.array(fc.array(field, { minLength: 2, maxLength: 4 })), (rows) => {
    const text = rows.map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(",") + "\n");
    const bytes = new TextEncoder().encode(text.join(""));
    const found: string[][] = [];
    let next = 0;
    scanCsv(memoryFile(bytes), (record) => {
      assert.equal(record.offset, next);
      next += record.length;
      found.push(csvFields(record.text, ","));
    });
    assert.equal(next, bytes.length);
    assert.deepEqual(found, rows.map((row) => row.map((each) => each.trim())));
  }));
});

Deno.test("any text is split into records and fields without an end in sight", () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('"', ",", "\n", "a", " ") }), (text) => {
    for (const record of csvRecords(new TextEncoder().encode(text))) csvFields(record, delimiterOf(record));
  }));
  const lost = csvRecords(new TextEncoder().encode('a,"b\n' + "c,d\n".repeat(3000)));
  assert.equal(lost.length, 3001, "a quote that is never closed swallows nothing");
});

Deno.test("numbers are plain ones", () => {
  for (const [text, value] of [["1", 1], ["-1.5", -1.5], [".5", 0.5], ["1e2", 100]] as const) {
    assert.equal(csvNumber(text, ","), value);
  }
  for (const text of ["", " ", "0x10", "1,5", "NaN", "Infinity", "1 2", "١"]) {
    assert.ok(Number.isNaN(csvNumber(text, ",")), text);
  }
  assert.equal(csvNumber("1,5", ";"), 1.5);
});

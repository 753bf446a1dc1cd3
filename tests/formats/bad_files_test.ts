/**
 * A collection of broken label files that states what is expected of each (FORMATS §13): here each is read as a dataset of its
 * own, with its name and content, to the end.
 */
import assert from "node:assert/strict";
import { type Files, readFiles } from "./reading.ts";

/** What a file is to give: boxes with their class, `[class, x, y, width, height]`, and codes by severity; those of warnings once. */
interface Want {
  readonly boxes?: readonly (readonly [name: string, x: number, y: number, width: number, height: number])[];
  readonly rejects?: readonly string[];
  readonly warnings?: readonly string[];
  /** All classes, used or not. */
  readonly classes?: readonly string[];
  /** Outlines of the boxes. */
  readonly outlines?: readonly unknown[];
}

const CENTRE = ["cat", 40, 32, 20, 16] as const;

/** Text in UTF-16 with its byte order mark, the lower byte first. */
function utf16(text: string): Uint8Array {
  return Uint8Array.from([0xff, 0xfe, ...[...text].flatMap((char) => [char.charCodeAt(0), 0])]);
}

const YOLO: Readonly<Record<string, readonly [content: string | Uint8Array, want: Want]>> = {
  "yolo_6col_score.txt": ["0 0.5 0.5 0.2 0.2 0.93\n", { boxes: [CENTRE] }],
  "yolo_bom.txt": ["\ufeff0 0.5 0.5 0.2 0.2\n", { boxes: [CENTRE], warnings: ["label-encoding"] }],
  "yolo_class_name.txt": ["cat 0.5 0.5 0.2 0.2\n", { boxes: [CENTRE] }],
  "yolo_comma_decimal.txt": ["0 0,5 0,5 0,2 0,2\n", { rejects: ["label-row-invalid"] }],
  "yolo_crlf.txt": ["0 0.5 0.5 0.2 0.2\r\n", { boxes: [CENTRE] }],
  "yolo_float_class.txt": ["0.0 0.5 0.5 0.2 0.2\n", { boxes: [CENTRE] }],
  "yolo_mixed.txt": ["0 0.25 0.5 0.2 0.25\n1 0.1 0.25 0.4 0.25 0.4 0.5 0.1 0.5\n", {
    boxes: [["cat", 15, 30, 20, 20], ["dog", 10, 20, 30, 20]],
    outlines: [undefined, [[10, 20, 40, 20, 40, 40, 10, 40]]],
  }],
  "yolo_nan.txt": ["0 0.5 0.5 nan 0.2\n", { rejects: ["label-row-invalid"] }],
  "yolo_negative.txt": ["0 0.5 0.5 -0.2 0.2\n", { rejects: ["label-row-invalid"] }],
  "yolo_out_of_range.txt": ["0 0.95 0.5 0.2 0.2\n0 1.5 0.5 0.2 0.2\n", {
    boxes: [["cat", 85, 32, 15, 16]],
    rejects: ["annotation-outside"],
    warnings: ["annotation-mostly-outside"],
  }],
  "yolo_pixels.txt": ["0 320 240 100 80\n", { rejects: ["label-row-invalid"] }],
  "yolo_sci.txt": ["0 5e-1 5.0E-1 .2 +0.2\n", { boxes: [CENTRE] }],
  "yolo_tabs_trailing.txt": ["0\t0.5\t0.5  0.2 0.2 \n\n\n", { boxes: [CENTRE] }],
  "yolo_utf16le.txt": [utf16("0 0.5 0.5 0.2 0.2\r\n"), { boxes: [CENTRE], warnings: ["label-encoding"] }],
};
for (const [name, [content, want]] of Object.entries(YOLO)) {
  Deno.test(name, () => check({ "data.yaml": "names: [cat, dog]\n", "a.png": null, "a.txt": content }, want));
}

const YAML: Readonly<Record<string, readonly [content: string, want: Want]>> = {
  "data_yaml_booleans.yaml": ["train: images\nval: images\nnames: [no, yes, on, off, 0x10, 012, 1:30, ~]\n", {
    boxes: [["no", 40, 32, 20, 16]],
    classes: ["no", "yes", "on", "off", "0x10", "012", "1:30", "~"],
  }],
  "data_yaml_gap.yaml": ["train: images\nval: images\nnames: {0: cat, 2: dog}\n", {
    boxes: [CENTRE],
    classes: ["cat", "class_1", "dog"],
    warnings: ["class-list-gap"],
  }],
};
for (const [name, [content, want]] of Object.entries(YAML)) {
  Deno.test(
    name,
    () => check({ "data.yaml": content, "images/a.png": null, "labels/a.txt": "0 0.5 0.5 0.2 0.2\n" }, want),
  );
}

const SIZE = "<size><width>100</width><height>80</height><depth>3</depth></size>";
const VOC: Readonly<Record<string, readonly [content: string, want: Want]>> = {
  "voc_doctype_entity.xml": [
    '<?xml version="1.0"?><!DOCTYPE annotation [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>' +
    `<annotation><filename>&b;</filename>${SIZE}</annotation>\n`,
    { rejects: ["xml-doctype"] },
  ],
  "voc_float_cp1252.xml": [
    `<annotation><filename>caf\xe9.png</filename>${SIZE}<object><name>cat</name><bndbox><xmin>10.6</xmin>` +
    "<ymin>20.4</ymin><xmax>40.5</xmax><ymax>60.5</ymax></bndbox></object></annotation>\n",
    { boxes: [["cat", 10.6, 20.4, 29.9, 40.1]], warnings: ["label-encoding"] },
  ],
  "voc_no_bndbox.xml": [
    `<annotation><filename>a.png</filename>${SIZE}<object><name>cat</name></object></annotation>\n`,
    { rejects: ["object-without-box"] },
  ],
  "voc_swapped.xml": [
    `<annotation><filename>a.png</filename>${SIZE}<object><name>cat</name><bndbox><xmax>10</xmax><ymax>20</ymax>` +
    "<xmin>40</xmin><ymin>60</ymin></bndbox></object></annotation>\n",
    { boxes: [["cat", 10, 20, 30, 40]] },
  ],
};
for (const [name, [content, want]] of Object.entries(VOC)) {
  const bytes = Uint8Array.from(content, (char) => char.charCodeAt(0));
  Deno.test(name, () => check({ "a.png": null, "a.xml": bytes }, want));
}

const IMAGES = '"images":[{"id":1,"width":100,"height":80,"file_name":"a.png"}]';
const HEAD = `{${IMAGES},"categories":[{"id":1,"name":"cat"}],`;
const POLYGONS = [
  "[[1, 1, 4, 3]]",
  "[[]]",
  "[]",
  "[[1, 1, 4, 1, 4, 3, 1]]",
  '{"size": [80, 100], "counts": [10, 5]}',
  '{"size": [80, 100], "counts": [10, 5, 9000]}',
  "null",
  "[1, 1, 4, 1, 4, 3]",
].map((segmentation, i) =>
  `{"id": ${i + 1}, "image_id": 1, "category_id": 1, "bbox": [1, 1, 3, 2], "area": 6, "iscrowd": 0, ` +
  `"segmentation": ${segmentation}}`
);
const COCO: Readonly<Record<string, readonly [content: string, want: Want]>> = {
  // Seven are the same box when what cannot be an outline is left out, so six of them are duplicates.
  "coco_bad_polygons.json": [`${HEAD}"annotations":[${POLYGONS}]}\n`, {
    boxes: [["cat", 1, 1, 3, 2], ["cat", 1, 1, 3, 2]],
    outlines: [undefined, [[1, 1, 4, 1, 4, 3]]],
    rejects: Array(6).fill("duplicate-annotation"),
    warnings: ["segmentation-invalid"],
  }],
  "coco_bom.json": [`\ufeff${HEAD}"annotations":[]}\n`, { classes: ["cat"] }],
  "coco_dup_ids.json": [
    `${HEAD}"annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1,1,2,3],"area":6,"iscrowd":0},` +
    '{"id":1,"image_id":1,"category_id":1,"bbox":[5,5,2,3],"area":6,"iscrowd":0}]}\n',
    { boxes: [["cat", 1, 1, 2, 3], ["cat", 5, 5, 2, 3]] },
  ],
  "coco_missing_area_iscrowd.json": [
    `${HEAD}"annotations":[{"id":0,"image_id":1,"category_id":1,"bbox":[1,1,2,3]}]}\n`,
    { boxes: [["cat", 1, 1, 2, 3]] },
  ],
  "coco_nan.json": [
    `${HEAD}"annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[NaN,1,2,3],"area":6,"iscrowd":0}]}\n`,
    { rejects: ["annotation-not-finite"] },
  ],
  "coco_orphans.json": [
    `${HEAD}"annotations":[{"id":1,"image_id":99,"category_id":7,"bbox":[1,1,2,3],"area":6,"iscrowd":0}]}\n`,
    { rejects: ["image-unknown-id"] },
  ],
  "coco_truncated.json": [`${HEAD}"annotations":[{"id":1,"image_id":1,"cat`, { rejects: ["json-truncated"] }],
};
for (const [name, [content, want]] of Object.entries(COCO)) {
  Deno.test(name, () => check({ "a.png": null, "labels.json": content }, want));
}

Deno.test("coco_string_ids.json", () =>
  check({
    "dir/a.png": null,
    "labels.json":
      '{"images":[{"id":"a","width":"100","height":"80","file_name":"dir\\\\a.png"}],"categories":[{"id":"1",' +
      '"name":"cat"}],"annotations":[{"id":"x","image_id":"a","category_id":"1","bbox":["1","1","2","3"],"area":"6",' +
      '"iscrowd":false}]}\n',
  }, { boxes: [["cat", 1, 1, 2, 3]], warnings: ["number-as-text"] }));

async function check(files: Files, want: Want): Promise<void> {
  const found = await readFiles(files, { finish: true });
  const annotations = Object.values(found.finished).flat();
  const rounded = annotations.map(({ category, x, y, width, height }) => [
    found.names[category],
    ...[x, y, width, height].map((value) => Number(value.toFixed(6))),
  ]);
  assert.deepEqual(rounded, want.boxes ?? []);
  for (const { width, height, area, segmentation, iscrowd } of annotations) {
    if (!segmentation) assert.ok(Math.abs(area - width * height) < 1e-9);
    assert.equal(iscrowd, 0);
  }
  if (want.outlines) assert.deepEqual(annotations.map(({ segmentation }) => segmentation), want.outlines);
  if (want.classes) assert.deepEqual(found.names, want.classes);
  const told = (severity: string) =>
    found.issues.filter((issue) => issue.severity === severity).map(({ code }) => code);
  assert.deepEqual(told("reject"), want.rejects ?? []);
  assert.deepEqual([...new Set(told("warning"))], want.warnings ?? []);
}

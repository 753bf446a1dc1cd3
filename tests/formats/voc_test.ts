import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import fc from "../property.ts";
import { loadReader } from "../../src/formats/table.ts";
import { type Files, readFiles, readFolder, rejects } from "./reading.ts";

const object = (name: string, [xmin, ymin, xmax, ymax]: readonly (number | string)[], more = "") =>
  `<object><name>${name}</name>${more}<bndbox><xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmax}</xmax>` +
  `<ymax>${ymax}</ymax></bndbox></object>`;
const annotation = (...parts: readonly string[]) => `<annotation>\n${parts.join("\n")}\n</annotation>\n`;
const database = (name: string) => `<source><database>${name}</database></source>`;
const SIZE = "<size><width>100</width><height>80</height><depth>3</depth></size>";

/** Reads one file beside its image. */
async function readOne(xml: string | Uint8Array, options: Parameters<typeof readFiles>[1] = {}) {
  const read = await readFiles({ "a.jpg": null, "a.xml": xml }, { format: "voc", ...options });
  const labels = read.labels["a.jpg"]!;
  const boxes = labels.annotations.map(({ x, y, width, height }) => [x, y, width, height]);
  return { ...read, one: labels, boxes };
}

Deno.test("a VOC box is read with its class, attributes, size and line", async () => {
  const more = "<pose>Left</pose><truncated>1</truncated><difficult>0</difficult><occluded>1</occluded>";
  const { one, names } = await readOne(annotation(SIZE, object(" dog ", [10, 20, 40, 60], more)));
  assert.deepEqual(names, ["dog"]);
  assert.deepEqual(one, {
    annotations: [{
      category: 0,
      x: 10,
      y: 20,
      width: 30,
      height: 40,
      attributes: { pose: "Left", truncated: 1, difficult: 0, occluded: 1 },
      line: 3,
    }],
    declaredWidth: 100,
    declaredHeight: 80,
  });
});

Deno.test("CVAT's attributes are read", async () => {
  const more = "<attributes><attribute><name>color</name><value>red</value></attribute>" +
    "<attribute><name>track_id</name><value>7</value></attribute></attributes>";
  const { one } = await readOne(annotation(object("car", [1, 2, 3, 4], more)));
  assert.deepEqual(one.annotations[0].attributes, { color: "red", track_id: 7 });
});

const OFFSETS = [
  ["auto", "The VOC2007 Database", [10, 20, 30, 40]],
  ["auto", "roboflow.com", [10, 20, 29, 39]],
  ["auto", "Unknown", [11, 21, 29, 39]],
  ["voc", "Unknown", [10, 20, 30, 40]],
  ["all", "Unknown", [10, 20, 29, 39]],
  ["none", "The VOC2007 Database", [11, 21, 29, 39]],
] as const;
for (const [vocOffset, name, box] of OFFSETS) {
  Deno.test(`11, 21, 40, 60 of "${name}" with offset ${vocOffset} is x, y, width, height ${box}`, async () => {
    const xml = annotation(database(name), object("dog", [11, 21, 40, 60]));
    assert.deepEqual((await readOne(xml, { vocOffset })).boxes, [box]);
  });
}

Deno.test("a coordinate of 0 proves that a file of the VOC database counts from 0", async () => {
  const xml = annotation(
    database("The VOC2012 Database"),
    object("dog", [0, 5, 10, 10]),
    object("cat", [5, 5, 9, 9]),
  );
  assert.deepEqual((await readOne(xml)).boxes, [[0, 5, 10, 5], [5, 5, 4, 4]]);
});

Deno.test("corners in any order are sorted", async () => {
  assert.deepEqual((await readOne(annotation(object("cat", [40, 60, 10, 20])))).boxes, [[10, 20, 30, 40]]);
});

Deno.test("an empty box is handed on with width 0, for the geometry to reject", async () => {
  assert.deepEqual((await readOne(annotation(object("cat", [40, 60, 40, 70])))).boxes, [[40, 60, 0, 10]]);
});

Deno.test("a size of 0 × 0 counts as undeclared", async () => {
  const { one } = await readOne(annotation("<size><width>0</width><height>0</height></size>"));
  assert.deepEqual(one, { annotations: [] });
});

Deno.test("Roboflow's polygon becomes the segmentation, in the same frame as the box", async () => {
  const polygon = "<polygon><x1>11</x1><y1>21</y1><x2>41</x2><y2>21</y2><x3>41</x3><y3>61</y3></polygon>";
  const { one, boxes } = await readOne(
    annotation(database("roboflow.ai"), object("cat", [11, 21, 41, 61], polygon)),
  );
  assert.deepEqual(boxes, [[10, 20, 30, 40]]);
  assert.deepEqual(one.annotations[0].segmentation, [[10, 20, 40, 20, 40, 60]]);
});

const BAD_OBJECTS = [
  ["without a bndbox", "<object><name>cat</name></object>", "object-without-box"],
  [
    "with half a bndbox",
    "<object><name>cat</name><bndbox><xmin>1</xmin></bndbox></object>",
    "object-without-box",
  ],
  ["without a name", object(" ", [1, 2, 3, 4]), "object-without-name"],
  ["with a decimal comma", object("cat", ["1,5", 2, 3, 4]), "coordinate-invalid"],
  ["with hexadecimal digits", object("cat", ["0x10", 2, 3, 4]), "coordinate-invalid"],
  ["with an empty coordinate", object("cat", ["", 2, 3, 4]), "coordinate-invalid"],
] as const;
for (const [title, xml, code] of BAD_OBJECTS) {
  Deno.test(`an object ${title} is rejected with its line, the next one is read`, async () => {
    const read = await readOne(annotation(SIZE, xml, object("dog", [5, 6, 7, 8])));
    assert.deepEqual(read.boxes, [[5, 6, 2, 2]]);
    const [issue, ...more] = read.issues;
    assert.deepEqual([issue.code, issue.severity, issue.record, issue.line], [
      code,
      "reject",
      "annotation",
      3,
    ]);
    assert.deepEqual(more, []);
  });
}

Deno.test("nan and infinite coordinates are handed on, for the geometry to reject", async () => {
  const read = await readOne(annotation(object("cat", ["NaN", 2, 3, 4]), object("cat", [1, 2, "inf", 4])));
  assert.deepEqual(read.boxes.map((box) => box.every(Number.isFinite)), [false, false]);
  assert.deepEqual(read.issues, []);
});

// The next four are inputs of a collection of broken label files; what is expected is stated there.
Deno.test("a file with a DOCTYPE is refused as a whole", async () => {
  const read = await readOne(
    '<?xml version="1.0"?><!DOCTYPE annotation [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]>' +
      "<annotation><filename>&b;</filename><size><width>100</width><height>80</height></size></annotation>",
  );
  assert.deepEqual(read.one, { annotations: [] });
  assert.deepEqual(read.issues.map((issue) => [issue.code, issue.record, issue.path]), [
    ["xml-doctype", "label", "a.xml"],
  ]);
});

Deno.test("swapped corners of 40 60 10 20 are the box 10 20 30 40", async () => {
  const xml =
    "<annotation><filename>a.png</filename><object><name>cat</name><bndbox><xmax>10</xmax><ymax>20</ymax>" +
    "<xmin>40</xmin><ymin>60</ymin></bndbox></object></annotation>";
  assert.deepEqual((await readOne(xml)).boxes, [[10, 20, 30, 40]]);
});

Deno.test("decimals in a file in Windows-1252 are read, with a warning", async () => {
  const xml = "<annotation><filename>caf\xe9.png</filename>" + object("cat", [10.6, 20.4, 40.5, 60.5]) +
    "</annotation>";
  const read = await readOne(Uint8Array.from(xml, (char) => char.charCodeAt(0)));
  assert.deepEqual(read.boxes, [[10.6, 20.4, 40.5 - 10.6, 60.5 - 20.4]]);
  assert.deepEqual(read.issues.map((issue) => [issue.code, issue.severity]), [["label-encoding", "warning"]]);
});

Deno.test("malformed XML is one reject with its line; the other files are read", async () => {
  const read = await readFiles({
    "a.jpg": null,
    "a.xml": "<annotation>\n<object><name>a & b</name></object></annotation>",
    "b.jpg": null,
    "b.xml": annotation(object("dog", [1, 2, 3, 4])),
    "c.jpg": null,
    "c.xml": "",
  }, { format: "voc" });
  assert.equal(read.labels["b.jpg"]?.annotations.length, 1);
  assert.deepEqual(read.issues.map(({ code, path, line, record }) => [code, path, line, record]), [
    ["xml-malformed", "a.xml", 2, "label"],
    ["xml-malformed", "c.xml", 1, "label"],
  ]);
});

Deno.test("XML that is no VOC annotation is rejected", async () => {
  const read = await readOne("<annotations><image/></annotations>");
  assert.deepEqual(rejects(read), ["xml-not-voc"]);
});

const DEVKIT: Files = {
  "VOCdevkit/VOC2007/JPEGImages/1.jpg": null,
  "VOCdevkit/VOC2007/JPEGImages/2.jpg": null,
  "VOCdevkit/VOC2007/JPEGImages/3.jpg": null,
  "VOCdevkit/VOC2007/Annotations/1.xml": annotation(object("dog", [1, 2, 3, 4])),
  "VOCdevkit/VOC2007/Annotations/2.xml": annotation(object("dog", [1, 2, 3, 4])),
  "VOCdevkit/VOC2007/Annotations/4.xml": annotation(object("dog", [1, 2, 3, 4])),
  "VOCdevkit/VOC2007/ImageSets/Main/train.txt": "1\r\n",
  "VOCdevkit/VOC2007/ImageSets/Main/trainval.txt": "1\n3\n",
  "VOCdevkit/VOC2007/ImageSets/Main/dog_train.txt": "2  1\n3 -1\n",
  "VOCdevkit/VOC2007/ImageSets/Layout/test.txt": "2\n",
  "VOCdevkit/VOC2007/SegmentationClass/1.png": null,
  "VOCdevkit/VOC2007/SegmentationObject/1.png": null,
  "VOCdevkit/VOC2012/JPEGImages/1.jpg": null,
  "VOCdevkit/VOC2012/Annotations/1.xml": annotation(object("cat", [1, 2, 3, 4])),
  "VOCdevkit/VOC2012/ImageSets/Main/valid.txt": "1\n",
};

Deno.test("VOC folders of a tree become one dataset: pairs by stem, splits by list, masks are no frames", async () => {
  const read = await readFiles(DEVKIT);
  assert.equal(read.format, "voc");
  assert.deepEqual(read.splits, {
    "VOCdevkit/VOC2007/JPEGImages/1.jpg": "train",
    "VOCdevkit/VOC2007/JPEGImages/2.jpg": undefined,
    "VOCdevkit/VOC2007/JPEGImages/3.jpg": "trainval",
    "VOCdevkit/VOC2012/JPEGImages/1.jpg": "val",
  });
  const counts = Object.values(read.labels).map((labels) => labels?.annotations.length);
  assert.deepEqual(counts, [1, 1, undefined, 1]);
  assert.deepEqual(read.names, ["dog", "cat"]);
  assert.equal(read.orphans.length, 1);
  assert.match(read.orphans[0], /^VOCdevkit\/VOC2007\/JPEGImages\/4\./);
});

Deno.test("labels in annotations/ beside images/ are found by stem, whatever filename says; splits by folder", async () => {
  const read = await readFiles({
    "train/images/a.png": null,
    "train/annotations/a.xml": annotation("<filename>other.jpg</filename>", object("dog", [1, 2, 3, 4])),
    "valid/b.png": null,
    "valid/b.xml": annotation(),
  });
  assert.equal(read.labels["train/images/a.png"]?.annotations.length, 1);
  assert.deepEqual(read.labels["valid/b.png"], { annotations: [] });
  assert.deepEqual(read.splits, { "train/images/a.png": "train", "valid/b.png": "val" });
});

Deno.test("LabelMe's and CVAT's XML is not taken for VOC", async () => {
  const labelme =
    "<annotation><filename>a.jpg</filename><object><polygon><pt><x>1</x></pt></polygon></object></annotation>";
  const cvat = "<?xml version='1.0'?><annotations><version>1.1</version></annotations>";
  assert.deepEqual((await readFiles({ "a.jpg": null, "a.xml": labelme })).formats, ["labelme-xml"]);
  assert.deepEqual((await readFiles({ "a.jpg": null, "a.xml": cvat })).formats, ["cvat"]);
});

Deno.test("the parser takes any text without throwing", async () => {
  const voc = await loadReader("voc");
  const part = fc.constantFrom(
    "<annotation>",
    "</annotation>",
    "<object>",
    "</object>",
    "<name>a</name>",
    "<bndbox>",
    "</bndbox>",
    "<xmin>1</xmin>",
    "<xmax>-9e99</xmax>",
    "<ymin>nan</ymin>",
    "<ymax/>",
    "<size><width>x</width></size>",
    "<attributes><attribute><name/></attribute></attributes>",
    "<polygon><x1>1</x1><y1>2</y1></polygon>",
    "text",
    "&lt;",
  );
  const context = {
    path: "a.xml",
    width: 1,
    height: 1,
    settings: { offset: "auto" },
    declared: 0,
    image: "a.jpg",
    file: () => undefined,
    category: () => 0,
    issue: () => {},
  };
  fc.assert(fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
    const { annotations } = voc.parse(
      new TextEncoder().encode(`<annotation>${parts.join("")}</annotation>`),
      context,
    );
    assert.ok(Array.isArray(annotations));
  }));
});

const BCCD = new URL("../../../shared/real/bccd/BCCD", import.meta.url).pathname;
const absent = !existsSync(BCCD);
Deno.test({
  name: `BCCD gives 364 images and 4888 objects, two of them empty${
    absent ? " (skipped: ../shared is absent)" : ""
  }`,
  ignore: absent,
  fn: async () => {
    const read = await readFolder(BCCD);
    const all = Object.values(read.labels).flatMap((labels) => labels!.annotations);
    assert.equal(Object.keys(read.labels).length, 364);
    assert.equal(all.length, 4888);
    assert.equal(all.filter(({ width, height }) => width === 0 || height === 0).length, 2);
    assert.deepEqual([...read.names].sort(), ["Platelets", "RBC", "WBC"]);
    assert.deepEqual(new Set(Object.values(read.splits)), new Set(["train", "val", "test"]));
    assert.deepEqual(read.issues, []);
  },
});

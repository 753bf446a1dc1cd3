/** Broken COCO files of a collection that states what is expected of each. */
import assert from "node:assert/strict";
import { finish } from "../../src/geometry/finish.ts";
import type { ParsedLabels } from "../../src/model/annotation.ts";
import { readFiles, rejects } from "./reading.ts";

const HEADER = { codec: "png", width: 100, height: 80, orientation: 1 };
const IMAGE = '"images":[{"id":1,"width":100,"height":80,"file_name":"a.png"}]';
const CAT = '"categories":[{"id":1,"name":"cat"}]';

async function read(json: string) {
  const found = await readFiles({ "a.png": null, "b.json": json }, { format: "coco" });
  return { ...found, a: found.labels["a.png"] };
}

/** Annotations as they go into the set, each finished on its own, for they are all alike. */
function finished(labels: ParsedLabels | undefined) {
  const issues: string[] = [];
  const annotations = (labels?.annotations ?? []).flatMap((annotation) =>
    finish({ ...labels, annotations: [annotation] }, HEADER, (issue) => issues.push(issue.code))
  );
  return { annotations, issues };
}

Deno.test("a byte order mark is passed over", async () => {
  const { a, names, issues } = await read(`\ufeff{${IMAGE},${CAT},"annotations":[]}`);
  assert.deepEqual([a?.annotations, a?.declaredWidth, a?.declaredHeight, names, issues], [[], 100, 80, [
    "cat",
  ], []]);
});

Deno.test("a file that is cut off is one reject, and nothing of it is used", async () => {
  const found = await read(`{${IMAGE},${CAT},"annotations":[{"id":1,"image_id":1,"cat`);
  assert.deepEqual([found.a, found.names], [undefined, []]);
  assert.deepEqual(found.issues.map(({ code, severity, record, path }) => [code, severity, record, path]), [
    ["json-truncated", "reject", "label", "b.json"],
  ]);
});

Deno.test("an annotation with NaN is dropped, the next one is read", async () => {
  const found = await read(
    `{${IMAGE},${CAT},"annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[NaN,1,2,3],"area":6,"iscrowd":0},` +
      `{"id":2,"image_id":1,"category_id":1,"bbox":[1,1,2,3],"name":"NaN"}]}`,
  );
  assert.equal(found.a?.annotations.length, 1);
  assert.deepEqual(found.a?.annotations[0].attributes, { name: "NaN" });
  assert.deepEqual(rejects(found), ["annotation-not-finite"]);
});

Deno.test("area and iscrowd that are missing are filled in: 6 and 0", async () => {
  const { a } = await read(
    `{${IMAGE},${CAT},"annotations":[{"id":0,"image_id":1,"category_id":1,"bbox":[1,1,2,3]}]}`,
  );
  const [{ area, iscrowd }] = finished(a).annotations;
  assert.deepEqual([area, iscrowd], [6, 0]);
});

Deno.test("of two annotations with the same id both are kept", async () => {
  const { a, issues } = await read(
    `{${IMAGE},${CAT},"annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1,1,2,3],"area":6,"iscrowd":0},` +
      `{"id":1,"image_id":1,"category_id":1,"bbox":[5,5,2,3],"area":6,"iscrowd":0}]}`,
  );
  assert.deepEqual(a?.annotations.map(({ x, y }) => [x, y]), [[1, 1], [5, 5]]);
  assert.deepEqual(issues, []);
});

Deno.test("annotations of an unknown image or category are rejected, each of them", async () => {
  const found = await read(
    `{${IMAGE},${CAT},"annotations":[{"id":1,"image_id":99,"category_id":7,"bbox":[1,1,2,3],"area":6,"iscrowd":0},` +
      `{"id":2,"image_id":99,"category_id":1,"bbox":[1,1,2,3]},{"id":3,"image_id":1,"category_id":7,"bbox":[1,1,2,3]}]}`,
  );
  assert.deepEqual(found.a?.annotations, []);
  assert.deepEqual(rejects(found), ["image-unknown-id", "image-unknown-id", "category-unknown"]);
  assert.ok(found.issues.every(({ record }) => record === "annotation"));
  assert.match(found.issues[0].message, /99/);
  assert.match(found.issues[2].message, /7/);
});

const POLYGONS: readonly (readonly [title: string, json: string, want: unknown, code: string | undefined])[] =
  [
    ["four numbers", "[[1,1,4,3]]", undefined, "segmentation-invalid"],
    ["an empty polygon", "[[]]", undefined, undefined],
    ["no polygon", "[]", undefined, undefined],
    ["an odd count", "[[1,1,4,1,4,3,1]]", undefined, "segmentation-invalid"],
    ["a mask that is too short", '{"size":[80,100],"counts":[10,5]}', undefined, "segmentation-invalid"],
    ["a mask that is too long", '{"size":[80,100],"counts":[10,5,9000]}', undefined, "segmentation-invalid"],
    ["null", "null", undefined, undefined],
    ["a flat list", "[1,1,4,1,4,3]", [[1, 1, 4, 1, 4, 3]], undefined],
    ["text", '"x"', undefined, undefined],
    ["numbers among polygons", "[[1,1,4,1,4,3],5]", [[1, 1, 4, 1, 4, 3]], "segmentation-invalid"],
    ["an object", "{}", undefined, "segmentation-invalid"],
  ];
for (const [title, json, want, code] of POLYGONS) {
  Deno.test(`a segmentation of ${title} leaves the box${want ? " and a polygon" : ""}`, async () => {
    const { a } = await read(
      `{${IMAGE},${CAT},"annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1,1,3,2],"area":6,"iscrowd":0,` +
        `"segmentation":${json}}]}`,
    );
    const { annotations: [{ x, y, width, height, segmentation }], issues } = finished(a);
    assert.deepEqual([x, y, width, height], [1, 1, 3, 2]);
    assert.deepEqual(segmentation, want);
    assert.deepEqual(issues, code ? [code] : []);
  });
}

Deno.test("ids and numbers written as text are read, with a warning; a Windows path finds its image", async () => {
  const found = await readFiles({
    "dir/a.png": null,
    "b.json": '{"images":[{"id":"a","width":"100","height":"80","file_name":"dir\\\\a.png"}],' +
      '"categories":[{"id":"1","name":"cat"}],"annotations":[{"id":"x","image_id":"a","category_id":"1",' +
      '"bbox":["1","1","2","3"],"area":"6","iscrowd":false}]}',
  });
  assert.deepEqual(found.labels["dir/a.png"], {
    annotations: [{ category: 0, x: 1, y: 1, width: 2, height: 3, area: 6 }],
    declaredWidth: 100,
    declaredHeight: 80,
  });
  assert.deepEqual(
    new Set(found.issues.map(({ code, severity }) => `${severity} ${code}`)),
    new Set(["warning number-as-text"]),
  );
});

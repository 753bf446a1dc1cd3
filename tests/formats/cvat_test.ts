import assert from "node:assert/strict";
import { decodeCounts } from "../../src/geometry/rle.ts";
import { type Files, readFiles, rejects } from "./reading.ts";
import { survives } from "./survives.ts";

const LABELS = `<labels><label><name>cat</name><color>#ff0000</color><attributes>
<attribute><name>age</name><mutable>False</mutable><input_type>number</input_type><values>1\n99</values></attribute>
<attribute><name>wild</name><input_type>checkbox</input_type></attribute></attributes></label>
<label><name>dog</name><attributes></attributes></label></labels>`;
const document = (body: string, meta = `<task><id>1</id>${LABELS}</task>`) =>
  `<?xml version="1.0" encoding="utf-8"?>\n<annotations><version>1.1</version><meta>${meta}</meta>\n${body}\n</annotations>\n`;
const image = (name: string, shapes: string, more = "") =>
  `<image id="0" name="${name}"${more} width="100" height="80">${shapes}</image>`;

/** Reads the shapes of one image. */
async function readShapes(shapes: string, meta?: string) {
  const read = await readFiles({
    "images/a.png": null,
    "annotations.xml": document(image("a.png", shapes), meta),
  });
  return { ...read, one: read.labels["images/a.png"]! };
}

Deno.test("cvat: boxes, turned ones, polygons, masks and tags of an image", async () => {
  const { one, names, format, classes, issues } = await readShapes(
    `<box label="cat" source="manual" occluded="1" xtl="10.00" ytl="20.00" xbr="40.00" ybr="60.00" z_order="0">
      <attribute name="age">3</attribute><attribute name="wild">false</attribute></box>
    <box label="dog" occluded="0" xtl="40" ytl="30" xbr="60" ybr="40" rotation="90.00"/>
    <polygon label="dog" points="50.00,60.00;80.00,60.00;80.00,80.00;50.00,80.00" z_order="1" group_id="4"></polygon>
    <mask label="cat" rle="0, 5, 1" left="4" top="5" width="3" height="2"></mask>
    <tag label="cat" source="manual"><attribute name="weather">rain</attribute></tag>`,
  );
  assert.equal(format, "cvat");
  assert.deepEqual(names, ["cat", "dog"]);
  assert.deepEqual(classes, [{ name: "cat", extra: { color: "#ff0000" } }, { name: "dog" }]);
  const [box, turned, polygon, mask] = one.annotations;
  assert.deepEqual(box, {
    category: 0,
    x: 10,
    y: 20,
    width: 30,
    height: 40,
    attributes: { occluded: true, z_order: 0, source: "manual", age: 3, wild: false },
  });
  assert.deepEqual([turned.x, turned.y, turned.width, turned.height, turned.area], [45, 25, 10, 20, 200]);
  assert.deepEqual(turned.segmentation, [[55, 25, 55, 45, 45, 45, 45, 25]]);
  assert.deepEqual(turned.attributes, { occluded: false, rotation: 90 });
  assert.deepEqual(polygon.segmentation, [[50, 60, 80, 60, 80, 80, 50, 80]]);
  assert.deepEqual(polygon.attributes, { group_id: 4, z_order: 1 });
  const { segmentation } = mask as { segmentation: { counts: string } };
  assert.deepEqual(decodeCounts(segmentation.counts), [325, 2, 78, 2, 78, 1, 7514]);
  assert.deepEqual([mask.x, mask.y, mask.width, mask.height, mask.area], [4, 5, 3, 2, 5]);
  assert.deepEqual(one.classes, [0]);
  assert.deepEqual(one.image, { attributes: { weather: "rain" } });
  assert.deepEqual([one.declaredWidth, one.declaredHeight], [100, 80]);
  assert.deepEqual(issues, []);
});

Deno.test("cvat: an ellipse becomes a polygon around its middle", async () => {
  const { one: { annotations: [ellipse] } } = await readShapes(
    `<ellipse label="cat" cx="50" cy="40" rx="20" ry="10"/>`,
  );
  assert.deepEqual([ellipse.x, ellipse.y, ellipse.width, ellipse.height], [30, 30, 40, 20]);
});

const SKELETON = `<task><labels>
<label><name>person</name><type>skeleton</type><attributes/><svg>&lt;line x1="1" data-type="edge" data-node-from="2"
data-node-to="7"&gt;&lt;/line&gt;&lt;circle data-node-id="2" data-label-name="head"&gt;&lt;/circle&gt;&lt;circle
data-node-id="7" data-label-name="foot"&gt;&lt;/circle&gt;</svg></label>
<label><name>head</name><type>points</type><attributes/><parent>person</parent></label>
<label><name>foot</name><type>points</type><attributes/><parent>person</parent></label></labels></task>`;

Deno.test("cvat: a skeleton becomes keypoints in the order of its parts, which are no classes", async () => {
  const { one, classes } = await readShapes(
    `<skeleton label="person" source="manual"><points label="foot" occluded="1" outside="0" points="30.00,50.00"/>
    <points label="head" occluded="0" outside="0" points="10.00,20.00"></points></skeleton>
    <skeleton label="person"><points label="head" outside="1" points="1,1"/><points label="foot" points="5,6"/></skeleton>`,
    SKELETON,
  );
  assert.deepEqual(classes, [{ name: "person", extra: { keypoints: ["head", "foot"], skeleton: [[1, 2]] } }]);
  const [both, one_] = one.annotations;
  assert.deepEqual(both.keypoints, [10, 20, 2, 30, 50, 1]);
  assert.deepEqual([both.x, both.y, both.width, both.height], [10, 20, 20, 30]);
  assert.deepEqual(one_.keypoints, [0, 0, 0, 5, 6, 2]);
});

Deno.test("cvat: points, polylines and cuboids are rejected one by one", async () => {
  const { one, issues } = await readShapes(
    `<points label="cat" points="1,2"/><polyline label="cat" points="1,2;3,4"><attribute name="age">1</attribute></polyline>
    <cuboid label="dog" xtl1="1" ytl1="2"/><box label="dog" xtl="1" ytl="2" xbr="3" ybr="4"/>`,
  );
  assert.equal(one.annotations.length, 1);
  assert.deepEqual(issues.map(({ code, record }) => [code, record]), [
    ["shape-without-area", "annotation"],
    ["shape-without-area", "annotation"],
    ["shape-without-area", "annotation"],
  ]);
});

const BAD_SHAPES = [
  [`<box label="cat" xtl="1,5" ytl="2" xbr="3" ybr="4"/>`, "coordinate-invalid"],
  [`<box label="cat" xtl="1" ytl="2" xbr="3"/>`, "coordinate-invalid"],
  [`<box label="cat" xtl="nan" ytl="2" xbr="3" ybr="4"/>`, "coordinate-invalid"],
  [`<box xtl="1" ytl="2" xbr="3" ybr="4"/>`, "object-without-name"],
  [`<polygon label="cat" points="1,2;3;4,5"/>`, "coordinate-invalid"],
  [`<polygon label="cat" points="1,2;3,4"/>`, "annotation-invalid"],
  [`<polygon label="cat"/>`, "coordinate-invalid"],
  [`<mask label="cat" rle="0, 7" left="4" top="5" width="3" height="2"/>`, "annotation-invalid"],
  [`<mask label="cat" rle="0, x" left="4" top="5" width="3" height="2"/>`, "annotation-invalid"],
  [`<mask label="cat" rle="6" left="4" top="5" width="3" height="2"/>`, "annotation-invalid"],
  [`<mask label="cat" rle="1" left="4" top="5" width="99999999" height="99999999"/>`, "annotation-invalid"],
  [`<skeleton label="cat"/>`, "annotation-invalid"],
] as const;
for (const [shape, code] of BAD_SHAPES) {
  Deno.test(`cvat: ${shape} is rejected, the next shape is read`, async () => {
    const read = await readShapes(`${shape}<box label="dog" xtl="5" ytl="6" xbr="7" ybr="8"/>`);
    assert.deepEqual(read.one.annotations.map(({ x }) => x), [5]);
    assert.deepEqual(rejects(read), [code]);
  });
}

Deno.test("cvat: quotes, comments, CDATA and entities are read as XML has them", async () => {
  const { one, names, issues } = await readShapes(
    `<!-- </image> <box label="no"/> --><box label='a &gt; "b" &#x263A;' xtl="1" ytl="2" xbr="3" ybr="4"
      source="a>b"><attribute name="note"><![CDATA[</box> & <more>]]></attribute></box>`,
  );
  assert.deepEqual(one.annotations.map(({ attributes }) => attributes), [{
    source: "a>b",
    note: "</box> & <more>",
  }]);
  assert.deepEqual(names.slice(2), ['a > "b" ☺']);
  assert.deepEqual(issues, []);
});

const box = (frame: number, more = "") =>
  `<box frame="${frame}" outside="0" occluded="0" keyframe="1" xtl="10.00" ytl="20.00" xbr="40.00" ybr="60.00"${more}></box>`;
const VIDEO = document(
  `<track id="0" label="car" source="manual">${box(0)}
<box frame="1" outside="0" occluded="1" keyframe="0" xtl="12.00" ytl="20.00" xbr="42.00" ybr="60.00" z_order="0">
<attribute name="age">2</attribute></box>
<box frame="2" outside="1" occluded="0" keyframe="1" xtl="14.00" ytl="20.00" xbr="44.00" ybr="60.00"></box>
</track><track id="7" label="bus" source="auto" group_id="3">${box(1)}${box(4)}</track>`,
  `<task><id>1</id><labels><label><name>car</name></label><label><name>bus</name></label></labels>
<original_size><width>100</width><height>80</height></original_size></task>`,
);

Deno.test("cvat: frames of a video get the shapes of all tracks, but those outside", async () => {
  const read = await readFiles({
    "annotations.xml": VIDEO,
    "images/frame_000000.PNG": null,
    "images/frame_000001.PNG": null,
    "images/frame_000002.PNG": null,
  });
  const at = (frame: number) => read.labels[`images/frame_00000${frame}.PNG`];
  assert.deepEqual(at(0)?.annotations.map(({ attributes }) => attributes), [
    { track_id: 0, keyframe: true, occluded: false, source: "manual" },
  ]);
  assert.deepEqual(at(1)?.annotations.map(({ category, x, attributes }) => [category, x, attributes]), [
    [0, 12, { track_id: 0, keyframe: false, occluded: true, z_order: 0, source: "manual", age: "2" }],
    [1, 10, { track_id: 7, keyframe: true, occluded: false, group_id: 3, source: "auto" }],
  ]);
  assert.equal(at(2), undefined);
  assert.deepEqual([at(0)?.declaredWidth, at(0)?.declaredHeight], [100, 80]);
  assert.deepEqual(read.orphans, ["images/frame_000004.PNG"]);
  assert.deepEqual(read.issues, []);
});

Deno.test("cvat: frames may have another case, extension or number of digits", async () => {
  const read = await readFiles({ "x/annotations.xml": VIDEO, "x/Frames/FRAME_0001.jpg": null });
  assert.equal(read.labels["x/Frames/FRAME_0001.jpg"]?.annotations.length, 2);
  assert.deepEqual(read.orphans, ["x/Frames/FRAME_0000.jpg", "x/Frames/FRAME_0004.jpg"]);
});

Deno.test("cvat: subsets of a project are splits, and folders of images", async () => {
  const files: Files = {
    "annotations.xml": document(
      image(
        "a.png",
        `<box label="cat" xtl="1" ytl="2" xbr="3" ybr="4"/>`,
        ` subset="Validation" task_id="1"`,
      ) +
        image("a.png", "", ` subset="default" task_id="2"`),
      `<project>${LABELS}</project>`,
    ),
    "images/Validation/a.png": null,
    "images/default/a.png": null,
  };
  const read = await readFiles(files);
  assert.deepEqual(read.splits, { "images/Validation/a.png": "val", "images/default/a.png": undefined });
  assert.equal(read.labels["images/Validation/a.png"]?.annotations.length, 1);
  assert.equal(read.labels["images/default/a.png"]?.annotations.length, 0);
});

Deno.test("cvat: labels without image are told, an image without labels has none", async () => {
  const read = await readFiles({
    "annotations.xml": document(image("gone.png", "") + image("", "")),
    "images/a.png": null,
  });
  assert.deepEqual(read.labels, { "images/a.png": undefined });
  assert.deepEqual(read.orphans, ["gone.png"]);
  assert.deepEqual(rejects(read), ["image-name-missing"]);
});

const BAD_FILES = [
  ["xml-doctype", `<!DOCTYPE annotations [<!ENTITY a "b">]>${document("")}`],
  ["xml-malformed", document(image("a.png", "")).slice(0, -20)],
  ["xml-malformed", document(`<image name="a.png"><box></image>`)],
  ["xml-malformed", document(`<image name="a.png" < ></image>`)],
  ["xml-malformed", document("") + "<more/>"],
] as const;
for (const [code, xml] of BAD_FILES) {
  Deno.test(`cvat: ${JSON.stringify(xml.slice(-50))} is refused as a whole, with ${code}`, async () => {
    const read = await readFiles({ "a.png": null, "annotations.xml": xml }, { format: "cvat" });
    assert.deepEqual(rejects(read), [code]);
    assert.equal(read.labels["a.png"], undefined);
  });
}

Deno.test("cvat: damaged files are survived", async () => {
  const shapes =
    `<box label="cat" xtl="10" ytl="20" xbr="40" ybr="60"><attribute name="age">3</attribute></box>` +
    `<mask label="cat" rle="0, 5, 1" left="4" top="5" width="3" height="2"/>` +
    `<skeleton label="dog"><points label="x" points="1,2"/></skeleton>`;
  const images = { "images/a.png": null, "annotations.xml": document(image("a.png", shapes)) };
  await survives(images, "annotations.xml", "cvat");
  await survives({ "images/frame_000000.PNG": null, "annotations.xml": VIDEO }, "annotations.xml", "cvat");
});

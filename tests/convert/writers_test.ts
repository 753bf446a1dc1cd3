/** What the writers of labelling tools' formats write, computed by hand; that it is read again is in round_trip_test.ts. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CocoAnnotation, CocoImage } from "../../src/model/dataset.ts";
import { decodeBrush } from "../../src/geometry/brush.ts";
import { cropToRle } from "../../src/geometry/mask.ts";
import { decodePng } from "../../src/image/png_pixels.ts";
import { HEIGHT, type Made, roundTrip, WIDTH, writeMade } from "./round_trip.ts";

/** An object of the first class. */
function object(bbox: number[], more: Partial<CocoAnnotation> = {}): Partial<CocoAnnotation> {
  return { category_id: 1, bbox: bbox as [number, number, number, number], ...more };
}

/** A dataset of one image. */
function made(
  objects: readonly Partial<CocoAnnotation>[],
  image: Partial<CocoImage> = {},
  categories: readonly object[] = [{ name: "cat" }, { name: "dog" }],
): Made {
  return {
    categories: categories.map((each, i) => ({ id: i + 1, name: "", supercategory: "object", ...each })),
    images: [{
      image: { id: 1, width: WIDTH, height: HEIGHT, file_name: "a.jpg", frame: 0, ...image },
      annotations: objects.map((each, i) => ({
        id: i + 1,
        image_id: 1,
        category_id: 1,
        bbox: [0, 0, 1, 1],
        area: each.bbox![2] * each.bbox![3],
        iscrowd: 0,
        segmentation: [],
        ...each,
      })),
    }],
  };
}

/** Text of a file that a writer makes, and what it says it loses. */
async function written(
  format: string,
  dataset: Made,
  path: string,
): Promise<{ text: string; losses: string[]; renamed: string[] }> {
  let result: Awaited<ReturnType<typeof written>> | undefined;
  await writeMade(format, dataset, (folder, { losses, issues }) => {
    const text = readFileSync(join(folder, path), "utf8");
    result = { text, losses, renamed: issues.map(({ message }) => message) };
  });
  return result!;
}

/** An L of five pixels: rows `11`, `10`, `11` at column 3, row 2. */
const L = cropToRle(Uint8Array.of(1, 1, 1, 0, 1, 1), { x: 3, y: 2, width: 2, height: 3 }, WIDTH, HEIGHT)!
  .segmentation;
/** A box of 20 × 10 px about (50, 40), turned by 90°, from its upper left corner clockwise. */
const TURNED = [55, 30, 55, 50, 45, 50, 45, 30];

Deno.test("cvat: masks as runs of the crop, turned boxes, skeletons, tags, attributes", async () => {
  const person = { name: "person", keypoints: ["nose", "<eye>"], skeleton: [[1, 2]] };
  const dataset = made(
    [
      object([3, 2, 2, 3], { segmentation: L, attributes: { occluded: 2, z_order: 3, note: 'a "<b>"' } }),
      object([45, 30, 10, 20], { segmentation: [TURNED], attributes: { rotation: 90, group_id: 7 } }),
      object([10, 20, 30, 40], { category_id: 3, keypoints: [10, 20, 2, 40, 60, 1], num_keypoints: 2 }),
    ],
    { split: "train", category_ids: [2] },
    [{ name: "cat" }, { name: "dog" }, person],
  );
  const { text, losses } = await written("cvat", dataset, "annotations.xml");
  assert.deepEqual(losses, []);
  const image = text.slice(text.indexOf("  <image"));
  assert.equal(
    image,
    `  <image id="0" name="a.jpg" subset="train" width="100" height="80">
    <tag label="dog" source="manual"></tag>
    <mask label="cat" source="manual" occluded="1" z_order="3" rle="0, 3, 1, 2" left="3" top="2" width="2" height="3">
      <attribute name="occluded">2</attribute>
      <attribute name="note">a &quot;&lt;b&gt;&quot;</attribute>
    </mask>
    <box label="cat" source="manual" occluded="0" group_id="7" z_order="0" xtl="40" ytl="35" xbr="60" ybr="45" rotation="90">
    </box>
    <skeleton label="person" source="manual" occluded="0" z_order="0">
      <points label="nose" source="manual" outside="0" occluded="0" points="10,20"></points>
      <points label="&lt;eye&gt;" source="manual" outside="0" occluded="1" points="40,60"></points>
    </skeleton>
  </image>
</annotations>
`,
  );
  const { read } = await roundTrip("cvat", dataset);
  const labels = read.labels["images/train/a.jpg"]!;
  assert.deepEqual(labels.classes?.map((id) => read.names[id]), ["dog"]);
  assert.deepEqual(labels.annotations[0].segmentation, L);
  assert.deepEqual(labels.annotations[0].attributes, {
    source: "manual",
    occluded: 2,
    z_order: 3,
    note: 'a "<b>"',
  });
  assert.deepEqual(labels.annotations[2].keypoints, [10, 20, 2, 40, 60, 1]);
  const extra = read.classes.find(({ name }) => name === "person")?.extra;
  assert.deepEqual(extra, { keypoints: ["nose", "<eye>"], skeleton: [[1, 2]] });
});

Deno.test("cvat: what skeletons and tags cannot hold is told", async () => {
  const { losses } = await written(
    "cvat",
    made([
      // The box is larger than its points; the outline has no place.
      object([0, 0, 50, 50], {
        segmentation: [[0, 0, 50, 0, 50, 50]],
        keypoints: [10, 20, 2, 40, 40, 2],
        num_keypoints: 2,
      }),
      // One point makes no box.
      object([0, 0, 50, 50], { keypoints: [10, 20, 2, 0, 0, 0], num_keypoints: 1 }),
      // None is labelled: nothing is lost.
      object([0, 0, 50, 50], { keypoints: [0, 0, 0, 0, 0, 0], num_keypoints: 0 }),
      object([0, 0, 9, 9], { segmentation: [[0, 0, 4, 0, 4, 4], [5, 5, 9, 5, 9, 9]], iscrowd: 1 }),
      object([0, 0, 9, 9], { segmentation: [[0, 0, 4, 0, 4, 4], [5, 5, 9, 5, 9, 9]] }),
    ], { tags: ["blurred"], attributes: { weather: "rain" } }),
    "annotations.xml",
  );
  assert.deepEqual(losses, [
    "1 boxes become those around their keypoints",
    "1 polygons of objects with keypoints are left out",
    "1 parts become one outline each",
    "1 keypoints without extent are left out",
    "1 crowds are left out",
    "1 tags that are no classes are left out",
    "1 attributes of whole images are left out",
  ]);
});

Deno.test("label-studio: percentages, boxes turned about their corner, brushes, keypoints, answers", async () => {
  const dataset = made(
    [
      object([10, 20, 30, 40], { attributes: { score: 0.5, colour: "red", parts: ["left", "top"] } }),
      object([45, 30, 10, 20], { segmentation: [TURNED], attributes: { rotation: 90 } }),
      object([3, 2, 2, 3], { segmentation: L }),
      object([10, 20, 30, 40], { category_id: 2, keypoints: [0, 0, 0, 40, 60, 2], num_keypoints: 1 }),
    ],
    { split: "val", category_ids: [2], attributes: { weather: "rain" }, file_name: "x y/ä.jpg" },
    [{ name: "cat" }, { name: "dog", keypoints: ["nose", "tail"] }],
  );
  const { text, losses } = await written("label-studio", dataset, "tasks.json");
  assert.deepEqual(losses, []);
  const [{ data, annotations: [{ result }] }] = JSON.parse(text);
  assert.equal(data.image, "/data/local-files/?d=images/val/x%20y/%C3%A4.jpg");
  const frame = { to_name: "image", original_width: 100, original_height: 80, image_rotation: 0 };
  assert.deepEqual(result[0], {
    id: "r1",
    type: "rectanglelabels",
    value: { x: 10, y: 25, width: 30, height: 50, rotation: 0, rectanglelabels: ["cat"] },
    from_name: "rectanglelabels",
    score: 0.5,
    ...frame,
  });
  assert.deepEqual(
    result.slice(1, 3).map(({ id, type, from_name, value }: Record<string, unknown>) => [
      id,
      type,
      from_name,
      value,
    ]),
    [
      ["r1", "textarea", "colour", { text: ["red"] }],
      ["r1", "choices", "parts", { choices: ["left", "top"] }],
    ],
  );
  // 20 px are 20 % of the width and 10 px 12.5 % of the height; the box hangs on its corner at (55, 30).
  assert.deepEqual(result[3].value, {
    x: 55,
    y: 37.5,
    width: 20,
    height: 12.5,
    rotation: 90,
    rectanglelabels: ["cat"],
  });
  const pixels = decodeBrush(Uint8Array.from(result[4].value.rle));
  const painted = [...pixels.keys()].filter((at) => at % 4 === 3 && pixels[at] > 0).map((at) => at >> 2);
  assert.deepEqual(painted, [203, 204, 303, 403, 404]);
  assert.deepEqual(result[6], {
    id: "r5",
    parentID: "r4",
    type: "keypointlabels",
    value: { x: 40, y: 75, width: 0.5, keypointlabels: ["tail"] },
    from_name: "keypointlabels",
    ...frame,
  });
  const about = result.slice(7).map(({ from_name, value }: Record<string, unknown>) => [from_name, value]);
  assert.deepEqual(about, [["weather", { text: ["rain"] }], ["class", { choices: ["dog"] }]]);
  const config = (await written("label-studio", dataset, "labeling_config.xml")).text;
  for (const tag of ["RectangleLabels", "BrushLabels", "KeyPointLabels", "TextArea", "Choices"]) {
    assert.match(config, new RegExp(`<${tag} name=`));
  }
});

Deno.test("labelme: parts of an object, groups of several, masks, turned boxes, flags", async () => {
  const parts = [[0, 0, 4, 0, 4, 4], [5, 5, 9, 5, 9, 9]];
  const dataset = made([
    object([0, 0, 9, 9], { segmentation: parts }),
    // Two cats of one group would be one object to LabelMe.
    object([10, 20, 30, 40], { attributes: { group_id: 1 } }),
    object([20, 30, 30, 40], { attributes: { group_id: 1, occluded: true, colour: "red" } }),
    object([20, 30, 30, 40], { category_id: 2, attributes: { group_id: 1, description: "lazy" } }),
    object([3, 2, 2, 3], { segmentation: L }),
    object([45, 30, 10, 20], { segmentation: [TURNED], attributes: { rotation: 90 } }),
  ], { category_ids: [1], tags: ["blurred"] });
  const { text, losses } = await written("labelme", dataset, "a.json");
  assert.deepEqual(losses, ["1 tags that are classes become words"]);
  const { flags, shapes, imagePath, imageWidth, imageHeight } = JSON.parse(text);
  assert.deepEqual([flags, imagePath, imageWidth, imageHeight], [
    { cat: true, blurred: true },
    "a.jpg",
    100,
    80,
  ]);
  assert.deepEqual(shapes.map((shape: Record<string, unknown>) => [shape.shape_type, shape.group_id]), [
    ["polygon", 2],
    ["polygon", 2],
    ["rectangle", null],
    ["rectangle", null],
    ["rectangle", 1],
    ["mask", null],
    ["oriented_rectangle", null],
  ]);
  assert.deepEqual(shapes[3].flags, { occluded: true });
  assert.deepEqual(shapes[3].attributes, { colour: "red", group_id: 1 });
  assert.equal(shapes[4].description, "lazy");
  assert.deepEqual(shapes[5].points, [[3, 2], [4, 4]]);
  assert.deepEqual([...decodePng(Buffer.from(shapes[5].mask, "base64")).data], [1, 1, 1, 0, 1, 1]);
  const { read } = await roundTrip("labelme", dataset);
  assert.equal(read.labels["a.jpg"]?.annotations.length, 6);
  assert.deepEqual(read.classes.map(({ name }) => name), ["cat", "dog"]);
});

Deno.test("kitti: columns that are known, and those that are not; names without blanks", async () => {
  const dataset = made(
    [
      object([10, 20, 30, 40], {
        attributes: {
          truncated: 0.25,
          occluded: true,
          alpha: -1.57,
          dimensions: [1.5, 1.6, 3.9],
          location: [1, 1.5, 8],
          rotation_y: -1.45,
          score: 0.9,
        },
      }),
      object([1.5, 2, 3, 4], { category_id: 2, attributes: { colour: "red", dimensions: [1, 2] } }),
    ],
    { split: "train", file_name: "x/a.jpg" },
    [{ name: "traffic light" }, { name: "DontCare" }],
  );
  const { text, losses, renamed } = await written("kitti", dataset, "training/label_2/x_a.txt");
  assert.equal(
    text,
    "traffic_light 0.25 1 -1.57 10 20 40 60 1.5 1.6 3.9 1 1.5 8 -1.45 0.9\n" +
      "_ 0 0 -10 1.5 2 4.5 6 -1 -1 -1 -1000 -1000 -1000 -10\n",
  );
  assert.deepEqual(losses, ["2 attributes without a column are left out"]);
  assert.equal(renamed.length, 2);
});

Deno.test("dota: corners, difficulty, what is known of the image", async () => {
  const { text, losses } = await written(
    "dota",
    made([
      object([10, 20, 30, 40], { attributes: { difficult: 1 } }),
      object([45, 30, 10, 20], { segmentation: [TURNED], attributes: { rotation: 90, colour: "red" } }),
      object([0, 0, 9, 9], { segmentation: [[0, 0, 9, 0, 9, 9]] }),
    ], { attributes: { imagesource: "GoogleEarth", gsd: 0.15, weather: "rain" } }),
    "labelTxt/a.txt",
  );
  assert.equal(
    text,
    "imagesource:GoogleEarth\ngsd:0.15\n10 20 40 20 40 60 10 60 cat 1\n55 30 55 50 45 50 45 30 cat 0\n" +
      "0 0 9 0 9 9 0 9 cat 0\n",
  );
  assert.deepEqual(losses, [
    "1 polygons become their boxes",
    "1 attributes of whole images are left out",
    "1 attributes are left out",
  ]);
});

Deno.test("datumaro: what is told of an object in several ways has one group", async () => {
  const dataset = made(
    [
      object([10, 20, 30, 40], {
        segmentation: [[10, 20, 40, 20, 40, 60]],
        keypoints: [10, 20, 2],
        num_keypoints: 1,
        attributes: { z_order: 2, score: 0.5 },
      }),
      object([3, 2, 2, 3], { segmentation: L, iscrowd: 1 }),
    ],
    { category_ids: [2], tags: ["blurred"], attributes: { captions: ["A cat."], weather: "rain" } },
    [
      { name: "cat", supercategory: "animal", keypoints: ["nose"], skeleton: [] },
      { name: "dog" },
    ],
  );
  const { text, losses } = await written("datumaro", dataset, "annotations/default.json");
  assert.deepEqual(losses, []);
  const { categories, items: [item] } = JSON.parse(text);
  assert.deepEqual(categories.label.labels[0], { name: "cat", parent: "animal", attributes: [] });
  assert.deepEqual(item.attr, { weather: "rain", tags: ["blurred"] });
  const told = item.annotations.map((
    each: Record<string, unknown>,
  ) => [each.type, each.label_id, each.group]);
  assert.deepEqual(told, [
    ["label", 1, 0],
    ["caption", undefined, 0],
    ["bbox", 0, 1],
    ["polygon", 0, 1],
    ["points", 0, 1],
    ["mask", 0, 0],
  ]);
  const { read } = await roundTrip("datumaro", dataset);
  const { annotations, classes, image } = read.labels["images/default/a.jpg"]!;
  assert.deepEqual(classes?.map((id) => read.names[id]), ["dog"]);
  assert.deepEqual(image?.attributes, { weather: "rain", tags: ["blurred"], captions: ["A cat."] });
  assert.equal(annotations.length, 2);
  assert.deepEqual(annotations[0].segmentation, [[10, 20, 40, 20, 40, 60]]);
  assert.deepEqual(annotations[0].keypoints, [10, 20, 2]);
  assert.deepEqual(annotations[0].attributes, { score: 0.5, z_order: 2 });
  assert.equal(annotations[1].iscrowd, 1);
});

Deno.test("via2: lists of words are checkboxes; a second class attribute is told", async () => {
  const { text, losses } = await written(
    "via2",
    made(
      [object([10, 20, 30, 40], { attributes: { class: "x", parts: ["left"], size: 3, box: [1] } })],
      { category_ids: [2] },
    ),
    "via_region_data.json",
  );
  assert.deepEqual(JSON.parse(text), {
    "a.jpg-1": {
      filename: "a.jpg",
      size: -1,
      regions: [{
        shape_attributes: { name: "rect", x: 10, y: 20, width: 30, height: 40 },
        region_attributes: { class: "cat", parts: { left: true }, size: 3 },
      }],
      file_attributes: { class: { dog: true } },
    },
  });
  assert.deepEqual(losses, [
    '1 attributes called "class" are left out',
    "1 attributes that are no words, numbers or lists of words are left out",
  ]);
});

Deno.test("mask-png: the smaller of two objects is seen; colours are those of Pascal VOC", async () => {
  const dataset = made([
    object([3, 2, 2, 3], { category_id: 2, segmentation: L }),
    object([0, 0, 10, 10]),
    object([50, 50, 1, 1]),
  ], { split: "train" });
  await writeMade("mask-png", dataset, (folder, { losses }) => {
    assert.equal(
      readFileSync(join(folder, "labelmap.txt"), "utf8"),
      "# label:color_rgb:parts:actions\nbackground:0,0,0::\ncat:128,0,0::\ndog:0,128,0::\n",
    );
    const png = decodePng(readFileSync(join(folder, "masks/train/a.png")));
    assert.deepEqual([png.width, png.height, png.channels], [WIDTH, HEIGHT, 1]);
    assert.deepEqual(png.palette?.slice(0, 3), [[0, 0, 0], [128, 0, 0], [0, 128, 0]]);
    const count = (value: number) => png.data.filter((each) => each === value).length;
    assert.deepEqual([count(1), count(2)], [96, 5]);
    assert.deepEqual([0, 203, 204, 303, 304].map((at) => png.data[at]), [1, 2, 2, 2, 1]);
    assert.deepEqual(losses, [
      "2 boxes become filled rectangles",
      "1 masks of one class become one region of an image",
    ]);
  });
  const { read } = await roundTrip("mask-png", dataset);
  const found = read.labels["images/train/a.jpg"]!.annotations;
  const areas = Object.fromEntries(found.map(({ category, area }) => [read.names[category], area]));
  assert.deepEqual(areas, { cat: 96, dog: 5 });
  assert.deepEqual(found.find(({ area }) => area === 5)?.segmentation, L);
});

Deno.test("mask-png: names a list of classes cannot hold are changed, and told; 255 classes are too many", async () => {
  const names = ["background", "#1", "a:b", "Hund"].map((name) => ({ name }));
  const { text, renamed } = await written("mask-png", made([], {}, names), "labelmap.txt");
  assert.deepEqual(text.split("\n").slice(1, -1).map((line) => line.split(":")[0]), [
    "background",
    "_",
    "_1",
    "a_b",
    "Hund",
  ]);
  assert.equal(renamed.length, 3);
  const many = Array.from({ length: 255 }, (_, i) => ({ name: `class ${i}` }));
  await assert.rejects(written("mask-png", made([], {}, many), "labelmap.txt"), /254 classes/);
});

for (const format of ["hf-imagefolder", "hf-parquet"]) {
  Deno.test(`${format}: boxes, the class of the image, and the names of the classes`, async () => {
    const dataset = made(
      [object([10, 20, 30, 40], { category_id: 2 })],
      { split: "train", category_ids: [2, 1], file_name: "x/a.jpg" },
      [{ name: "no" }, { name: 'a "b"' }, { name: "unused" }],
    );
    const { read, losses } = await roundTrip(format, dataset);
    assert.deepEqual(losses, ["1 tags beyond the first of an image are left out"]);
    assert.equal(read.format, "hf-imagefolder");
    assert.deepEqual(read.classes.map(({ name }) => name), ["no", 'a "b"', "unused"]);
    const { annotations, classes, declaredWidth, declaredHeight } = read.labels["train/x/a.jpg"]!;
    assert.deepEqual([classes, declaredWidth, declaredHeight], [[1], 100, 80]);
    assert.deepEqual(
      annotations.map(({ category, x, y, width, height }) => [category, x, y, width, height]),
      [
        [1, 10, 20, 30, 40],
      ],
    );
  });
}

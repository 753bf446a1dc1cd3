import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { taskImage } from "../../src/formats/label_studio/image_reference.ts";
import { encodePng } from "../../src/image/png_pixels.ts";
import { type Files, readFiles, rejects } from "./reading.ts";
import { survives } from "./survives.ts";

const SIZE = { original_width: 100, original_height: 80, image_rotation: 0 };
const entry = (id: string, type: string, value: unknown, more = {}) => ({
  ...SIZE,
  id,
  type,
  from_name: "label",
  to_name: "image",
  value,
  ...more,
});
const rectangle = (
  id: string,
  x: number,
  y: number,
  width: number,
  height: number,
  rotation = 0,
  more = {},
) => entry(id, "rectanglelabels", { x, y, width, height, rotation, rectanglelabels: ["cat"] }, more);
const task = (image: string, result: unknown[], more = {}) => ({
  id: 1,
  data: { image },
  annotations: [{ id: 1, completed_by: 1, was_cancelled: false, ground_truth: false, result }],
  predictions: [],
  ...more,
});
const brush = [0, 0, 125, 0, 57, 27, 255, 7, 223, 0, 183, 255, 192, 96, 192, 39, 255, 238, 112, 224, 0];

/** Reads one task about a.png. */
async function readResult(...result: unknown[]) {
  const read = await readFiles({ "a.png": null, "x.json": JSON.stringify([task("a.png", result)]) });
  return { ...read, parsed: read.labels["a.png"]! };
}

Deno.test("label-studio: rectangles, also turned about their corner, polygons, masks and choices", async () => {
  const { format, parsed, names, issues } = await readResult(
    rectangle("r1", 10, 25, 30, 50),
    rectangle("r2", 50, 25, 20, 12.5, 90),
    entry("r3", "polygonlabels", {
      points: [[50, 75], [80, 75], [80, 100]],
      closed: true,
      polygonlabels: ["dog"],
    }),
    entry("r4", "brushlabels", { format: "rle", rle: brush, brushlabels: ["cat"] }),
    { id: "c1", type: "choices", from_name: "quality", to_name: "image", value: { choices: ["good"] } },
  );
  assert.equal(format, "label-studio");
  assert.deepEqual(names, ["cat", "dog"]);
  assert.deepEqual(issues, []);
  const mask = parsed.annotations.pop()!;
  assert.deepEqual([mask.x, mask.y, mask.width, mask.height, mask.area, mask.line], [4, 5, 3, 2, 5, 4]);
  assert.deepEqual(parsed, {
    annotations: [
      { category: 0, x: 10, y: 20, width: 30, height: 40, line: 1 },
      {
        category: 0,
        x: 40,
        y: 20,
        width: 10,
        height: 20,
        segmentation: [[50, 20, 50, 40, 40, 40, 40, 20]],
        attributes: { rotation: 90 },
        line: 2,
      },
      { category: 1, x: 50, y: 60, width: 30, height: 20, segmentation: [[50, 60, 80, 60, 80, 80]], line: 3 },
    ],
    declaredWidth: 100,
    declaredHeight: 80,
    image: { attributes: { quality: ["good"] } },
  });
});

Deno.test("label-studio: entries of one id are one region; several labels are several objects", async () => {
  const place = { x: 0, y: 0, width: 10, height: 10, rotation: 0 };
  const read = await readResult(
    entry("a", "rectangle", place, { score: 0.5 }),
    entry("a", "labels", { ...place, labels: ["cat", "dog"] }),
    entry("a", "choices", { ...place, choices: ["left"] }, { from_name: "side" }),
    entry("b", "textarea", { text: ["ABC"] }, { from_name: "plate", parentID: "a" }),
    entry("c", "rectangle", place),
    entry("d", "labels", { labels: ["cat"] }),
    { type: "relation", from_id: "a", to_id: "c", direction: "right" },
    7,
  );
  assert.deepEqual(read.names, ["cat", "dog"]);
  assert.deepEqual(
    read.parsed.annotations.map(({ category, attributes, line }) => [category, attributes, line]),
    [
      [0, { side: ["left"], plate: ["ABC"], score: 0.5 }, 1],
      [1, { side: ["left"], plate: ["ABC"], score: 0.5 }, 1],
    ],
  );
  assert.deepEqual(rejects(read), [
    "object-without-name",
    "coordinate-invalid",
    "shape-unknown",
    "shape-unknown",
  ]);
});

Deno.test("label-studio: ellipses, points of a region, points and lines without one", async () => {
  const point = (id: string, x: number, label: string, more = {}) =>
    entry(id, "keypointlabels", { x, y: 50, width: 1, keypointlabels: [label] }, more);
  const read = await readResult(
    rectangle("box", 0, 0, 50, 50, 0, { score: 0.25 }),
    point("p", 20, "tail", { parentID: "box" }),
    point("q", 10, "nose", { parentID: "box" }),
    point("r", 10, "nose"),
    entry("s", "polygonlabels", { points: [[0, 0], [1, 1]], closed: false, polygonlabels: ["cat"] }),
    entry("e", "ellipselabels", {
      x: 50,
      y: 50,
      radiusX: 10,
      radiusY: 25,
      rotation: 90,
      ellipselabels: ["dog"],
    }),
    entry("v", "vectorlabels", { vertices: [], vectorlabels: ["cat"] }),
  );
  assert.deepEqual(read.classes, [{ name: "cat", extra: { keypoints: ["tail", "nose"], skeleton: [] } }]);
  const [box, ellipse] = read.parsed.annotations;
  assert.deepEqual([box.keypoints, box.attributes], [[20, 40, 2, 10, 40, 2], { score: 0.25 }]);
  // 10 and 20 px, turned by a right angle.
  assert.deepEqual([ellipse.x, ellipse.y, ellipse.width, ellipse.height], [30, 30, 40, 20]);
  assert.equal(ellipse.attributes!.rotation, 90);
  assert.deepEqual(rejects(read), ["shape-without-area", "shape-without-area", "shape-unknown"]);
});

Deno.test("label-studio: what was drawn in a turned view lies where it was drawn", async () => {
  const cases: [number, number[]][] = [
    // The view of 80×100 px shows [0, 0, 40, 10]; turned back by 90° it is at the lower left.
    [90, [0, 40, 10, 40]],
    [180, [50, 72, 50, 8]],
    [270, [90, 0, 10, 40]],
  ];
  for (const [image_rotation, box] of cases) {
    const { parsed } = await readResult(rectangle("r", 0, 0, 50, 10, 0, { image_rotation }));
    const [{ x, y, width, height, segmentation }] = parsed.annotations;
    assert.deepEqual([x, y, width, height], box);
    assert.equal(segmentation, undefined);
  }
  const { parsed } = await readResult(rectangle("r", 50, 50, 10, 10, 90, { image_rotation: 90 }));
  assert.equal(parsed.annotations[0].attributes, undefined);
});

Deno.test("label-studio: a mask as PNG; masks that are none", async () => {
  const data = new Uint8Array(100 * 80 * 4);
  data.fill(255, (5 * 100 + 4) * 4, (5 * 100 + 7) * 4);
  const png = Buffer.from(encodePng({ width: 100, height: 80, channels: 4, depth: 8, data })).toString(
    "base64",
  );
  const bitmask = (imageDataURL: string) =>
    entry(imageDataURL, "bitmasklabels", { imageDataURL, bitmasklabels: ["cat"] });
  const rle = (bytes: unknown, id = "1") =>
    entry(`b${id}`, "brushlabels", { format: "rle", rle: bytes, brushlabels: ["cat"] });
  const read = await readResult(
    bitmask(`data:image/png;base64,${png}`),
    bitmask("data:image/png;base64,AAAA"),
    bitmask("x.png"),
    rle([1, 2, 3], "2"),
    rle([0, 0, 125, 0, 57, 27, 255], "3"),
    rle("abc", "4"),
    rle([255, 255, 255, 255, 57, 27], "5"),
  );
  const [{ x, y, width, height, area }] = read.parsed.annotations;
  assert.deepEqual([x, y, width, height, area, read.parsed.annotations.length], [4, 5, 3, 1, 3, 1]);
  assert.deepEqual(rejects(read), new Array(6).fill("mask-unreadable"));
});

Deno.test("label-studio: a mask of a turned view is told, a size that is none is that of the image", async () => {
  const turned = { image_rotation: 90 };
  const mask = entry("m", "brushlabels", { format: "rle", rle: brush, brushlabels: ["cat"] }, turned);
  const sizeless = rectangle("r", 10, 25, 30, 50, 0, { original_width: -100, original_height: null });
  const { parsed, issues } = await readResult(sizeless, mask);
  const boxes = parsed.annotations.map(({ x, y, width, height }) => [x, y, width, height]);
  assert.deepEqual(boxes, [[10, 20, 30, 40], [4, 5, 3, 2]]);
  assert.deepEqual(issues.map(({ code }) => code), ["mask-in-turned-view"]);
});

Deno.test("label-studio: of several annotators the ground truth or the latest is taken, cancelled work is not", async () => {
  const work = (id: number, x: number, more = {}) => ({
    id,
    result: [rectangle("r", x, 0, 10, 10)],
    ...more,
  });
  const cases: [object, number][] = [
    [{ annotations: [work(1, 1), work(2, 2)] }, 2],
    [{
      annotations: [
        work(1, 1, { updated_at: "2024-02-01T00:00:00Z" }),
        work(2, 2, { updated_at: "2024-01-01T00:00:00Z" }),
      ],
    }, 1],
    [{ annotations: [work(1, 1, { ground_truth: true }), work(2, 2)] }, 1],
    [{
      completions: [work(1, 1, { created_at: 20 }), work(2, 2, { created_at: 10 })],
      annotations: undefined,
    }, 1],
  ];
  for (const [more, x] of cases) {
    const read = await readFiles({ "a.png": null, "x.json": JSON.stringify([task("a.png", [], more)]) });
    assert.deepEqual(read.labels["a.png"]!.annotations.map((each) => each.x), [x]);
    assert.deepEqual(read.issues.map(({ code }) => code), ["several-annotators"]);
  }
  const cancelled = [work(1, 1), work(2, 2, { was_cancelled: true }), work(3, 3, { skipped: true })];
  const predictions = [{ result: [rectangle("p", 0, 0, 1, 1)], score: 0.5 }];
  const read = await readFiles({
    "a.png": null,
    "x.json": JSON.stringify([task("a.png", [], { annotations: cancelled, predictions })]),
  });
  assert.deepEqual(read.labels["a.png"]!.annotations.map((each) => each.x), [1]);
  assert.deepEqual(read.issues.map(({ code, severity }) => [code, severity]), [[
    "predictions-left-out",
    "note",
  ]]);
  const undrawn = await readFiles({
    "a.png": null,
    "x.json": JSON.stringify([task("a.png", [], { annotations: [], predictions })]),
  });
  assert.deepEqual(undrawn.issues.map(({ severity, message }) => [severity, message]), [
    ["warning", 'The predictions for "a.png" are left out; nobody has labelled it yet.'],
  ]);
});

Deno.test("label-studio: how a task may name its image", () => {
  const cases: [Record<string, unknown>, string | undefined][] = [
    [{ image: "/data/upload/1/abcdef12-a%20b.png" }, "abcdef12-a b.png"],
    [{ image: "/data/local-files/?d=set/a.png" }, "set/a.png"],
    [{ image: "http://host:8080/data/local-files/?x=1&d=set%2Fa.png" }, "set/a.png"],
    [{ image: "s3://bucket/set/a.png" }, "set/a.png"],
    [{ image: "https://host/set/a.png?token=1" }, "set/a.png"],
    [{ image: "https://host/100%.png" }, "100%.png"],
    [{ text: "words", photo: "a.jpg" }, "a.jpg"],
    [{ thumbnail: "t.jpg", image: "a.jpg" }, "a.jpg"],
    [{ image: "https://host/download" }, "download"],
    [{ text: "words" }, undefined],
  ];
  for (const [data, name] of cases) assert.equal(taskImage(data), name);
  assert.equal(taskImage({ text: "words" }, "abcdef12-a.png"), "abcdef12-a.png");
});

Deno.test("label-studio: images are found with and without the prefix of an upload; what names none is told", async () => {
  const tasks = [
    task("/data/upload/1/abcdef12-a.png", [rectangle("r", 1, 0, 10, 10)]),
    task("/data/upload/1/12345678-b.png", [rectangle("r", 2, 0, 10, 10)]),
    task("/data/upload/1/00000000-gone.png", [rectangle("r", 3, 0, 10, 10)]),
    { ...task("", []), data: { text: "no image" } },
  ];
  const read = await readFiles({
    "images/abcdef12-a.png": null,
    "images/b.png": null,
    "project.json": JSON.stringify(tasks, null, 1),
  });
  assert.deepEqual(Object.values(read.labels).map((labels) => labels!.annotations[0].x), [1, 2]);
  assert.deepEqual(read.orphans, ["00000000-gone.png"]);
  assert.deepEqual(rejects(read), ["image-name-missing"]);
});

const region = (x: number, more = {}) => ({
  x,
  y: 25,
  width: 30,
  height: 50,
  rotation: 0,
  rectanglelabels: ["cat"],
  original_width: 100,
  original_height: 80,
  ...more,
});
const MIN = [
  {
    image: "/data/upload/1/abcdef12-a.png",
    id: 1,
    label: [region(10), region(20, { rotation: 90 })],
    quality: { choices: ["good", "sharp"] },
    light: "day",
    annotator: 1,
    annotation_id: 1,
    updated_at: "2024-02-01T00:00:00Z",
  },
  {
    image: "/data/upload/1/abcdef12-a.png",
    id: 1,
    label: [region(40)],
    annotator: 2,
    annotation_id: 2,
    updated_at: "2024-01-01T00:00:00Z",
  },
  { image: "/data/upload/1/12345678-b.png", id: 2, annotator: 1, annotation_id: 3 },
];

Deno.test("label-studio-min: flat records, of which one is taken for each task", async () => {
  const read = await readFiles({ "a.png": null, "b.png": null, "min.json": JSON.stringify(MIN) });
  assert.deepEqual(read.formats, ["label-studio-min"]);
  assert.deepEqual(read.labels["a.png"], {
    annotations: [
      { category: 0, x: 10, y: 20, width: 30, height: 40, line: 1 },
      {
        category: 0,
        x: -20,
        y: 20,
        width: 40,
        height: 30,
        segmentation: [[20, 20, 20, 50, -20, 50, -20, 20]],
        attributes: { rotation: 90 },
        line: 2,
      },
    ],
    declaredWidth: 100,
    declaredHeight: 80,
    image: { attributes: { quality: ["good", "sharp"], light: "day" } },
  });
  assert.deepEqual(read.labels["b.png"], { annotations: [] });
  assert.deepEqual(read.issues.map(({ code }) => code), ["several-annotators"]);
});

Deno.test("label-studio: damaged files are read as far as they go", async () => {
  const tasks = [task("a.png", [
    rectangle("r1", 10, 25, 30, 50),
    entry("r4", "brushlabels", { format: "rle", rle: brush, brushlabels: ["cat"] }),
    entry("p", "keypointlabels", { x: 1, y: 2, keypointlabels: ["nose"] }, { parentID: "r1" }),
    entry("e", "ellipselabels", { x: 50, y: 50, radiusX: 10, radiusY: 25, ellipselabels: ["dog"] }),
    { id: "c1", type: "choices", from_name: "__proto__", value: { choices: ["good"] } },
  ])];
  const files: Files = { "a.png": null, "x.json": JSON.stringify(tasks) };
  await survives(files, "x.json", "label-studio");
  await survives(
    { "a.png": null, "b.png": null, "x.json": JSON.stringify(MIN) },
    "x.json",
    "label-studio-min",
    100,
  );
});

Deno.test("label-studio: the answer to a question called class or choice is the class of the image, others are attributes", async () => {
  const answer = (name: string, ...choices: string[]) => ({
    id: name,
    type: "choices",
    from_name: name,
    to_name: "image",
    value: { choices },
  });
  const task = {
    data: { image: "/data/upload/1/0123abcd-a.png" },
    annotations: [{
      result: [answer("choice", "cat", "dog"), answer("quality", "good"), answer("tags", "wet")],
    }],
  };
  const min = [{
    image: "/data/upload/1/0123abcd-a.png",
    id: 1,
    choice: "cat",
    quality: "good",
    annotator: 1,
    annotation_id: 2,
  }];
  const full = await readFiles({ "a.png": null, "tasks.json": JSON.stringify([task]) });
  const flat = await readFiles({ "a.png": null, "min.json": JSON.stringify(min) });
  const classes = (read: typeof full) => read.labels["a.png"]?.classes?.map((id) => read.names[id]);
  assert.deepEqual([classes(full), classes(flat)], [["cat", "dog"], ["cat"]]);
  assert.deepEqual(full.labels["a.png"]?.image, { attributes: { quality: ["good"] }, tags: ["wet"] });
  assert.deepEqual(flat.labels["a.png"]?.image, { attributes: { quality: "good" } });
});

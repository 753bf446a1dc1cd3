/** Formats whose JSON has one record for each image: CreateML, Hasty, Scale, VoTT, Scalabel, SuperAnnotate, Edge Impulse. */
import assert from "node:assert/strict";
import type { Annotation } from "../../src/model/annotation.ts";
import { type Files, readFiles, rejects } from "./reading.ts";
import { survives } from "./survives.ts";

const box = (category: number, x: number, y: number, width: number, height: number, line = 1, more = {}) => ({
  category,
  x,
  y,
  width,
  height,
  line,
  ...more,
});
const POLYGON = { x: 50, y: 60, width: 30, height: 20, segmentation: [[50, 60, 80, 60, 80, 80, 50, 80]] };
const CORNERS = [[50, 60], [80, 60], [80, 80], [50, 80]];
const VERTICES = CORNERS.map(([x, y]) => ({ x, y }));
const bounds = ({ x, y, width, height }: Annotation) => [x, y, width, height];

Deno.test("createml: x and y are the middle of the box", async () => {
  const coordinates = { x: 25, y: 40, width: 20, height: 20 };
  const files: Files = {
    "train/a.png": null,
    "train/b.png": null,
    "train/c.png": null,
    "train/_annotations.createml.json": JSON.stringify([
      {
        image: "a.png",
        annotations: [{ label: "cat", coordinates }, { label: "dog", coordinates: { x: 1 } }],
      },
      { image: "b.png", annotations: [] },
      {
        imagefilename: "c.png",
        annotation: [{ label: "cat", coordinates: { ...coordinates, x: "25" }, confidence: 0.5 }],
      },
      { image: "gone.png", annotations: [{ label: "", coordinates }] },
      { annotations: [] },
    ]),
  };
  const read = await readFiles(files);
  assert.deepEqual(read.formats, ["createml"]);
  assert.deepEqual(read.labels["train/a.png"], { annotations: [box(0, 15, 30, 20, 20)] });
  assert.deepEqual(read.labels["train/b.png"], { annotations: [] });
  assert.deepEqual(read.labels["train/c.png"], {
    annotations: [box(0, 15, 30, 20, 20, 1, { attributes: { score: 0.5 } })],
  });
  assert.deepEqual([read.orphans, read.splits["train/a.png"]], [["train/gone.png"], "train"]);
  assert.deepEqual(read.issues.map(({ code }) => code), [
    "image-name-missing",
    "coordinate-invalid",
    "number-as-text",
  ]);
  await survives(files, "train/_annotations.createml.json", "createml", 100);
});

Deno.test("createml: a label without coordinates is a class of the image", async () => {
  const read = await readFiles({
    "a.png": null,
    "b.png": null,
    "x.json": JSON.stringify([
      { image: "a.png", annotations: [{ label: "cat" }, "dog"] },
      { image: "b.png", annotations: [{ label: "cat", coordinates: { x: 5, y: 5, width: 2, height: 2 } }] },
    ]),
  });
  assert.deepEqual([read.formats, read.labels["a.png"]!.classes, read.names], [["createml"], [0, 1], [
    "cat",
    "dog",
  ]]);
});

Deno.test("hasty: corners, polygons, masks that are not read, classes in the order of the file", async () => {
  const label = (more: object) => ({
    class_name: "cat",
    bbox: [10, 20, 40, 60],
    polygon: null,
    mask: null,
    ...more,
  });
  const image = (image_name: string, labels: unknown[], more = {}) => ({
    image_name,
    dataset_name: "set",
    width: 100,
    height: 80,
    image_status: "DONE",
    tags: [],
    labels,
    ...more,
  });
  const files: Files = {
    "set/a.png": null,
    "b.png": null,
    "export.json": JSON.stringify({
      project_name: "t",
      export_format_version: "1.1",
      label_classes: [{ class_name: "dog" }, { class_name: "cat", class_type: "object" }, {}],
      images: [
        image("a.png", [
          label({ z_index: 1, attributes: { colour: "red" } }),
          label({ polygon: CORNERS, class_name: "dog" }),
          label({ mask: [1, 2, 3] }),
          label({ bbox: [1, 2, 3] }),
          label({ class_name: null }),
        ], { tags: ["night", { name: "rain" }] }),
        image("b.png", []),
        { labels: [] },
      ],
    }),
  };
  const read = await readFiles(files);
  assert.deepEqual([read.formats, read.names], [["hasty"], ["dog", "cat"]]);
  assert.deepEqual(read.labels["set/a.png"], {
    annotations: [
      box(1, 10, 20, 30, 40, 1, { attributes: { colour: "red", z_order: 1 } }),
      { category: 0, ...POLYGON, line: 2 },
      box(1, 10, 20, 30, 40, 3),
    ],
    declaredWidth: 100,
    declaredHeight: 80,
    image: { attributes: { image_status: "DONE" }, tags: ["night", "rain"] },
  });
  assert.deepEqual(
    read.issues.map(({ code }) => code),
    [
      "image-name-missing",
      "segmentation-invalid",
      "coordinate-invalid",
      "object-without-name",
    ],
  );
  await survives(files, "export.json", "hasty", 100);
});

Deno.test("scale: boxes, turned boxes and polygons, in an array or on lines", async () => {
  const task = (attachment: unknown, annotations: unknown[]) => ({
    task_id: "t1",
    type: "imageannotation",
    params: { attachment, geometries: {} },
    response: { annotations, global_attributes: { weather: "dry" } },
  });
  const place = { left: 10, top: 20, width: 30, height: 40 };
  const diamond = [{ x: 20, y: 10 }, { x: 30, y: 20 }, { x: 20, y: 30 }, { x: 10, y: 20 }];
  const tasks = [
    task("https://host/data/a%20b.png?x=1", [
      { type: "box", label: "cat", ...place, attributes: { occluded: "no" } },
      { type: "polygon", label: "dog", vertices: VERTICES },
      { type: "box", label: "cat", ...place, rotation: 0.785, vertices: diamond },
      { type: "line", label: "cat", vertices: VERTICES },
      { type: "point", label: "cat", x: 1, y: 2 },
      { type: "cuboid", label: "cat" },
      { type: "polygon", label: "dog", vertices: [{ x: 1 }] },
    ]),
    task("s3://bucket/c.png", []),
    task(7, []),
  ];
  const array = { "a b.png": null, "c.png": null, "tasks.json": JSON.stringify(tasks, null, 2) };
  const lines = {
    "a b.png": null,
    "c.png": null,
    "tasks.jsonl": tasks.map((each) => JSON.stringify(each) + "\n").join(""),
  };
  for (const files of [array, lines]) {
    const read = await readFiles(files);
    assert.deepEqual([read.formats, read.names], [["scale"], ["cat", "dog"]]);
    const labels = read.labels["a b.png"]!;
    assert.deepEqual(labels.annotations.slice(0, 2), [
      box(0, 10, 20, 30, 40, 1, { attributes: { occluded: "no" } }),
      { category: 1, ...POLYGON, line: 2 },
    ]);
    assert.deepEqual(bounds(labels.annotations[2]), [10, 10, 20, 20]);
    assert.deepEqual(labels.annotations[2].attributes, { rotation: 45 });
    assert.deepEqual(labels.image, { attributes: { weather: "dry" } });
    assert.deepEqual(read.labels["c.png"]!.annotations, []);
    assert.deepEqual(rejects(read), [
      "image-name-missing",
      "shape-without-area",
      "shape-without-area",
      "shape-unknown",
      "coordinate-invalid",
    ]);
  }
  await survives(array, "tasks.json", "scale", 75);
  await survives(lines, "tasks.jsonl", "scale", 75);
});

const asset = (name: string, path: string, regions: unknown[]) => ({
  asset: { format: "png", id: "0a", name, path, size: { width: 100, height: 80 }, state: 2, type: 1 },
  regions,
  version: "2.2.0",
});
const REGIONS = [
  {
    id: "1",
    type: "RECTANGLE",
    tags: ["cat", "dog"],
    boundingBox: { left: 10, top: 20, width: 30, height: 40 },
    points: [{ x: 10, y: 20 }, { x: 40, y: 20 }, { x: 40, y: 60 }, { x: 10, y: 60 }],
  },
  {
    id: "2",
    type: "POLYGON",
    tags: ["dog"],
    boundingBox: { left: 0, top: 0, width: 1, height: 1 },
    points: VERTICES,
  },
  { id: "3", type: "RECTANGLE", tags: ["dog"], points: VERTICES },
  { id: "4", type: "RECTANGLE", tags: [], points: VERTICES },
  { id: "5", type: "POINT", tags: ["dog"], points: [{ x: 1, y: 2 }] },
  { id: "6", type: "RECTANGLE", tags: ["dog"] },
];
const VOTT = (cat: number, dog: number) => ({
  annotations: [
    box(cat, 10, 20, 30, 40),
    box(dog, 10, 20, 30, 40),
    { category: dog, ...POLYGON, line: 2 },
    box(dog, 50, 60, 30, 20, 3),
  ],
  declaredWidth: 100,
  declaredHeight: 80,
});
const VOTT_REJECTS = ["object-without-name", "shape-without-area", "coordinate-invalid"];

Deno.test("vott: a project with all its assets", async () => {
  const files: Files = {
    "set/a b.png": null,
    "set/c.png": null,
    "vott-json-export/t-export.json": JSON.stringify({
      name: "t",
      tags: [{ name: "dog", color: "#fff" }, { name: "cat", color: "#000" }],
      assets: {
        "0a": asset("a%20b.png", "file:/home/me/set/a%20b.png", REGIONS),
        "0b": asset("c.png", "file:C:/set/c.png", []),
      },
    }),
  };
  const read = await readFiles(files);
  assert.deepEqual([read.formats, read.names], [["vott"], ["dog", "cat"]]);
  assert.deepEqual(read.labels["set/a b.png"], VOTT(1, 0));
  assert.deepEqual(read.labels["set/c.png"]!.annotations, []);
  assert.deepEqual(rejects(read), VOTT_REJECTS);
  await survives(files, "vott-json-export/t-export.json", "vott", 75);
});

Deno.test("vott: one file for each asset, which names its image", async () => {
  const files: Files = {
    "a.png": null,
    "b.png": null,
    "0a-asset.json": JSON.stringify(asset("a.png", "file:/x/a.png", REGIONS), null, 4),
    "0b-asset.json": JSON.stringify(asset("b.png", "https://host/b.png?token=1", [])),
    "0c-asset.json": JSON.stringify(asset("c.png", "", [])),
    "0d-asset.json": JSON.stringify(asset("b.png", "b.png", [])),
    "0e-asset.json": "{}",
  };
  const read = await readFiles(files);
  assert.deepEqual([read.formats, read.names], [["vott"], ["cat", "dog"]]);
  assert.deepEqual(read.labels["a.png"], VOTT(0, 1));
  assert.deepEqual(read.labels["b.png"]!.annotations, []);
  assert.deepEqual(read.orphans, ["c.png"]);
  assert.deepEqual(
    rejects(read).sort(),
    [...VOTT_REJECTS, "image-listed-twice", "image-name-missing"].sort(),
  );
  await survives(files, "0a-asset.json", "vott", 75);
});

Deno.test("scalabel: boxes, outlines with curves, masks, crowds, videos", async () => {
  const label = (more: object) => ({ id: "5", category: "car", ...more });
  const box2d = { x1: 10, y1: 20, x2: 40, y2: 60 };
  const frames = [
    {
      name: "a.jpg",
      attributes: { weather: "rainy" },
      size: { width: 100, height: 80 },
      labels: [
        label({ box2d, attributes: { occluded: true, truncated: false }, score: 0.5 }),
        label({ category: "lane", poly2d: [{ vertices: CORNERS, types: "LLLL", closed: false }] }),
        label({
          poly2d: [{ vertices: CORNERS, types: "LLLL", closed: true }, {
            vertices: [[1, 1], [2, 1], [2, 2]],
            closed: true,
          }],
        }),
        // A quarter of an ellipse: the curve ends at its third point.
        label({ poly2d: [{ vertices: [[0, 0], [0, 10], [10, 20], [20, 20]], types: "LCCC", closed: true }] }),
        label({ poly2d: CORNERS.map((point) => [...point, "L"]) }),
        label({ rle: { size: [6, 8], counts: "724000g0" }, box2d }),
        label({ box2d, attributes: { crowd: true } }),
        label({ box2d, attributes: { ignored: true } }),
        label({ box3d: {} }),
        label({ box2d: { x1: 1 } }),
      ],
    },
    { name: "0001.jpg", videoName: "drive", labels: [label({ box2d })] },
    { labels: [] },
  ];
  const files = {
    "a.jpg": null,
    "drive/0001.jpg": null,
    "0001.jpg": null,
    "bdd100k_labels_images_train.json": JSON.stringify(frames),
  };
  const read = await readFiles(files);
  assert.deepEqual(read.formats, ["scalabel"]);
  const { annotations, ...rest } = read.labels["a.jpg"]!;
  assert.deepEqual(rest, {
    declaredWidth: 100,
    declaredHeight: 80,
    image: { attributes: { weather: "rainy" } },
  });
  assert.deepEqual(
    annotations[0],
    box(0, 10, 20, 30, 40, 1, { attributes: { occluded: true, truncated: false, score: 0.5 } }),
  );
  assert.deepEqual([bounds(annotations[1]), (annotations[1].segmentation as number[][]).length], [[
    1,
    1,
    79,
    79,
  ], 2]);
  assert.deepEqual([bounds(annotations[2]), (annotations[2].segmentation as number[][])[0].length], [[
    0,
    0,
    20,
    20,
  ], 34]);
  // In the middle of the curve, (0 + 3·0 + 3·10 + 20) / 8 and (0 + 3·10 + 3·20 + 20) / 8.
  assert.deepEqual((annotations[2].segmentation as number[][])[0].slice(16, 18), [6.25, 13.75]);
  assert.deepEqual(annotations[3], { category: 0, ...POLYGON, line: 5 });
  assert.deepEqual([bounds(annotations[4]), annotations[4].area], [[1, 1, 3, 2], 6]);
  assert.deepEqual(annotations.slice(5).map(({ iscrowd, ignore }) => [iscrowd, ignore]), [[1, undefined], [
    undefined,
    true,
  ]]);
  assert.deepEqual(read.labels["drive/0001.jpg"]!.annotations, [
    box(0, 10, 20, 30, 40, 1, { attributes: { track_id: "5" } }),
  ]);
  assert.equal(read.labels["0001.jpg"], undefined);
  assert.equal(read.splits["a.jpg"], "train");
  assert.deepEqual(rejects(read), [
    "image-name-missing",
    "shape-without-area",
    "shape-unknown",
    "coordinate-invalid",
  ]);
  await survives(files, "bdd100k_labels_images_train.json", "scalabel", 100);

  const config = { categories: [{ name: "truck" }, { name: "car" }], imageSize: { width: 1, height: 1 } };
  const wrapped = await readFiles({
    "a.jpg": null,
    "x.json": JSON.stringify({ frames: frames.slice(0, 1), config }),
  });
  assert.deepEqual([wrapped.formats, wrapped.names], [["scalabel"], ["truck", "car"]]);
  assert.equal(wrapped.labels["a.jpg"]!.annotations[0].category, 1);
});

Deno.test("superannotate: boxes, turned boxes, holes, ellipses and tags; files are named after images", async () => {
  const instance = (type: string, more: object) => ({ type, className: "cat", attributes: [], ...more });
  const outline = [10, 10, 40, 10, 40, 40, 10, 40];
  const metadata = { name: "a.png", width: 100, height: 80 };
  const files: Files = {
    "a.png": null,
    "b.jpg": null,
    "c.png": null,
    "classes/classes.json": JSON.stringify([{ id: 1, name: "dog" }, { id: 2, name: "cat" }, {
      id: 3,
      name: "indoor",
      type: "tag",
    }]),
    "a.png.json": JSON.stringify({
      metadata,
      tags: ["night"],
      instances: [
        instance("bbox", {
          points: { x1: 40, y1: 60, x2: 10, y2: 20 },
          attributes: [{ groupName: "colour", name: "red" }, { groupName: "seen", name: "l" }, {
            groupName: "seen",
            name: "r",
          }],
          groupId: 7,
          probability: 50,
          creationType: "Prediction",
        }),
        instance("rbbox", {
          points: { x1: 20, y1: 10, x2: 30, y2: 20, x3: 20, y3: 30, x4: 10, y4: 20 },
          groupId: 0,
        }),
        instance("polygon", { points: outline, exclude: [[20, 20, 30, 20, 30, 30, 20, 30]] }),
        instance("polygon", { points: outline, exclude: [], className: "dog" }),
        instance("ellipse", { cx: 50, cy: 40, rx: 10, ry: 20, angle: 90 }),
        instance("tag", { className: "indoor" }),
        instance("point", { x: 1, y: 2 }),
        instance("polyline", { points: outline }),
        instance("cuboid", { points: {} }),
        instance("bbox", { points: {} }),
        instance("bbox", { points: { x1: 1, y1: 1, x2: 2, y2: 2 }, className: null }),
      ],
    }),
    "b.jpg___objects.json": JSON.stringify({ metadata: { ...metadata, name: "b.jpg" }, instances: [] }),
    "gone.png.json": JSON.stringify({ metadata: { ...metadata, name: "gone.png" }, instances: [] }),
    "c.png.json": '{"metadata": {"name": "c.png"}, "instances": [',
  };
  const read = await readFiles(files);
  assert.deepEqual([read.formats, read.names.slice(0, 3)], [["superannotate"], ["dog", "cat", "indoor"]]);
  const { annotations, ...rest } = read.labels["a.png"]!;
  assert.deepEqual(rest, {
    declaredWidth: 100,
    declaredHeight: 80,
    classes: [2],
    image: { tags: ["night"] },
  });
  assert.deepEqual(
    annotations[0],
    box(1, 10, 20, 30, 40, 1, { attributes: { colour: "red", seen: ["l", "r"], group_id: 7, score: 0.5 } }),
  );
  assert.deepEqual([bounds(annotations[1]), annotations[1].attributes], [[10, 10, 20, 20], { rotation: 45 }]);
  assert.deepEqual([bounds(annotations[2]), annotations[2].area], [[10, 10, 30, 30], 800]);
  assert.deepEqual([bounds(annotations[3]), annotations[3].category], [[10, 10, 30, 30], 0]);
  assert.deepEqual([bounds(annotations[4]).map(Math.round), annotations[4].attributes], [[30, 30, 40, 20], {
    rotation: 90,
  }]);
  assert.deepEqual(read.labels["b.jpg"]!.annotations, []);
  assert.deepEqual(read.orphans, ["gone.png"]);
  assert.deepEqual(rejects(read), [
    "shape-without-area",
    "shape-without-area",
    "shape-unknown",
    "coordinate-invalid",
    "object-without-name",
    "json-truncated",
  ]);
  await survives(files, "a.png.json", "superannotate", 100);
});

Deno.test("edge-impulse: boxes beside the images, and the list of an upload with splits", async () => {
  const label = { label: "cat", x: 10, y: 20, width: 30, height: 40 };
  const boxes: Files = {
    "training/a.jpg": null,
    "training/b.jpg": null,
    "training/c.jpg": null,
    "training/bounding_boxes.labels": JSON.stringify({
      version: 1,
      type: "bounding-box-labels",
      boundingBoxes: {
        "a.jpg": [label, { ...label, x: null }],
        "b.jpg": [],
        "gone.jpg": [label],
        "c.jpg": 7,
      },
    }),
  };
  const read = await readFiles(boxes);
  assert.deepEqual(read.formats, ["edge-impulse"]);
  assert.deepEqual(read.labels["training/a.jpg"], { annotations: [box(0, 10, 20, 30, 40)] });
  assert.deepEqual(read.labels["training/b.jpg"], { annotations: [] });
  assert.deepEqual(read.orphans, ["training/gone.jpg"]);
  assert.deepEqual(rejects(read), ["coordinate-invalid", "annotation-invalid"]);
  await survives(boxes, "training/bounding_boxes.labels", "edge-impulse", 75);

  const info = {
    version: 1,
    files: [
      { path: "training/a.jpg", category: "training", label: { type: "unlabeled" }, boundingBoxes: [label] },
      { path: "testing/b.jpg", category: "testing", label: { type: "label", label: "dog" } },
      { category: "split" },
    ],
  };
  const uploaded = await readFiles({
    "training/a.jpg": null,
    "testing/b.jpg": null,
    "info.labels": JSON.stringify(info),
  });
  assert.deepEqual(uploaded.labels["training/a.jpg"]!.annotations, [box(1, 10, 20, 30, 40)]);
  assert.deepEqual(uploaded.names[uploaded.labels["testing/b.jpg"]!.classes![0]], "dog");
  assert.deepEqual(uploaded.splits, { "testing/b.jpg": "test", "training/a.jpg": "train" });
  assert.deepEqual(rejects(uploaded), ["image-name-missing"]);
});

Deno.test("other JSON is left alone by the formats with records", async () => {
  const others: Record<string, unknown> = {
    "package.json": { name: "x", version: "1.0.0", files: ["a"] },
    "empty.json": {},
    "list.json": [],
    "numbers.json": [1, 2, 3],
    "config.json": { project: "x", metadata: {}, view: 1, assets: {}, regions: [] },
    "records.json": [{ image: "a.png", label: "cat" }, { name: "a.png", labels: ["cat"] }],
    "tasks.json": [{ id: 1, annotations: [] }],
  };
  for (const [path, value] of Object.entries(others)) {
    const { formats } = await readFiles({ "a.png": null, [path]: JSON.stringify(value) });
    assert.deepEqual(formats, [], path);
  }
});

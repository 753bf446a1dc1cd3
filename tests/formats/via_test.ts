import assert from "node:assert/strict";
import { ClassAttribute } from "../../src/formats/via/class_attribute.ts";
import { readCoordinates } from "../../src/formats/via/coordinates.ts";
import { readFiles, rejects } from "./reading.ts";
import { survives } from "./survives.ts";

const RECT = { name: "rect", x: 10, y: 20, width: 30, height: 40 };
const POLYGON = { name: "polygon", all_points_x: [50, 80, 80, 50], all_points_y: [60, 60, 80, 80] };
const region = (shape_attributes: unknown, region_attributes: unknown = { type: "cat" }) => ({
  shape_attributes,
  region_attributes,
});
const image = (filename: string, regions: unknown, file_attributes: unknown = {}) => ({
  filename,
  size: 252,
  regions,
  file_attributes,
});
const CAT_AND_DOG = [region(RECT), region(POLYGON, { type: "dog", occluded: { yes: true, no: false } })];
/** What those become. */
const OBJECTS = [
  { category: 0, x: 10, y: 20, width: 30, height: 40, line: 1 },
  {
    category: 1,
    x: 50,
    y: 60,
    width: 30,
    height: 20,
    segmentation: [[50, 60, 80, 60, 80, 80, 50, 80]],
    attributes: { occluded: ["yes"] },
    line: 2,
  },
];
const IMAGES = {
  "a.png252": image("a.png", CAT_AND_DOG, { caption: "two", checked: { yes: true } }),
  "b.png252": image("b.png", []),
};
const project = (more = {}) =>
  JSON.stringify(
    { _via_settings: { ui: {} }, _via_img_metadata: IMAGES, _via_data_format_version: "2.0.10", ...more },
    null,
    2,
  );

Deno.test("via2: exports and projects; regions of version 1 are numbered", async () => {
  const numbered = {
    "a.png252": image("a.png", { "0": CAT_AND_DOG[0], "1": CAT_AND_DOG[1] }),
    "b.png252": image("b.png", {}),
  };
  for (const text of [JSON.stringify(IMAGES), project(), JSON.stringify(numbered)]) {
    const read = await readFiles({ "a.png": null, "b.png": null, "via.json": text });
    assert.deepEqual(read.formats, ["via2"]);
    assert.deepEqual(read.labels["a.png"]!.annotations, OBJECTS);
    assert.deepEqual(read.labels["b.png"], { annotations: [] });
    assert.deepEqual([read.names, read.issues], [["cat", "dog"], []]);
    const attributes = text === JSON.stringify(numbered)
      ? undefined
      : { attributes: { caption: "two", checked: ["yes"] } };
    assert.deepEqual(read.labels["a.png"]!.image, attributes);
  }
});

Deno.test("via2: a project's options give the order of the classes", async () => {
  const type = { type: "dropdown", options: { dog: "", cat: "", cow: "" } };
  const read = await readFiles({
    "a.png": null,
    "via.json": project({
      _via_attributes: { region: { type, occluded: { type: "checkbox", options: { yes: "" } } }, file: {} },
    }),
  });
  assert.deepEqual(read.classes, [{ name: "dog" }, { name: "cat" }, { name: "cow" }]);
  assert.deepEqual(read.orphans, ["b.png"]);
});

Deno.test("via2: CSV with JSON in its fields", async () => {
  const field = (value: unknown) => `"${JSON.stringify(value).replaceAll('"', '""')}"`;
  const row = (name: string, count: number, id: number, shape: unknown, attributes: unknown) =>
    [name, 252, field({}), count, id, field(shape), field(attributes)].join(",");
  const csv = [
    "\ufefffilename,file_size,file_attributes,region_count,region_id,region_shape_attributes,region_attributes",
    row("a.png", 2, 0, RECT, { type: "cat" }),
    row("b.png", 0, 0, {}, {}),
    row("a.png", 2, 1, POLYGON, { type: "dog", occluded: { yes: true } }),
    'b.png,252,"{}",1,0,"{""name"":","{}"',
    ',252,"{}",1,0,"{}","{}"',
    "",
  ].join("\r\n");
  const files = { "a.png": null, "b.png": null, "via_region_data.csv": csv };
  const read = await readFiles(files);
  assert.deepEqual(read.formats, ["via2"]);
  assert.deepEqual(read.labels["a.png"]!.annotations, OBJECTS);
  assert.deepEqual(read.labels["b.png"]!.annotations, []);
  assert.deepEqual(rejects(read), ["image-name-missing", "annotation-invalid"]);
  await survives(files, "via_region_data.csv", "via2", 100);
});

Deno.test("via2: circles and turned ellipses are polygons, points and lines are told", async () => {
  const regions = [
    { name: "circle", cx: 50, cy: 40, r: 10 },
    { name: "ellipse", cx: 50, cy: 40, rx: 10, ry: 20, theta: Math.PI / 2 },
    { name: "ellipse", cx: 50, cy: 40, rx: 10, ry: 20 },
    { name: "point", cx: 1, cy: 2 },
    { name: "polyline", all_points_x: [1, 2], all_points_y: [1, 2] },
    { name: "polygon", all_points_x: [1, 2], all_points_y: [1] },
    { name: "rect", x: "1", y: 2, width: 3, height: null },
    { name: "constructor" },
    {},
  ].map((shape) => region(shape));
  const read = await readFiles({
    "a.png": null,
    "via.json": JSON.stringify({ a: image("a.png", [...regions, region(RECT, { type: "" }), 7]) }),
  });
  const [circle, turned, upright] = read.labels["a.png"]!.annotations;
  assert.deepEqual([circle.x, circle.y, circle.width, circle.height], [40, 30, 20, 20]);
  assert.equal((circle.segmentation as number[][])[0].length, 144);
  assert.deepEqual([turned.x, turned.y, turned.width, turned.height], [30, 30, 40, 20]);
  assert.deepEqual([turned.attributes, upright.attributes], [{ rotation: 90 }, undefined]);
  assert.deepEqual(rejects(read), [
    "shape-without-area",
    "shape-without-area",
    "coordinate-invalid",
    "coordinate-invalid",
    "shape-unknown",
    "shape-unknown",
    "object-without-name",
    "shape-unknown",
  ]);
});

Deno.test("via: the attribute that is the class", () => {
  const choose = (...regions: Record<string, unknown>[]) => {
    const attribute = new ClassAttribute();
    for (const each of regions) attribute.add(each);
    return attribute.choose();
  };
  const many = Array.from({ length: 201 }, (_, i) => ({ text: `t${i}`, colour: "red", id: `${i}` }));
  assert.equal(choose({ species: "cat" }), "species");
  assert.equal(choose({ species: "cat", other: "" }, { species: "dog" }), "species");
  assert.equal(choose({ colour: "red", Label: "cat" }, { colour: "blue", Label: "cat" }), "Label");
  assert.equal(choose({ type: "x", class: "y" }), "class");
  assert.equal(choose({ colour: "red", kind: { cat: true, dog: false } }, { kind: { dog: true } }), "kind");
  assert.equal(choose(...many), "colour");
  assert.equal(choose({ a: "1", b: "2" }), undefined);
  assert.equal(choose({}), undefined);
  assert.equal(choose({ ["__proto__x"]: "a" }), "__proto__x");
});

Deno.test("via2: without an attribute that could be the class all objects are of one, and that is told", async () => {
  const read = await readFiles({
    "a.png": null,
    "via.json": JSON.stringify({ a: image("a.png", [region(RECT, {})]) }),
  });
  assert.deepEqual([read.names, read.issues.map(({ code }) => code)], [["object"], [
    "class-attribute-unclear",
  ]]);
});

Deno.test("via2: a file that ends in the middle is left out, others are read", async () => {
  const read = await readFiles({
    "a.png": null,
    "a.json": JSON.stringify({ a: image("a.png", [region(RECT)]) }),
    "b.json": JSON.stringify({ a: image("a.png", [region(RECT)]), b: image("b.png", []) }).slice(0, -9),
  });
  assert.deepEqual(read.labels["a.png"]!.annotations.length, 1);
  assert.deepEqual(rejects(read), ["json-truncated"]);
});

Deno.test("via2: damaged files are read as far as they go", async () => {
  await survives({ "a.png": null, "via.json": JSON.stringify(IMAGES) }, "via.json", "via2", 100);
});

const VIA3 = {
  project: { pid: "x", data_format_version: "3.1.1", vid_list: ["1", "2"] },
  config: {},
  attribute: {
    "1": { aname: "class", anchor_id: "FILE1_Z0_XY1", type: 4, options: { "0": "dog", "1": "cat" } },
    "2": { aname: "seen", anchor_id: "FILE1_Z0_XY1", type: 2, options: { "0": "left", "1": "right" } },
    "3": { aname: "weather", anchor_id: "FILE1_Z0_XY0", type: 1, options: {} },
  },
  file: {
    "1": { fid: "1", fname: "a.png", type: 2, loc: 1, src: "set/a.png" },
    "2": { fid: "2", fname: "b.png", type: 2, loc: 4, src: "data:image/png;base64,AAAA" },
  },
  metadata: {
    "1_x": { vid: "1", flg: 0, z: [], xy: [2, 10, 20, 30, 40], av: { "1": "1", "2": "0,1" } },
    "1_y": { vid: "1", flg: 0, z: [], xy: [7, 50, 60, 80, 60, 80, 80, 50, 80], av: { "1": "0" } },
    "1_z": { vid: "1", flg: 0, z: [], xy: [], av: { "3": "sunny" } },
    "1_p": { vid: "1", flg: 0, z: [], xy: [1, 5, 5], av: { "1": "0" } },
    "1_q": { vid: "1", flg: 0, z: [], xy: [2, 5], av: { "1": "0" } },
    "1_r": { vid: "1", flg: 0, z: [], xy: [77, 5], av: { "1": "0" } },
    "9_x": { vid: "9", flg: 0, z: [], xy: [2, 1, 2, 3, 4], av: { "1": "0" } },
  },
  view: { "1": { fid_list: ["1"] }, "2": { fid_list: ["2"] } },
};
const A = {
  annotations: [
    { category: 1, x: 10, y: 20, width: 30, height: 40, attributes: { seen: ["left", "right"] }, line: 1 },
    {
      category: 0,
      x: 50,
      y: 60,
      width: 30,
      height: 20,
      segmentation: [[50, 60, 80, 60, 80, 80, 50, 80]],
      line: 2,
    },
  ],
  image: { attributes: { weather: "sunny" } },
};

Deno.test("via3: regions by views, options by their names", async () => {
  const files = { "set/a.png": null, "b.png": null, "via.json": JSON.stringify(VIA3) };
  const read = await readFiles(files);
  assert.deepEqual([read.formats, read.names], [["via3"], ["dog", "cat"]]);
  assert.deepEqual(read.labels["set/a.png"], A);
  assert.deepEqual(read.labels["b.png"], { annotations: [] });
  assert.deepEqual(rejects(read), [
    "image-name-missing",
    "shape-without-area",
    "coordinate-invalid",
    "shape-unknown",
  ]);
  await survives(files, "via.json", "via3", 100);
});

Deno.test("via3: CSV, whose comments tell the attributes", async () => {
  const field = (value: unknown) => `"${JSON.stringify(value).replaceAll('"', '""')}"`;
  const rows = Object.entries(VIA3.metadata).filter(([id]) => /^1_[xyz]/.test(id)).map((
    [id, { flg, z, xy, av }],
  ) => [`"${id}"`, field(["a.png"]), flg, field(z), field(xy), field(av)].join(","));
  const csv = [
    "# Exported using VGG Image Annotator",
    '# - metadata of {""1"":""3""} indicates attribute with id "1" set to an attribute option with id "3"',
    `# ATTRIBUTE = ${JSON.stringify(VIA3.attribute)}`,
    "# CSV_HEADER = metadata_id,file_list,flags,temporal_coordinates,spatial_coordinates,metadata",
    ...rows,
    '"1_n","[]",0,"[]","[]","{}"',
    "",
  ].join("\n");
  const files = { "a.png": null, "export.csv": csv };
  const read = await readFiles(files);
  assert.deepEqual([read.formats, read.names], [["via3"], ["dog", "cat"]]);
  assert.deepEqual(read.labels["a.png"], A);
  assert.deepEqual(rejects(read), ["image-name-missing"]);
  await survives(files, "export.csv", "via3", 100);
});

Deno.test("via3: shapes by their numbers", () => {
  const box = (xy: number[]) => {
    const shape = readCoordinates(xy);
    return typeof shape === "object" ? [shape.x, shape.y, shape.width, shape.height].map(Math.round) : shape;
  };
  assert.deepEqual(box([3, 50, 40, 10]), [40, 30, 20, 20]);
  assert.deepEqual(box([4, 50, 40, 10, 20]), [40, 20, 20, 40]);
  assert.deepEqual(box([5, 1, 2, 3, 4]), "line");
  assert.deepEqual(box([6, 1, 2, 3, 4]), "line");
  assert.deepEqual(box([8, 10, 25, 20, 20, 40, 30, 25, 60]), [10, 20, 30, 40]);
  // Three points of a circle of 10 px about (50, 40).
  assert.deepEqual(box([9, 40, 40, 60, 40, 50, 30]), [40, 30, 20, 20]);
  assert.deepEqual(box([9, 1, 1, 2, 2, 3, 3]), undefined);
  assert.deepEqual(box([7, 1, 2, 3]), undefined);
});

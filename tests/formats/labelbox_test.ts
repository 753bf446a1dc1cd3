import assert from "node:assert/strict";
import { readFiles, rejects } from "./reading.ts";
import { survives } from "./survives.ts";

const row = (data_row: object, ...labels: object[]) =>
  JSON.stringify({
    data_row,
    media_attributes: { height: 80, width: 100 },
    projects: { p1: { name: "t", labels } },
  });
const label = (objects: unknown[], classifications: unknown[] = [], more = {}) => ({
  id: "l1",
  annotations: { objects, classifications, relationships: [] },
  ...more,
});
const BOX = { name: "cat", bounding_box: { top: 20, left: 10, height: 40, width: 30 } };
const LINES = [
  row(
    { id: "1", external_id: "a.png", row_data: "https://example.invalid/x/other.png" },
    label([
      {
        ...BOX,
        classifications: [
          {
            name: "pose",
            radio_answer: {
              name: "sits",
              classifications: [{ name: "where", text_answer: { content: "mat" } }],
            },
          },
          { name: "colours", checklist_answers: [{ name: "black" }, { name: "white" }] },
        ],
      },
      { name: "dog", polygon: [{ x: 50, y: 60 }, { x: 80, y: 60 }, { x: 80, y: 80 }] },
      { name: "p", point: { x: 1, y: 2 } },
      { name: "l", line: [{ x: 1, y: 2 }] },
      {
        name: "m",
        annotation_kind: "ImageSegmentationMask",
        composite_mask: { url: "https://example.invalid/m" },
      },
      { name: "q", annotation_kind: "Cuboid" },
      { name: "dog", polygon: [{ x: 50, y: "?" }] },
    ], [{ name: "weather", radio_answer: { name: "rain" } }]),
  ),
  row(
    { id: "2", external_id: "my-id-2", global_key: "g2", row_data: "https://example.invalid/b%20c.png?x=1" },
    label([BOX], [], { label_details: { created_by: "ann" } }),
    label([BOX], [], { id: "l2" }),
  ),
  row({ id: "3", external_id: "gone.png" }, label([BOX])),
  "{",
  row({ id: "4" }),
];

Deno.test("labelbox: objects, answers, several annotators, and what has no file", async () => {
  const read = await readFiles({ "a.png": null, "b c.png": null, "export.ndjson": LINES.join("\n") });
  assert.equal(read.format, "labelbox");
  assert.deepEqual(read.labels["a.png"], {
    annotations: [
      {
        category: read.names.indexOf("cat"),
        x: 10,
        y: 20,
        width: 30,
        height: 40,
        line: 1,
        attributes: { pose: "sits", where: "mat", colours: ["black", "white"] },
      },
      {
        category: read.names.indexOf("dog"),
        x: 50,
        y: 60,
        width: 30,
        height: 20,
        segmentation: [[50, 60, 80, 60, 80, 80]],
        line: 2,
      },
    ],
    declaredWidth: 100,
    declaredHeight: 80,
    image: { attributes: { weather: "rain" } },
  });
  assert.deepEqual(read.labels["b c.png"]?.annotations.map(({ attributes }) => attributes), [
    { source: "ann" },
    { source: "l2" },
  ]);
  assert.deepEqual(read.orphans, ["gone.png"]);
  assert.deepEqual(rejects(read).toSorted(), [
    "coordinate-invalid",
    "image-name-missing",
    "image-name-missing",
    "mask-unreadable",
    "shape-unknown",
    "shape-without-area",
    "shape-without-area",
  ]);
});

Deno.test("labelbox: the export of version 1", async () => {
  const rows = [
    {
      "ID": "1",
      "DataRow ID": "d1",
      "Labeled Data": "https://example.invalid/a.png",
      "External ID": "a.png",
      "Label": {
        objects: [
          { title: "cat", value: "cat", bbox: BOX.bounding_box, instanceURI: "https://example.invalid/1" },
          { title: "dog", polygon: [{ x: 50, y: 60 }, { x: 80, y: 60 }, { x: 80, y: 80 }] },
          { title: "m", instanceURI: "https://example.invalid/2" },
        ],
        classifications: [{ title: "weather", answer: { title: "rain" } }, { title: "note", answer: "none" }],
      },
    },
    { "DataRow ID": "d2", "Labeled Data": "https://example.invalid/b.png", "Label": "Skip" },
    {
      "DataRow ID": "d3",
      "Labeled Data": "https://example.invalid/c.png",
      "Label": { cat: [{ geometry: [{ x: 1, y: 1 }, { x: 5, y: 1 }, { x: 5, y: 4 }] }] },
    },
  ];
  const read = await readFiles({
    "a.png": null,
    "b.png": null,
    "c.png": null,
    "e.json": JSON.stringify(rows),
  });
  assert.equal(read.format, "labelbox");
  const boxes = Object.values(read.labels).map((labels) =>
    labels!.annotations.map((
      { category, x, y, width, height },
    ) => [read.names[category], x, y, width, height])
  );
  assert.deepEqual(boxes, [[["cat", 10, 20, 30, 40], ["dog", 50, 60, 30, 20]], [], [["cat", 1, 1, 4, 3]]]);
  assert.deepEqual(read.labels["a.png"]?.image, { attributes: { weather: "rain", note: "none" } });
  assert.deepEqual(rejects(read), ["mask-unreadable"]);
});

Deno.test("labelbox: a damaged file is read or refused", async () => {
  const files = { "a.png": null, "b c.png": null, "export.ndjson": LINES.join("\n") };
  await survives(files, "export.ndjson", "labelbox");
});

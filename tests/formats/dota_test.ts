import assert from "node:assert/strict";
import { readFiles, rejects } from "./reading.ts";
import { survives } from "./survives.ts";

const TEXT = `imagesource:GoogleEarth
gsd:0.146343590398
20.0 20.0 40.0 20.0 40.0 40.0 20.0 40.0 plane 0
50.0 20.0 60.0 30.0 50.0 40.0 40.0 30.0 small-vehicle 1
`;
const files = (text: string) => ({ "images/P0001.png": null, "labelTxt/P0001.txt": text });

Deno.test("dota: corners become a polygon with its box; the header belongs to the image", async () => {
  const read = await readFiles(files(TEXT));
  assert.equal(read.format, "dota");
  const labels = read.labels["images/P0001.png"]!;
  assert.deepEqual(labels.annotations, [
    {
      category: 0,
      x: 20,
      y: 20,
      width: 20,
      height: 20,
      segmentation: [[20, 20, 40, 20, 40, 40, 20, 40]],
      attributes: { difficult: 0 },
      line: 3,
    },
    {
      category: 1,
      x: 40,
      y: 20,
      width: 20,
      height: 20,
      segmentation: [[50, 20, 60, 30, 50, 40, 40, 30]],
      attributes: { difficult: 1 },
      line: 4,
    },
  ]);
  assert.deepEqual(read.names, ["plane", "small-vehicle"]);
  assert.deepEqual(labels.image, { attributes: { imagesource: "GoogleEarth", gsd: 0.146343590398 } });
});

Deno.test("dota: a difficulty may be missing, a class may have blanks, short and broken rows are left out", async () => {
  const corners = "1 2 5 2 5 9 1 9";
  const read = await readFiles(files(
    `${corners} ship\ngsd:null\n${corners} large vehicle 2\n${corners}\n1 2 5 2 5 9 1 x ship 0\n`,
  ));
  const labels = read.labels["images/P0001.png"]!;
  assert.deepEqual(
    labels.annotations.map(({ category, attributes }) => [read.names[category], attributes?.difficult]),
    [["ship", 0], ["large vehicle", 2]],
  );
  assert.deepEqual(rejects(read), ["label-row-invalid", "label-row-invalid"]);
});

Deno.test("dota: damaged files are survived", () => survives(files(TEXT), "labelTxt/P0001.txt", "dota"));

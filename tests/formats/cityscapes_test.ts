import assert from "node:assert/strict";
import { decodeCounts } from "../../src/geometry/rle.ts";
import { readFiles, rejects } from "./reading.ts";
import { survives } from "./survives.ts";

const square = (x: number, y: number) => [[x, y], [x + 30, y], [x + 30, y + 20], [x, y + 20]];
const polygons = (objects: unknown) => JSON.stringify({ imgHeight: 80, imgWidth: 100, objects });
const IMAGE = "leftImg8bit/val/x/x_000000_000019_leftImg8bit.png";
const LABEL = "gtFine/val/x/x_000000_000019_gtFine_polygons.json";

Deno.test("cityscapes: polygons, crowds, regions not to be judged; pictures of the labels are no frames", async () => {
  const read = await readFiles({
    [IMAGE]: null,
    [LABEL]: polygons([
      { label: "road", polygon: square(0, 40) },
      { label: "car", polygon: square(10, 20) },
      { label: "cargroup", polygon: square(50, 20) },
      { label: "polegroup", polygon: square(0, 0) },
      { label: "ego vehicle", polygon: square(0, 60) },
      { label: "car", deleted: 1, polygon: square(1, 1) },
    ]),
    [LABEL.replace("polygons.json", "labelIds.png")]: null,
    [LABEL.replace("polygons.json", "instanceIds.png")]: null,
    [LABEL.replace("polygons.json", "color.png")]: null,
  });
  assert.equal(read.format, "cityscapes");
  assert.deepEqual(Object.keys(read.labels), [IMAGE]);
  const [road, car, cars, poles, ego, ...more] = read.labels[IMAGE]!.annotations;
  assert.deepEqual(more, []);
  assert.deepEqual(road, {
    category: 0,
    x: 0,
    y: 40,
    width: 30,
    height: 20,
    segmentation: [[0, 40, 30, 40, 30, 60, 0, 60]],
    attributes: { isthing: 0 },
    line: 1,
  });
  assert.deepEqual([car.category, car.attributes], [1, undefined]);
  assert.deepEqual([cars.category, cars.iscrowd, cars.x, cars.y, cars.width, cars.height, cars.area], [
    1,
    1,
    50,
    20,
    30,
    20,
    600,
  ]);
  const { counts } = cars.segmentation as { counts: string };
  assert.deepEqual(decodeCounts(counts)!.slice(0, 3), [4020, 20, 60]);
  assert.deepEqual([poles.iscrowd, poles.attributes], [undefined, { isthing: 0 }]);
  assert.equal(ego.ignore, "ego vehicle");
  assert.deepEqual(read.names, ["road", "car", "polegroup"]);
  assert.deepEqual(read.splits, { [IMAGE]: "val" });
  assert.deepEqual(read.issues.map(({ code, severity }) => [code, severity]), [["object-deleted", "note"]]);
});

Deno.test("cityscapes: labels without image are told with the name it would have", async () => {
  const read = await readFiles({ [IMAGE]: null, "gtCoarse/val/x/y_gtCoarse_polygons.json": polygons([]) });
  assert.deepEqual(read.orphans, ["leftImg8bit/val/x/y_leftImg8bit.png"]);
});

Deno.test("cityscapes: objects that cannot be read are rejected one by one", async () => {
  const read = await readFiles({
    [IMAGE]: null,
    [LABEL]: polygons([
      { label: "car", polygon: [[0, 0], [1, 1]] },
      { label: "car", polygon: [[0, 0], [1, 1], ["x", 2]] },
      { polygon: square(0, 0) },
      3,
      { label: "group", polygon: square(0, 0) },
    ]),
  }, { format: "cityscapes" });
  assert.deepEqual(read.names, ["group"]);
  assert.deepEqual(rejects(read), [
    "annotation-invalid",
    "coordinate-invalid",
    "object-without-name",
    "annotation-invalid",
  ]);
});

Deno.test("cityscapes: damaged files are survived", () =>
  survives(
    {
      [IMAGE]: null,
      [LABEL]: polygons([{ label: "car", polygon: square(10, 20) }, {
        label: "cargroup",
        polygon: square(50, 20),
      }]),
    },
    LABEL,
    "cityscapes",
  ));

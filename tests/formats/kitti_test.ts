import assert from "node:assert/strict";
import { readFiles, rejects } from "./reading.ts";
import { survives } from "./survives.ts";

const CAR = "Car 0.25 1 -1.57 10.00 20.00 40.00 60.00 1.50 1.60 3.90 1.00 1.50 8.00 -1.45";
const NOTHING = "DontCare -1 -1 -10 50.00 20.00 80.00 40.00 -1 -1 -1 -1000 -1000 -1000 -10";
const files = (text: string) => ({
  "training/image_2/000000.png": null,
  "training/label_2/000000.txt": text,
});

Deno.test("kitti: box, attributes, a score, and regions that are not to be judged", async () => {
  const read = await readFiles(files(`${CAR}\r\n${NOTHING}\n${CAR.replace("Car", "Van")} 0.75\n`));
  const [car, nothing, van] = read.labels["training/image_2/000000.png"]!.annotations;
  const attributes = {
    truncated: 0.25,
    occluded: 1,
    alpha: -1.57,
    dimensions: [1.5, 1.6, 3.9],
    location: [1, 1.5, 8],
    rotation_y: -1.45,
  };
  assert.deepEqual(car, { category: 0, x: 10, y: 20, width: 30, height: 40, attributes, line: 1 });
  assert.deepEqual([nothing.ignore, nothing.width], ["DontCare", 30]);
  assert.deepEqual(van.attributes, { ...attributes, score: 0.75 });
  assert.deepEqual(read.names, ["Car", "Van"]);
  assert.deepEqual(read.splits, { "training/image_2/000000.png": "train" });
  assert.deepEqual(rejects(read), []);
});

Deno.test("kitti: rows that cannot be read are left out one by one", async () => {
  const rows = [CAR, "Car 1 2 3", CAR.replace("40.00", "4O.00"), CAR.replace("40.00", "9.00"), `${CAR} 1 1`];
  const read = await readFiles(files(rows.join("\n")));
  assert.equal(read.labels["training/image_2/000000.png"]?.annotations.length, 1);
  assert.deepEqual(
    read.issues.map(({ code, line }) => [code, line]),
    [2, 3, 4, 5].map((line) => ["label-row-invalid", line]),
  );
});

Deno.test("kitti: damaged files are survived", () =>
  survives(files(`${CAR}\n${NOTHING}\n`), "training/label_2/000000.txt", "kitti"));

Deno.test("kitti: texts beside the labels that have the names of images are none", async () => {
  const calibration = "P0: 7.2e+02 0 6.1e+02 0 0 7.2e+02 1.7e+02 0 0 0 1 0\n";
  const read = await readFiles({
    ...files(`${CAR}\n`),
    "training/calib/000000.txt": calibration,
    "training/planes/000000.txt": "# Plane\nWidth 4\nHeight 1\n-1.8e-02 -9.9e-01 -2.3e-02 1.65\n",
  });
  assert.deepEqual(read.formats, ["kitti"]);
  assert.deepEqual([read.orphans, read.issues], [[], []]);
  assert.equal(read.labels["training/image_2/000000.png"]?.annotations.length, 1);
});

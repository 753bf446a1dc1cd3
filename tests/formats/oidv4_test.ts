import assert from "node:assert/strict";
import { readFiles, rejects } from "./reading.ts";
import { survives } from "./survives.ts";

const FILES = {
  "OID/Dataset/train/Apple/0a.jpg": null,
  "OID/Dataset/train/Apple/Label/0a.txt": "Apple 10.5 20 40 60.25\n",
  "OID/Dataset/train/Traffic light/0a.jpg": null,
  "OID/Dataset/train/Traffic light/Label/0a.txt": "Traffic light 1 2 30 40\nTraffic light 5 6 7 8\n",
};

Deno.test("oidv4: names with blanks, corners in px, labels in the folder Label of each class", async () => {
  const read = await readFiles({ ...FILES, "OID/Dataset/train/Apple/Label/gone.txt": "Apple 1 2 3 4\n" });
  assert.equal(read.format, "oidv4");
  assert.deepEqual(read.labels["OID/Dataset/train/Apple/0a.jpg"]?.annotations, [
    { category: 0, x: 10.5, y: 20, width: 29.5, height: 40.25, line: 1 },
  ]);
  assert.equal(read.labels["OID/Dataset/train/Traffic light/0a.jpg"]?.annotations.length, 2);
  assert.deepEqual(read.names, ["Apple", "Traffic light"]);
  assert.deepEqual(read.orphans, ["OID/Dataset/train/Apple/gone.png"]);
  assert.equal(read.splits["OID/Dataset/train/Apple/0a.jpg"], "train");
});

Deno.test("oidv4: rows that cannot be read are left out", async () => {
  const path = "OID/Dataset/train/Apple/Label/0a.txt";
  const read = await readFiles({
    ...FILES,
    [path]: "Apple 1 2 30 40\n1 2 3\nApple 5 6 5 9\nApple 1 2 x 4\n",
  });
  assert.equal(read.labels["OID/Dataset/train/Apple/0a.jpg"]?.annotations.length, 1);
  assert.deepEqual(rejects(read), Array(3).fill("label-row-invalid"));
});

Deno.test("oidv4: damaged files are survived", () =>
  survives(FILES, "OID/Dataset/train/Apple/Label/0a.txt", "oidv4"));

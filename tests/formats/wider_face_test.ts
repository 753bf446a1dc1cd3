import assert from "node:assert/strict";
import { readFiles, rejects } from "./reading.ts";
import { survives } from "./survives.ts";

const LIST = `0--Parade/0_Parade_1.jpg
1
10 20 30 40 2 0 0 0 1 0 
0--Parade/0_Parade_2.jpg
0
0 0 0 0 0 0 0 0 0 0 
1--Handshaking/a b.jpg
2
1 2 3 4 0 1 1 1 2 1
5 6 0 8 0 0 0 0 0 0
`;
const FILES = {
  "wider_face_split/wider_face_val_bbx_gt.txt": LIST,
  "WIDER_val/images/0--Parade/0_Parade_1.jpg": null,
  "WIDER_val/images/0--Parade/0_Parade_2.jpg": null,
  "WIDER_val/images/1--Handshaking/a b.jpg": null,
};

Deno.test("wider-face: faces with attributes in the official order; the row of zeros is no face", async () => {
  const read = await readFiles(FILES);
  assert.equal(read.format, "wider-face");
  const [one, two, three] = Object.values(read.labels);
  assert.deepEqual(one?.annotations, [{
    category: 0,
    x: 10,
    y: 20,
    width: 30,
    height: 40,
    attributes: { blur: 2, expression: 0, illumination: 0, invalid: 0, occlusion: 1, pose: 0 },
    line: 1,
  }]);
  assert.deepEqual(two, { annotations: [] });
  assert.equal(three?.annotations.length, 1);
  assert.deepEqual(new Set(Object.values(read.splits)), new Set(["val"]));
  assert.deepEqual(rejects(read), ["label-row-invalid"]);
});

Deno.test("wider-face: an image of another split with the same name is not taken for one that is gone", async () => {
  const read = await readFiles({
    ...FILES,
    "wider_face_split/wider_face_train_bbx_gt.txt":
      "0--Parade/gone.jpg\n1\n1 2 3 4\n0--Parade/c.jpg\n1\n1 2 3 4\n",
    "WIDER_train/images/0--Parade/c.jpg": null,
    "WIDER_test/images/0--Parade/gone.jpg": null,
  });
  assert.deepEqual(read.orphans, ["WIDER_train/images/0--Parade/gone.jpg"]);
  assert.equal(read.labels["WIDER_test/images/0--Parade/gone.jpg"], undefined);
  assert.equal(read.splits["WIDER_test/images/0--Parade/gone.jpg"], "test");
  assert.equal(read.labels["WIDER_train/images/0--Parade/c.jpg"]?.annotations.length, 1);
});

Deno.test("wider-face: a count that is wrong is told, and the rows are read all the same", async () => {
  const read = await readFiles({
    "a.jpg": null,
    "b.jpg": null,
    "list.txt": "a.jpg\n2\n1 2 3 4\nb.jpg\n1 2 3 4\n5 6 7 8\n",
  });
  assert.equal(read.format, "wider-face");
  assert.deepEqual(Object.values(read.labels).map((labels) => labels?.annotations.length), [1, 2]);
  assert.deepEqual(read.issues.map(({ code, line }) => [code, line]), [
    ["label-count-differs", 1],
    ["label-count-differs", 4],
  ]);
});

Deno.test("wider-face: damaged files are survived", () =>
  survives(FILES, "wider_face_split/wider_face_val_bbx_gt.txt", "wider-face"));

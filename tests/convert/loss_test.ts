import assert from "node:assert/strict";
import { Fitting } from "../../src/convert/fit.ts";
import { LossCounter, LossError, lossSentence } from "../../src/convert/loss.ts";
import type { CocoAnnotation, CocoImage } from "../../src/model/dataset.ts";
import { formats } from "../../src/formats/table.ts";
import type { Capability } from "../../src/formats/capabilities.ts";

const image: CocoImage = { id: 1, width: 8, height: 6, file_name: "a.jpg", frame: 0 };
const box: CocoAnnotation = {
  id: 1,
  image_id: 1,
  category_id: 1,
  bbox: [1, 1, 3, 2],
  area: 6,
  iscrowd: 0,
  segmentation: [],
};
/** Rows 1–2, columns 1–3 of 6 × 8. */
const mask = { ...box, segmentation: { size: [6, 8], counts: [7, 2, 4, 2, 4, 2, 27] } } as CocoAnnotation;
const polygon = { ...box, segmentation: [[1, 1, 4, 1, 4, 3]] };
const parts = { ...box, segmentation: [[1, 1, 2, 1, 2, 2, 1, 2], [3, 1, 4, 1, 4, 2, 3, 2]] };
const turned = { ...box, segmentation: [[2, 1, 4, 2, 3, 3, 1, 2]], attributes: { rotation: 30, score: 0.5 } };

/** What a format with these capabilities loses, and what it makes of an annotation. */
function fitted(annotation: CocoAnnotation, ...carries: Capability[]): [unknown, string[]] {
  const fitting = new Fitting(carries);
  const losses: string[] = [];
  fitting.losses(annotation, (capability, becomes) => losses.push(`${capability} ${becomes}`));
  const left = fitting.apply(annotation);
  return [left && (left.segmentation as unknown), losses];
}

Deno.test("a mask is kept, becomes its outline, or its box, as the format has it", () => {
  const outline = [[4, 1, 4, 3, 1, 3, 1, 1]];
  assert.deepEqual(fitted(mask, "boxes", "masks"), [mask.segmentation, []]);
  assert.deepEqual(fitted(mask, "boxes", "polygons", "parts"), [outline, ["masks become their outlines"]]);
  assert.deepEqual(fitted(mask, "boxes", "polygons"), [outline, ["masks become one outline each"]]);
  assert.deepEqual(fitted(mask, "boxes"), [[], ["masks become their boxes"]]);
  assert.deepEqual(fitted(mask, "tags"), [undefined, ["masks are left out"]]);
});

Deno.test("several outlines are joined where a format has one an object", () => {
  const [joined, losses] = fitted(parts, "boxes", "polygons");
  assert.deepEqual(losses, ["parts become one outline each"]);
  assert.equal((joined as number[][]).length, 1);
  assert.deepEqual(fitted(parts, "boxes"), [[], ["parts become their boxes"]]);
  assert.deepEqual(fitted(parts, "masks"), [parts.segmentation, ["parts become pixels"]]);
});

Deno.test("the corners of a rotated box stay where a format has rotated boxes or outlines", () => {
  assert.deepEqual(fitted(turned, "boxes", "rotation", "scores"), [turned.segmentation, []]);
  assert.deepEqual(fitted(turned, "boxes", "polygons", "scores"), [
    turned.segmentation,
    ["rotation keep their outlines but lose their angles"],
  ]);
  assert.deepEqual(fitted(turned, "boxes", "scores"), [[], [
    "polygons become their boxes",
    "rotation become upright boxes",
  ]]);
  assert.deepEqual(fitted(polygon, "boxes", "rotation"), [[], ["polygons become their boxes"]]);
});

Deno.test("crowds are left out, not turned into objects, where a format has none", () => {
  const crowd = { ...mask, iscrowd: 1 as const };
  assert.deepEqual(fitted(crowd, "boxes", "masks"), [undefined, ["crowds are left out"]]);
  assert.deepEqual(fitted(crowd, "masks", "crowds"), [crowd.segmentation, []]);
});

Deno.test("attributes that say nothing are no loss; others, scores, tracks and keypoints are counted each", () => {
  const annotation: CocoAnnotation = {
    ...box,
    keypoints: [1, 1, 2],
    num_keypoints: 1,
    attributes: { difficult: 0, pose: "Unspecified", occluded: 1, score: 0, track_id: 0, rotation: 0 },
  };
  assert.deepEqual(fitted(annotation, "boxes")[1], [
    "keypoints are left out",
    "attributes are left out",
    "scores are left out",
    "tracks are left out",
  ]);
  const left = new Fitting(["boxes", "tracks"]).apply(annotation)!;
  assert.deepEqual(left, { ...box, attributes: { track_id: 0 } });
  assert.ok(!("keypoints" in new Fitting(["boxes"]).apply(annotation)!));
});

Deno.test("losses are summed up, in a fixed order, and told as sentences", () => {
  const counter = new LossCounter(["boxes"], {});
  counter.add({ ...image, split: "train", tags: ["night", "rain"] }, [mask, mask]);
  counter.add({ ...image, attributes: { weather: "fog" } }, []);
  counter.add({ ...image, category_ids: [1] }, [turned]);
  const { losses, contents, splits, unsplit, images } = counter.finish(3);
  assert.deepEqual(losses.map(lossSentence), [
    "polygons become their boxes (1)",
    "masks become their boxes (2)",
    "rotated boxes become upright boxes (1)",
    "tags are left out (3)",
    "attributes are left out (1)",
    "scores are left out (1)",
    "images of splits are put together with the others (1)",
    "image sizes of images that are not there are left out (3)",
    "images without objects are not mentioned (1)",
  ]);
  assert.deepEqual([contents.masks, contents.polygons, contents.boxes, contents.background], [2, 1, 0, 1]);
  assert.deepEqual([splits, unsplit, images], [["train"], 2, 3]);
  const error = new LossError("yolo", losses.slice(0, 2));
  assert.equal(
    error.message,
    '"yolo" cannot hold all that is in the labels: polygons become their boxes (1); masks become their boxes (2).',
  );
  assert.equal(error.exitCode, 2);
});

Deno.test("splits are listed as train, val, test, then others", () => {
  const counter = new LossCounter(["splits"], {});
  for (const split of ["zoo", "test", "extra", "train"]) counter.add({ ...image, split }, []);
  assert.deepEqual(counter.finish(0).splits, ["train", "test", "extra", "zoo"]);
});

Deno.test("every writer loads, and has the name of its row", async () => {
  for (const { name, write } of formats) if (write) assert.equal((await write.load()).name, name);
});

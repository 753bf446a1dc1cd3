/** A real dataset out to every format and in again. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import {
  type CocoAnnotation,
  type CocoCategory,
  type CocoImage,
  convert,
  LossError,
  pack,
} from "../../mod.ts";
import { writable } from "../../src/formats/table.ts";
import { NEVER_READ } from "../formats/examples.ts";
import { tempDir } from "../dataset/temp.ts";
import { heavy } from "../tools.ts";

const BCCD = new URL("../../../shared/real/bccd/BCCD", import.meta.url).pathname;
/** BCCD has 4,888 objects, two of which have no area. */
const BOXES = 4886;
const IMAGES = 364;
/** How far an edge may be off, px. */
const TOLERANCE = 1;

/** Formats that cannot hold these boxes, and how that is said; all others have to give back each of them. */
const REFUSED: Readonly<Record<string, (error: unknown) => boolean>> = {
  // Classes of whole images.
  "yolo-classify": losesAll,
  "class-folders": losesAll,
  // Pixels.
  "mask-png": losesAll,
};

/** The same for a format that cannot hold them even if losses are agreed to: its boxes have keypoints. */
const POSE = "yolo-pose";

/** Class and edges of a box: `[name, left, top, right, bottom]`. */
type Box = readonly [string, number, number, number, number];

const missing = !heavy ? "not a heavy run" : !existsSync(BCCD) ? "../shared is absent" : undefined;
Deno.test({
  name: `BCCD out to every format and in again${missing ? ` (skipped: ${missing})` : ""}`,
  ignore: missing !== undefined,
  async fn(test) {
    using folder = tempDir();
    const boxes = await boxesOf(BCCD, join(folder.path, "source"));
    assert.equal(sum(boxes), BOXES);
    for (const { name } of writable) {
      if (NEVER_READ.has(name)) continue;
      await test.step(name, async () => {
        const options = { dataset: BCCD, to: name, images: "link" } as const;
        const output = join(folder.path, name);
        const refused = REFUSED[name];
        if (refused) return await assert.rejects(convert({ ...options, output }), refused);
        const conversion = convert({ ...options, output, allowLoss: true });
        if (name === POSE) {
          return await assert.rejects(conversion, { name: "PackError", message: /no keypoints/ });
        }
        await conversion;
        const again = await boxesOf(output, join(folder.path, `${name}-set`));
        assert.equal(sum(again), BOXES);
        for (const [image, wanted] of boxes) match(wanted, again.get(image) ?? [], image);
      });
    }
  },
});

/** True if it was said that every box would be lost. */
function losesAll(error: unknown): boolean {
  return error instanceof LossError && error.losses.some(({ count }) => count === BOXES);
}

/** Boxes by the name of their image. */
async function boxesOf(dataset: string, output: string): Promise<Map<string, Box[]>> {
  const report = await pack({ dataset, output, stage: "annotate", skipManifest: true });
  assert.equal(report.frames, IMAGES);
  const { images, annotations, categories } = JSON.parse(
    readFileSync(join(output, "unified_annotation.json"), "utf8"),
  ) as { images: CocoImage[]; annotations: CocoAnnotation[]; categories: CocoCategory[] };
  const classes = new Map(categories.map(({ id, name }) => [id, name]));
  const names = new Map(images.map(({ id, file_name }) => [id, basename(file_name)]));
  const boxes = new Map<string, Box[]>([...names.values()].map((name) => [name, []]));
  assert.equal(boxes.size, IMAGES);
  for (const { image_id, category_id, bbox: [x, y, width, height] } of annotations) {
    boxes.get(names.get(image_id)!)!.push([classes.get(category_id)!, x, y, x + width, y + height]);
  }
  return boxes;
}

function sum(boxes: ReadonlyMap<string, readonly Box[]>): number {
  return [...boxes.values()].reduce((count, { length }) => count + length, 0);
}

/** Each box has its own among the others; they may be in another order. */
function match(wanted: readonly Box[], found: readonly Box[], image: string): void {
  const left = [...found];
  for (const box of wanted) {
    let best = -1;
    let least = Infinity;
    left.forEach((other, i) => {
      const off = distance(box, other);
      if (off < least) [best, least] = [i, off];
    });
    assert.ok(least <= TOLERANCE, `${image}: ${box} is off by ${least} px`);
    left.splice(best, 1);
  }
  assert.deepEqual(left, [], image);
}

/** Most that an edge is off, px; infinite for another class. */
function distance(a: Box, b: Box): number {
  if (a[0] !== b[0]) return Infinity;
  return Math.max(...[1, 2, 3, 4].map((i) => Math.abs((a[i] as number) - (b[i] as number))));
}

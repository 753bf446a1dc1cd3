/** Writes made-up datasets with our writers and reads them again with our readers. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "../property.ts";
import { FileSink } from "../../src/convert/file_sink.ts";
import { Fitting } from "../../src/convert/fit.ts";
import { ImageNames } from "../../src/convert/image_names.ts";
import { LossCounter } from "../../src/convert/loss.ts";
import type { CocoAnnotation, CocoCategory, CocoImage } from "../../src/model/dataset.ts";
import { labelledPoints } from "../../src/formats/writing/keypoint_names.ts";
import { cropToRle } from "../../src/geometry/mask.ts";
import { boundsOf, rotatedBox } from "../../src/geometry/shapes.ts";
import { loadWriter, writable } from "../../src/formats/table.ts";
import type { WriterImage } from "../../src/formats/writer.ts";
import type { Issue } from "../../src/model/issue.ts";
import { tempDir } from "../dataset/temp.ts";
import { type ReadDataset, readFolder } from "../formats/reading.ts";

/** Size of all images here, px: that of the stand-ins of {@link readFolder}. */
export const WIDTH = 100;
export const HEIGHT = 80;

/** A dataset in memory. */
export interface Made {
  categories: CocoCategory[];
  images: { image: CocoImage; annotations: CocoAnnotation[] }[];
}

/** What a writer made of a dataset, and what our reader makes of that. */
export interface RoundTrip {
  /** Where each image lies; undefined if it was left out. */
  places: (string | undefined)[];
  read: ReadDataset;
  issues: Issue[];
  losses: string[];
}

/** Writes a dataset into a new folder with stand-ins for images; `look` is called before the folder goes. */
export async function writeMade(
  format: string,
  { categories, images }: Made,
  look: (folder: string, written: Omit<RoundTrip, "read">) => void | Promise<void>,
): Promise<void> {
  using folder = tempDir();
  using aside = tempDir();
  const writer = await loadWriter(format);
  const { carries } = writable.find(({ name }) => name === format)!.write!;
  const counter = new LossCounter(carries, writer);
  for (const { image, annotations } of images) counter.add(image, annotations);
  const survey = counter.finish(0);
  const issues: Issue[] = [];
  const sink = new FileSink(folder.path, aside.path, (issue) => issues.push(issue));
  const fitting = new Fitting(carries);
  const names = new ImageNames();
  const output = writer.begin({ ...survey, categories, licenses: [] }, sink);
  const places = images.map(({ image, annotations }) => {
    const { path } = names.place(image.file_name, image.split, (name) => output.place(image, name));
    if (path === undefined) return undefined;
    const fitted = annotations.map((each) => fitting.apply(each)).filter((each) => each !== undefined);
    output.write({ ...image, path } as WriterImage, fitted);
    writeFileSync(sink.path(path), "");
    return path;
  });
  await output.end();
  const losses = survey.losses.map(({ capability, count, becomes }) => `${count} ${capability} ${becomes}`);
  await look(folder.path, { places, issues, losses });
}

/** Writes a dataset and reads it again. */
export async function roundTrip(
  format: string,
  made: Made,
  options: Parameters<typeof readFolder>[1] = {},
): Promise<RoundTrip> {
  let result: RoundTrip | undefined;
  await writeMade(format, made, async (folder, written) => {
    result = { ...written, read: await readFolder(join(folder), options) };
  });
  return result!;
}

/** What annotations may have beside a box. */
export interface Features {
  polygons?: boolean;
  parts?: boolean;
  quads?: boolean;
  /** Turned boxes, with the attribute `rotation`. */
  turned?: boolean;
  masks?: boolean;
  /** Keypoints of each object. */
  keypoints?: number;
  /** True if an object's box is that around its keypoints. */
  tight?: boolean;
  attributes?: boolean;
  tags?: boolean;
}

const hundredths = (max: number) => fc.integer({ min: 0, max: max * 100 }).map((value) => value / 100);

/** A box of at least 1 px, with an outline if there is to be one. */
function shape(features: Features) {
  return fc.record({
    x: hundredths(WIDTH - 2),
    y: hundredths(HEIGHT - 2),
    right: hundredths(WIDTH - 1),
    bottom: hundredths(HEIGHT - 1),
    outlines: fc.integer({ min: 0, max: features.parts ? 3 : features.polygons || features.quads ? 1 : 0 }),
    points: features.quads ? fc.constant(4) : fc.integer({ min: 3, max: 9 }),
    turn: fc.integer({ min: 0, max: 359 }),
  }).map(({ x, y, right, bottom, outlines, points, turn }) => {
    const [width, height] = [Math.max(1, right - x), Math.max(1, bottom - y)];
    if (outlines === 0) return { bbox: [x, y, width, height], segmentation: [] };
    const rings = Array.from({ length: outlines }, (_, part) =>
      Array.from({ length: points }, (_, i) => {
        const angle = (turn + 360 * i / points) * Math.PI / 180;
        const [rx, ry] = [width / 2 / outlines, height / 2];
        return [x + rx * (2 * part + 1 + Math.cos(angle)), y + ry * (1 + Math.sin(angle))];
      }).flat().map((value) => Math.round(value * 1000) / 1000));
    const all = rings.flat();
    const [xs, ys] = [0, 1].map((axis) => all.filter((_, i) => i % 2 === axis));
    const [left, top] = [Math.min(...xs), Math.min(...ys)];
    const bbox = [left, top, Math.max(...xs) - left, Math.max(...ys) - top];
    return { bbox, segmentation: rings };
  });
}

/** A box turned about its middle. */
const turnedBox = fc.record({
  cx: fc.integer({ min: 30, max: 70 }),
  cy: fc.integer({ min: 30, max: 50 }),
  width: hundredths(30),
  height: hundredths(30),
  rotation: fc.integer({ min: 1, max: 359 }),
}).map(({ cx, cy, width, height, rotation }) => {
  const corners = rotatedBox(cx, cy, width + 2, height + 2, rotation);
  const { x, y, width: w, height: h } = boundsOf(corners);
  return { bbox: [x, y, w, h], segmentation: [corners], rotation };
});

/** Set pixels in a part of the image. */
const mask = fc.record({
  x: fc.nat(WIDTH - 9),
  y: fc.nat(HEIGHT - 9),
  pixels: fc.uint8Array({ minLength: 63, maxLength: 63, max: 1 }),
}).map(({ x, y, pixels }) => {
  pixels[0] = 1;
  const shape = cropToRle(pixels, { x, y, width: 9, height: 7 }, WIDTH, HEIGHT)!;
  return { bbox: [shape.x, shape.y, shape.width, shape.height], segmentation: shape.segmentation };
});

/** The shapes that a feature list allows. */
function shapes(features: Features): fc.Arbitrary<
  { bbox: number[]; segmentation: CocoAnnotation["segmentation"]; rotation?: number }
> {
  return fc.oneof(
    shape(features),
    ...features.turned ? [turnedBox] : [],
    ...features.masks ? [mask] : [],
  );
}

/** The box around the keypoints that are there. */
function tight(keypoints: readonly number[]): number[] {
  const { x, y, width, height } = boundsOf(
    labelledPoints(keypoints).flatMap((point) => [point.x, point.y]),
  );
  return [x, y, width, height];
}

/** Datasets of a few images, all or none of them in a split, with classes of any name. */
export function datasets(features: Features = {}): fc.Arbitrary<Made> {
  const className = fc.oneof(
    fc.constantFrom(
      "no",
      "yes",
      "012",
      "1:30",
      "null",
      "__proto__",
      "constructor",
      "traffic light",
      "a: b #c",
      '"',
    ),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }),
  ).filter((name) => name.trim() === name && name !== "");
  const classNames = fc.uniqueArray(className, { minLength: 1, maxLength: 5 });
  return fc.record({
    names: classNames,
    splits: fc.boolean(),
    images: fc.array(
      fc.record({
        split: fc.constantFrom("train", "val", "test"),
        folder: fc.constantFrom("", "x/", "train/images/", "x/y/"),
        objects: fc.array(
          fc.record({
            shape: shapes(features),
            category: fc.nat(),
            points: fc.array(
              fc.record({ x: hundredths(WIDTH), y: hundredths(HEIGHT), v: fc.constantFrom(0, 1, 2) }),
              {
                minLength: features.keypoints ?? 0,
                maxLength: features.keypoints ?? 0,
              },
            ),
            attributes: fc.record({
              difficult: fc.constantFrom(0, 1),
              truncated: fc.constantFrom(0, 1),
              colour: fc.constantFrom("red", "a<b&c", "dark blue"),
            }, { noNullPrototype: true }),
          }),
          { maxLength: features.tags ? 0 : 4 },
        ),
        tag: fc.nat(),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  }).map(({ names, splits, images }) => ({
    categories: names.map((name, i) => ({
      id: i + 1,
      name,
      supercategory: "object",
      ...(features.keypoints && {
        keypoints: Array.from({ length: features.keypoints }, (_, i) => `point ${i}`),
        skeleton: [],
      }),
    })),
    images: images.map(({ split, folder, objects, tag }, i) => ({
      image: {
        id: i + 1,
        width: WIDTH,
        height: HEIGHT,
        file_name: `${folder}picture ${i}.jpg`,
        frame: i,
        ...(splits && { split }),
        ...(features.tags && { category_ids: [tag % names.length + 1] }),
      },
      annotations: objects.map((object) => {
        const keypoints = object.points.flatMap(({ x, y, v }) => v === 0 ? [0, 0, 0] : [x, y, v]);
        return features.tight
          ? { ...object, keypoints, shape: { bbox: tight(keypoints), segmentation: [] } }
          : { ...object, keypoints };
      }).filter(({ shape }) => shape.bbox[2] > 0 && shape.bbox[3] > 0).map((
        { shape, category, points, keypoints, attributes },
        k,
      ) => ({
        id: i * 10 + k + 1,
        image_id: i + 1,
        category_id: category % names.length + 1,
        bbox: shape.bbox as [number, number, number, number],
        area: shape.bbox[2] * shape.bbox[3],
        iscrowd: 0 as const,
        segmentation: shape.segmentation,
        ...(features.keypoints && {
          keypoints,
          num_keypoints: points.filter(({ v }) => v > 0).length,
        }),
        ...((features.attributes || "rotation" in shape) && {
          attributes: {
            ...(features.attributes && attributes),
            ...("rotation" in shape && { rotation: shape.rotation }),
          },
        }),
      })),
    })),
  }));
}

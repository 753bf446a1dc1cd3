import assert from "node:assert/strict";
import fc from "../property.ts";
import {
  NOT_IN_LINES,
  NOT_IN_PATHS,
  NOT_IN_TOKENS,
  safeNames,
} from "../../src/formats/writing/safe_names.ts";
import { readable } from "../../src/formats/table.ts";
import type { CocoAnnotation } from "../../src/model/dataset.ts";
import type { Annotation } from "../../src/model/annotation.ts";
import {
  datasets,
  type Features,
  HEIGHT,
  type Made,
  type RoundTrip,
  roundTrip,
  WIDTH,
} from "./round_trip.ts";

/** Datasets for each format; each is written to disk and read. */
const RUNS = 60;

/** How far an angle may be off, degrees by {@link near}. */
const ANGLE = 1e-4;

interface Case {
  readonly format: string;
  readonly features: Features;
  /** How far a coordinate may be off, in sizes of the image. */
  readonly precision: number;
  /** Class names as the format holds them. */
  readonly names?: (names: string[]) => string[];
  /** What an annotation becomes, if it is not the same. */
  readonly becomes?: (annotation: CocoAnnotation, made: Made) => Partial<CocoAnnotation>;
  /** Split of images that have none. */
  readonly unsplit?: string;
  /** Format that reads it, if some of the datasets could be of another one. */
  readonly reader?: string;
  /** Datasets that the format can tell from others, if not all. */
  readonly fits?: (made: Made) => boolean;
  /** What the format does not hold, though it is of no matter here. */
  readonly loses?: string;
  /** Attributes that the format says of each object. */
  readonly tells?: readonly string[];
}

const lines = (names: string[]) => safeNames(names, NOT_IN_LINES);
const tokens = (names: string[]) => safeNames(names, NOT_IN_TOKENS);
const corners = ({ bbox: [x, y, w, h] }: CocoAnnotation) => [[x, y, x + w, y, x + w, y + h, x, y + h]];

const cases: readonly Case[] = [
  { format: "coco", features: { polygons: true, parts: true, attributes: true }, precision: 1e-12 },
  { format: "coco", features: { keypoints: 3 }, precision: 1e-12 },
  { format: "yolo", features: {}, precision: 1e-7 },
  {
    format: "yolo-segment",
    features: { polygons: true },
    precision: 1e-7,
    becomes: (annotation, { images }) => {
      const outlined = images.some((each) => each.annotations.some((a) => (a.segmentation as []).length > 0));
      return outlined && (annotation.segmentation as []).length === 0
        ? { segmentation: corners(annotation) }
        : {};
    },
  },
  {
    format: "yolo-obb",
    features: { quads: true },
    precision: 1e-7,
    becomes: (annotation) =>
      (annotation.segmentation as []).length === 0 ? { segmentation: corners(annotation) } : {},
  },
  { format: "yolo-pose", features: { keypoints: 2 }, precision: 1e-7 },
  { format: "darknet", features: {}, precision: 1e-7, names: lines, unsplit: "train" },
  {
    format: "voc",
    features: { polygons: true, attributes: true },
    precision: 1e-7,
    names: lines,
    tells: ["pose"],
  },
  {
    format: "labelme",
    features: { polygons: true, parts: true, masks: true, turned: true, attributes: true },
    precision: 1e-7,
    names: lines,
    tells: ["group_id"],
  },
  {
    format: "cvat",
    features: { polygons: true, masks: true, turned: true, attributes: true },
    precision: 1e-7,
    names: lines,
    tells: ["source", "occluded", "z_order"],
  },
  { format: "cvat", features: { keypoints: 3, tight: true }, precision: 1e-7, names: lines },
  {
    format: "label-studio",
    features: { polygons: true, masks: true, turned: true },
    precision: 1e-7,
    names: lines,
  },
  { format: "createml", features: {}, precision: 1e-7, names: lines },
  {
    format: "tf-csv",
    features: {},
    precision: 1e-7,
    names: lines,
    loses: "background",
    // A file without a number above 1 is one of fractions.
    fits: ({ images }) => images.some(({ annotations }) => annotations.some(({ bbox }) => bbox[2] > 1)),
  },
  {
    format: "via2",
    features: { polygons: true, turned: true, attributes: true },
    precision: 1e-7,
    names: lines,
  },
  {
    format: "kitti",
    features: {},
    precision: 1e-7,
    names: tokens,
    // A folder of empty files could be of any format.
    reader: "kitti",
  },
  {
    format: "dota",
    features: { quads: true },
    precision: 1e-7,
    names: tokens,
    becomes: (annotation) =>
      (annotation.segmentation as []).length === 0 ? { segmentation: corners(annotation) } : {},
  },
  {
    format: "datumaro",
    features: { polygons: true, parts: true, masks: true, turned: true, attributes: true },
    precision: 1e-7,
    names: lines,
  },
  { format: "datumaro", features: { keypoints: 3 }, precision: 1e-7, names: lines },
  { format: "hf-imagefolder", features: {}, precision: 1e-7, names: lines },
  { format: "hf-parquet", features: {}, precision: 1e-7, names: lines },
];

for (const each of cases) {
  const what = Object.keys(each.features).join(", ") || "boxes";
  Deno.test(`${each.format}: what is written is read again the same (${what})`, async () => {
    await fc.assert(
      fc.asyncProperty(
        datasets(each.features).filter(each.fits ?? (() => true)),
        async (made) => same(made, await roundTrip(each.format, made, { format: each.reader }), each),
      ),
      { numRuns: RUNS },
    );
  });
}

function same(made: Made, { places, read, losses }: RoundTrip, expected: Case): void {
  assert.deepEqual(losses.filter((loss) => !expected.loses || !loss.includes(` ${expected.loses} `)), []);
  assert.deepEqual(read.issues.filter((issue) => issue.severity === "reject"), []);
  assert.deepEqual(read.orphans, []);
  const given = made.categories.map(({ name }) => name);
  const names = expected.names ? expected.names(given) : given;
  made.images.forEach(({ image, annotations }, i) => {
    const place = places[i]!;
    assert.equal(read.splits[place], image.split ?? expected.unsplit, place);
    const found = read.labels[place]?.annotations ?? [];
    assert.equal(found.length, annotations.length, place);
    annotations.forEach((annotation, k) => {
      const wanted = { ...annotation, ...expected.becomes?.(annotation, made) };
      assert.equal(read.names[found[k].category], names[annotation.category_id - 1]);
      alike(found[k], wanted, expected);
    });
  });
}

function alike(found: Annotation, wanted: CocoAnnotation, { precision, features, tells = [] }: Case): void {
  near([found.x, found.y, found.width, found.height], wanted.bbox, precision);
  if (Array.isArray(wanted.segmentation)) {
    const outlines = (found.segmentation ?? []) as number[][];
    assert.equal(outlines.length, wanted.segmentation.length);
    wanted.segmentation.forEach((ring, i) => near(outlines[i], ring, precision));
  } else assert.deepEqual(found.segmentation, wanted.segmentation);
  if (features.keypoints && wanted.num_keypoints! > 0) {
    near(found.keypoints ?? [], wanted.keypoints!, precision);
  }
  if (features.attributes) {
    const attributes = Object.entries(found.attributes ?? {}).filter(([name]) => !tells.includes(name));
    const { rotation, ...others } = Object.fromEntries(attributes);
    const { rotation: turned, ...expected } = wanted.attributes!;
    assert.deepEqual(others, expected);
    near([rotation as number ?? 0], [turned as number ?? 0], ANGLE);
  }
}

function near(found: readonly number[], wanted: readonly number[], precision: number): void {
  assert.equal(found.length, wanted.length);
  found.forEach((value, i) =>
    assert.ok(
      Math.abs(value - wanted[i]) <= precision * Math.max(WIDTH, HEIGHT),
      `${value} is not ${wanted[i]}`,
    )
  );
}

for (const format of ["class-folders", "yolo-classify"]) {
  const isRead = readable.some(({ name }) => name === "class-folders");
  Deno.test(`${format}: the class of each image is its folder`, async () => {
    await fc.assert(
      fc.asyncProperty(datasets({ tags: true }), async (made) => {
        const folders = safeNames(made.categories.map(({ name }) => name), NOT_IN_PATHS);
        const { places, read } = await roundTrip(format, made, { format: isRead ? "class-folders" : "none" });
        made.images.forEach(({ image }, i) => {
          const name = folders[(image.category_ids as number[])[0] - 1];
          const split = image.split === undefined ? "" : `${image.split}/`;
          assert.equal(places[i], `${split}${name}/picture ${i}.jpg`);
          if (isRead) {
            assert.deepEqual(read.labels[places[i]!]?.classes?.map((id) => read.names[id]), [name]);
            assert.equal(read.splits[places[i]!], image.split);
          }
        });
      }),
      { numRuns: RUNS },
    );
  });
}

for (const format of ["cvat", "datumaro", "hf-imagefolder", "hf-parquet", "via2"]) {
  Deno.test(`${format}: classes of whole images are read again the same`, async () => {
    await fc.assert(
      fc.asyncProperty(datasets({ tags: true }), async (made) => {
        const names = lines(made.categories.map(({ name }) => name));
        const { places, read, losses } = await roundTrip(format, made);
        assert.deepEqual(losses, []);
        made.images.forEach(({ image }, i) => {
          const found = read.labels[places[i]!];
          const wanted = (image.category_ids as number[]).map((id) => names[id - 1]);
          assert.deepEqual(found?.classes?.map((id) => read.names[id]), wanted);
          assert.equal(read.splits[places[i]!], image.split);
        });
      }),
      { numRuns: RUNS },
    );
  });
}

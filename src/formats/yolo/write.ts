import type { CocoAnnotation, CocoCategory, CocoImage } from "../../model/dataset.ts";
import { withoutExtension } from "../../model/image_names.ts";
import type { LabelOutput, LabelSink, LabelWriter, WriterHead } from "../writer.ts";
import { decimals } from "../writing/decimals.ts";
import { safeSplit } from "../writing/safe_names.ts";

/** Splits trainers of the YOLO family know. */
export const KNOWN_SPLITS: readonly string[] = ["train", "val", "test"];
/** Decimals of a fraction of the image: 0.0005 px in an image of 100,000 px. */
const DIGITS = 8;
/** The smallest width or height that is not written as 0. */
const SMALLEST = 10 ** -DIGITS;
/** Characters that end a line to some YAML reader, or are not allowed in it, though JSON takes them. */
const NOT_IN_YAML = /[\x7f-\x9f\u2028\u2029\ufeff]/g;

/** What the formats of the family differ in. */
export interface YoloTask {
  readonly name: string;
  /**
   * Looks at the dataset as a whole.
   *
   * @throws {PackError} If there is nothing of what the task needs.
   */
  begin(head: WriterHead): {
    /** What a row says after the class number. */
    row(annotation: CocoAnnotation, image: CocoImage): string;
    /** Lines of `data.yaml` beside splits and names. */
    readonly yaml?: readonly string[];
  };
}

/**
 * Ultralytics' layout: `images/<split>/` and `labels/<split>/` with a `.txt` for each image, empty for one without objects,
 * and a `data.yaml` (FORMATS §4.1, §4.2).
 */
export function yoloWriter({ name, begin }: YoloTask): LabelWriter {
  return { name, losses: loseOtherSplits, begin: (head, out) => write(head, out, begin(head)) };
}

/** {@link LabelWriter.losses}: of splits a trainer does not know. */
export const loseOtherSplits: LabelWriter["losses"] = ({ split }, _annotations, lose) => {
  if (split !== undefined && !KNOWN_SPLITS.includes(split)) {
    lose("splits", "other than train, val and test are not known to trainers");
  }
};

function write(
  head: WriterHead,
  out: LabelSink,
  { row, yaml = [] }: ReturnType<YoloTask["begin"]>,
): LabelOutput {
  return {
    place: ({ split }, name) => `images/${split === undefined ? "" : `${safeSplit(split)}/`}${name}`,
    write(image, annotations) {
      const path = withoutExtension(`labels/${image.path.slice("images/".length)}`);
      const rows = annotations.map((each) => `${each.category_id - 1} ${row(each, image)}\n`);
      out.file(`${path}.txt`, rows.join(""));
    },
    end: () => out.file("data.yaml", dataYaml(head, yaml)),
  };
}

/** A box as centre and size, in fractions of the image. */
export function boxColumns({ bbox: [x, y, width, height] }: CocoAnnotation, image: CocoImage): string {
  return [
    fraction(x + width / 2, image.width),
    fraction(y + height / 2, image.height),
    size(width, image.width),
    size(height, image.height),
  ].join(" ");
}

/** Points in fractions of the image. */
export function pointColumns(points: readonly number[], image: CocoImage): string {
  return points.map((value, i) => fraction(value, i % 2 === 0 ? image.width : image.height)).join(" ");
}

/** Corners of a box, clockwise from the upper left. */
export function cornersOf({ bbox: [x, y, width, height] }: CocoAnnotation): number[] {
  return [x, y, x + width, y, x + width, y + height, x, y + height];
}

/** A coordinate as a fraction, inside the image. */
export function fraction(value: number, side: number): string {
  return decimals(Math.min(1, Math.max(0, value / side)), DIGITS);
}

function size(value: number, side: number): string {
  return decimals(Math.min(1, Math.max(SMALLEST, value / side)), DIGITS);
}

/**
 * `data.yaml`. Trainers want `train` and `val`: where one is missing, the other stands for both. Names are quoted: to them
 * `no` is a boolean, and `012` is 10.
 */
function dataYaml({ categories, splits }: WriterHead, lines: readonly string[]): string {
  const folder = (split: string) => `images/${safeSplit(split)}`;
  const present = KNOWN_SPLITS.filter((split) => splits.includes(split));
  const anyway = present.length > 0 ? folder(present[0]) : "images";
  const entries = KNOWN_SPLITS.flatMap((split) => {
    if (present.includes(split)) return [`${split}: ${folder(split)}`];
    return split === "test" ? [] : [`${split}: ${anyway}`];
  });
  return [...entries, ...lines, `nc: ${categories.length}`, ...namesOf(categories)].join("\n") + "\n";
}

function namesOf(categories: readonly CocoCategory[]): string[] {
  if (categories.length === 0) return ["names: []"];
  return ["names:", ...categories.map(({ name }, i) => `  ${i}: ${quoted(name)}`)];
}

/** A double-quoted YAML scalar: JSON's, with a few more escapes. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(
    NOT_IN_YAML,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

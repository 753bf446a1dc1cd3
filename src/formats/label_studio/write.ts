import type { CocoAnnotation, CocoImage } from "../../model/dataset.ts";
import { encodeBrush } from "../../geometry/brush.ts";
import { decodeCounts, rleToMask } from "../../geometry/rle.ts";
import { rotatedBox } from "../../geometry/shapes.ts";
import type { Rle } from "../../model/annotation.ts";
import type { LabelOutput, LabelSink, LabelWriter, Lose, WriterHead, WriterImage } from "../writer.ts";
import { attributeNeeds } from "../writing/attribute_needs.ts";
import { rounded } from "../writing/decimals.ts";
import { classIds, imageAttributes, wordsOf } from "../writing/image_level.ts";
import { KeypointNames, labelledPoints } from "../writing/keypoint_names.ts";
import { NOT_IN_LINES, safeClassNames } from "../writing/safe_names.ts";
import { JSON_ARRAY, SplitFiles, splitFolder } from "../writing/split_files.ts";
import { turnedBoxOf } from "../writing/turned_box.ts";
import { LabelingConfig } from "./write_config.ts";

/** Decimals of a percentage: 10⁻⁷ px in an image of 100,000 px. */
const DIGITS = 10;
/** Width of a point on the screen, percent of the image. */
const POINT_WIDTH = 0.5;

/**
 * Label Studio's JSON: `tasks.json`, images in `images/<split>/`, which the server is to have as local files, and the labelling
 * configuration (FORMATS §9). Attributes are answers about a region or the image; keypoints name their region as parent.
 */
export const labelStudioWriter: LabelWriter = { name: "label-studio", losses, begin };

function losses(image: CocoImage, annotations: readonly CocoAnnotation[], lose: Lose): void {
  const told = imageAttributes(image);
  for (const { attributes, keypoints } of annotations) {
    told.push(...Object.entries(attributes ?? {}));
    if (labelledPoints(keypoints).some(({ visibility }) => visibility === 1)) {
      lose("keypoints", "that are hidden become visible");
    }
  }
  for (const [name, value] of told) {
    if (attributeNeeds(name, value) === "attributes" && !answerOf(value)) {
      lose("attributes", "that are no words, numbers or lists of them are left out");
    }
  }
}

function begin({ categories }: WriterHead, out: LabelSink): LabelOutput {
  const names = safeClassNames(categories, NOT_IN_LINES, out.issue);
  const points = new KeypointNames(categories);
  const config = new LabelingConfig(names);
  const tasks = new SplitFiles(out, () => "tasks.json", JSON_ARRAY);
  let id = 0;
  return {
    place: ({ split }, name) => `images/${splitFolder(split)}${name}`,
    write(image, annotations) {
      const result = new Result(image, names, points, config).of(annotations);
      const reference = image.path.split("/").map(encodeURIComponent).join("/");
      id++;
      tasks.write(
        undefined,
        JSON.stringify({
          id,
          data: { image: `/data/local-files/?d=${reference}`, split: image.split },
          annotations: [{ id, result }],
        }),
      );
    },
    end() {
      tasks.end();
      out.file("labeling_config.xml", config.xml());
    },
  };
}

/** What Label Studio has for an attribute; undefined for nothing. */
function answerOf(value: unknown): { type: string; value: object } | undefined {
  if (typeof value === "string") return { type: "textarea", value: { text: [value] } };
  if (typeof value === "number" || typeof value === "boolean") {
    return { type: "number", value: { number: Number(value) } };
  }
  const isList = Array.isArray(value) && value.length > 0 &&
    value.every((each) => typeof each === "string" || typeof each === "number");
  return isList ? { type: "choices", value: { choices: value.map(String) } } : undefined;
}

/** Makes the `result` of a task. */
class Result {
  readonly #entries: object[] = [];
  #ids = 0;

  constructor(
    readonly image: WriterImage,
    readonly names: readonly string[],
    readonly points: KeypointNames,
    readonly config: LabelingConfig,
  ) {}

  of(annotations: readonly CocoAnnotation[]): object[] {
    for (const annotation of annotations) this.#addRegion(annotation);
    const classes = classIds(this.image).map((id) => this.names[id - 1]);
    const about = [
      ...imageAttributes(this.image),
      ["tags", wordsOf(this.image)] as const,
      ["class", classes] as const,
    ];
    for (const [name, value] of about) this.#addAnswer(name, value, this.#id(), false);
    return this.#entries;
  }

  #id(): string {
    return `r${++this.#ids}`;
  }

  #addRegion(annotation: CocoAnnotation): void {
    const { category_id: category, keypoints, attributes = {} } = annotation;
    const id = this.#id();
    const { type, value } = this.#placeOf(annotation);
    const score = attributes.score;
    const isTurned = turnedBoxOf(annotation) !== undefined;
    this.config.use(type);
    this.#add({
      id,
      type,
      value: { ...value, [type]: [this.names[category - 1]] },
      from_name: type,
      ...(typeof score === "number" && { score }),
    });
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "score" && typeof value === "number") continue;
      if (name === "rotation" && isTurned) continue;
      this.#addAnswer(name, value, id, true);
    }
    for (const { index, x, y } of labelledPoints(keypoints)) {
      const name = this.points.name(category, index);
      this.config.usePoint(name);
      this.#add({
        id: this.#id(),
        parentID: id,
        type: "keypointlabels",
        value: { x: this.#x(x), y: this.#y(y), width: POINT_WIDTH, keypointlabels: [name] },
        from_name: "keypointlabels",
      });
    }
  }

  #addAnswer(name: string, value: unknown, id: string, ofRegion: boolean): void {
    const answer = answerOf(value);
    if (!answer || name === "") return;
    this.config.ask(name, answer.type, ofRegion, value);
    this.#add({ id, ...answer, from_name: name });
  }

  #add(entry: object): void {
    const { width, height } = this.image;
    this.#entries.push({
      ...entry,
      to_name: "image",
      original_width: width,
      original_height: height,
      image_rotation: 0,
    });
  }

  #placeOf(annotation: CocoAnnotation): { type: string; value: object } {
    const { segmentation, bbox: [x, y, width, height] } = annotation;
    if (!Array.isArray(segmentation)) {
      return { type: "brushlabels", value: { format: "rle", rle: brushOf(segmentation) } };
    }
    const turned = turnedBoxOf(annotation);
    if (turned) {
      const [left, top] = rotatedBox(turned.cx, turned.cy, turned.width, turned.height, turned.degrees);
      const value = { ...this.#box(left, top, turned.width, turned.height), rotation: turned.degrees };
      return { type: "rectanglelabels", value };
    }
    if (segmentation.length === 0) {
      return { type: "rectanglelabels", value: { ...this.#box(x, y, width, height), rotation: 0 } };
    }
    const [outline] = segmentation;
    const points: number[][] = [];
    for (let i = 0; i < outline.length; i += 2) points.push([this.#x(outline[i]), this.#y(outline[i + 1])]);
    return { type: "polygonlabels", value: { points, closed: true } };
  }

  #box(x: number, y: number, width: number, height: number): object {
    return { x: this.#x(x), y: this.#y(y), width: this.#x(width), height: this.#y(height) };
  }

  #x(value: number): number {
    return rounded(value / this.image.width * 100, DIGITS);
  }

  #y(value: number): number {
    return rounded(value / this.image.height * 100, DIGITS);
  }
}

/** Painted pixels are white and opaque, as Label Studio's own converter has them. */
function brushOf({ size: [height, width], counts }: Rle): number[] {
  const runs = typeof counts === "string" ? decodeCounts(counts) ?? [] : counts;
  const mask = rleToMask(runs, width, height);
  const values = new Uint8Array(mask.length * 4);
  for (let pixel = 0; pixel < mask.length; pixel++) {
    if (mask[pixel]) values.fill(255, pixel * 4, pixel * 4 + 4);
  }
  return Array.from(encodeBrush(values));
}

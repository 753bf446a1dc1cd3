import type { CocoAnnotation, CocoImage } from "../model/dataset.ts";
import { attributeNeeds } from "../formats/writing/attribute_needs.ts";
import type { Capability } from "../formats/capabilities.ts";
import type { Contents, LabelWriter } from "../formats/writer.ts";
import { PackError } from "../model/issue.ts";
import { count } from "../text/format.ts";
import { Fitting, geometryOf } from "./fit.ts";

/** Something the data holds and a format does not. */
export interface Loss {
  /** What is lost. */
  readonly capability: Capability;
  /** How many. */
  readonly count: number;
  /** What becomes of them; goes on with "masks …". */
  readonly becomes: string;
}

/** The data holds what the format cannot, and the user has not agreed to lose it. */
export class LossError extends PackError {
  /** Class name, for `toString`. */
  override readonly name = "LossError";
  /**
   * Makes the error.
   *
   * @param format Name of the format.
   * @param losses What would be lost; at least one.
   */
  constructor(format: string, readonly losses: readonly Loss[]) {
    super(
      `"${format}" cannot hold all that is in the labels: ${losses.map(lossSentence).join("; ")}.`,
      "Add --allow-loss to go on, or choose another format with --to; coco holds everything.",
      2,
    );
  }
}

/** What is lost, as the beginning of a sentence. */
const NOUNS: Readonly<Record<Capability, string>> = {
  boxes: "boxes",
  polygons: "polygons",
  parts: "objects of several outlines",
  masks: "masks",
  keypoints: "keypoints of objects",
  rotation: "rotated boxes",
  tracks: "track numbers",
  crowds: "crowd regions",
  tags: "tags",
  attributes: "attributes",
  scores: "scores",
  splits: "images of splits",
  sizes: "image sizes",
  background: "images without objects",
};

/** `masks become their boxes (1,204)`. */
export function lossSentence({ capability, count: times, becomes }: Loss): string {
  return `${NOUNS[capability]} ${becomes} (${count(times)})`;
}

/** What one pass over a dataset found out. */
export interface Survey {
  readonly images: number;
  readonly unsplit: number;
  /** In the order of {@link LabelWriter}'s head. */
  readonly splits: readonly string[];
  readonly contents: Contents;
  /** Most keypoints that one object has. */
  readonly keypoints: number;
  /** In the order of the capabilities; empty if the format holds everything. */
  readonly losses: readonly Loss[];
}

const USUAL_SPLITS = ["train", "val", "test"];

/** Counts what a dataset holds, and what of it a format would lose. */
export class LossCounter {
  readonly #fitting: Fitting;
  readonly #carries: ReadonlySet<Capability>;
  readonly #contents = Object.fromEntries(
    Object.keys(NOUNS).map((capability) => [capability, 0]),
  ) as Record<Capability, number>;
  readonly #losses = new Map<string, { capability: Capability; becomes: string; count: number }>();
  readonly #splits = new Map<string, number>();
  #images = 0;
  #keypoints = 0;

  /**
   * @param carries What the format holds.
   * @param writer Its writer.
   */
  constructor(carries: readonly Capability[], readonly writer: Pick<LabelWriter, "losses">) {
    this.#carries = new Set(carries);
    this.#fitting = new Fitting(carries);
  }

  /** Counts one image. */
  add(image: CocoImage, annotations: readonly CocoAnnotation[]): void {
    const contents = this.#contents;
    this.#images++;
    contents.sizes++;
    if (image.split !== undefined) {
      contents.splits++;
      this.#splits.set(image.split, (this.#splits.get(image.split) ?? 0) + 1);
      this.#need("splits", "are put together with the others");
    }
    this.#addImageLevel(image, annotations);
    const left: CocoAnnotation[] = [];
    for (const annotation of annotations) {
      this.#addContents(annotation);
      this.#fitting.losses(annotation, this.#lose);
      if (!this.writer.losses) continue;
      const fitted = this.#fitting.apply(annotation);
      if (fitted) left.push(fitted);
    }
    this.writer.losses?.(image, left, this.#lose);
  }

  /** @param invented Images that are not there, whose sizes only the labels tell. */
  finish(invented: number): Survey {
    if (invented > 0) this.#need("sizes", "of images that are not there are left out", invented);
    const order = Object.keys(NOUNS);
    const others = [...this.#splits.keys()].filter((split) => !USUAL_SPLITS.includes(split)).sort();
    return {
      images: this.#images,
      unsplit: this.#images - this.#contents.splits,
      splits: [...USUAL_SPLITS.filter((split) => this.#splits.has(split)), ...others],
      contents: this.#contents,
      keypoints: this.#keypoints,
      losses: [...this.#losses.values()].sort((a, b) =>
        order.indexOf(a.capability) - order.indexOf(b.capability)
      ),
    };
  }

  #addImageLevel(image: CocoImage, annotations: readonly CocoAnnotation[]): void {
    const { category_ids, tags, attributes } = image;
    const words = lengthOf(category_ids) + lengthOf(tags);
    if (words > 0) {
      this.#contents.tags += words;
      this.#need("tags", "are left out", words);
    } else if (annotations.length === 0) {
      this.#contents.background++;
      this.#need("background", "are not mentioned");
    }
    for (const [name, value] of Object.entries(attributes ?? {})) {
      if (attributeNeeds(name, value) === undefined) continue;
      this.#contents.attributes++;
      this.#need("attributes", "are left out");
    }
  }

  #addContents(annotation: CocoAnnotation): void {
    const contents = this.#contents;
    contents[geometryOf(annotation)]++;
    if (annotation.iscrowd) contents.crowds++;
    if (annotation.keypoints) {
      contents.keypoints++;
      this.#keypoints = Math.max(this.#keypoints, annotation.keypoints.length / 3);
    }
    for (const [name, value] of Object.entries(annotation.attributes ?? {})) {
      const needs = attributeNeeds(name, value);
      if (needs !== undefined) contents[needs]++;
    }
  }

  #need(capability: Capability, becomes: string, times = 1): void {
    if (!this.#carries.has(capability)) this.#lose(capability, becomes, times);
  }

  #lose = (capability: Capability, becomes: string, times = 1): void => {
    const key = `${capability} ${becomes}`;
    const loss = this.#losses.get(key);
    if (loss) loss.count += times;
    else this.#losses.set(key, { capability, count: times, becomes });
  };
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

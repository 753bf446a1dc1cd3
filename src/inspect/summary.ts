import type { Issue, RecordKind, Severity } from "../model/issue.ts";
import type { VideoSummary } from "../tree/tree.ts";
import type { FormatFinding, Inspection, PredictedFile, ProblemKind } from "./inspection.ts";

/** Sizes listed. */
const SIZES = 10;
/** Issues of one code that are kept as examples. */
const EXAMPLES = 5;
const SEVERITIES: readonly Severity[] = ["reject", "warning", "note"];

/** An image as it is counted. */
export interface CountedImage {
  width: number;
  height: number;
  codec: string;
  split?: string;
  /** Bytes of the original file. */
  bytes: number;
  placeholder?: boolean;
  /** Class number of each annotation. */
  classes: Iterable<number>;
}

/** Adds up images and issues; memory grows with the number of classes, splits and sizes only. */
export class Summary {
  images = 0;
  background = 0;
  placeholders = 0;
  annotations = 0;
  bytes = 0;
  readonly #classes: number[] = [];
  readonly #splits: Inspection["splits"] = {};
  readonly #sizes = new Map<string, number>();
  readonly #codecs: Record<string, number> = {};
  readonly #problems = new Map<string, ProblemKind>();
  readonly #rejects: Record<RecordKind, number> = { image: 0, label: 0, annotation: 0 };

  /** Inputs that would be left out. */
  get rejected(): number {
    return this.#rejects.image + this.#rejects.label + this.#rejects.annotation;
  }

  image(image: CountedImage): void {
    let annotations = 0;
    for (const number of image.classes) {
      this.#classes[number] = (this.#classes[number] ?? 0) + 1;
      annotations++;
    }
    this.images++;
    this.annotations += annotations;
    if (annotations === 0) this.background++;
    if (image.placeholder) this.placeholders++;
    this.bytes += image.bytes;
    const split = this.#splits[image.split ?? ""] ??= { images: 0, annotations: 0 };
    split.images++;
    split.annotations += annotations;
    const size = `${image.width}×${image.height}`;
    this.#sizes.set(size, (this.#sizes.get(size) ?? 0) + 1);
    this.#codecs[image.codec] = (this.#codecs[image.codec] ?? 0) + 1;
  }

  issue = (issue: Issue): void => {
    const { code, severity } = issue;
    let kind = this.#problems.get(code);
    if (!kind) this.#problems.set(code, kind = { code, severity, count: 0, examples: [] });
    kind.count++;
    if (kind.examples.length < EXAMPLES) kind.examples.push(issue);
    if (severity === "reject") this.#rejects[issue.record ?? "annotation"]++;
  };

  /** @param names Class names by number. */
  finish(
    kind: Inspection["kind"],
    path: string,
    names: readonly string[],
    formats: FormatFinding[],
    files: PredictedFile[],
    seconds: number,
    videos: readonly VideoSummary[] = [],
  ): Inspection {
    const sizes = [...this.#sizes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, SIZES);
    const problems = [...this.#problems.values()].sort((a, b) =>
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || b.count - a.count
    );
    return {
      kind,
      path,
      formats,
      images: this.images,
      background: this.background,
      placeholders: this.placeholders,
      annotations: this.annotations,
      classes: names.map((name, number) => ({ name, annotations: this.#classes[number] ?? 0 })),
      splits: this.#splits,
      sizes: sizes.map(([size, images]) => {
        const [width, height] = size.split("×").map(Number);
        return { width, height, images };
      }),
      differentSizes: this.#sizes.size,
      codecs: this.#codecs,
      videos: [...videos],
      bytes: this.bytes,
      problems,
      rejects: this.#rejects,
      files,
      seconds,
    };
  }
}

import { systemReason } from "../io/system_error.ts";
import type { RangeReader } from "../io/range_file.ts";
import type { FileSource } from "../source/source.ts";
import { finish } from "../geometry/finish.ts";
import { concernsOneFile, DOES_NOT_FIT } from "../io/read_file.ts";
import type { LabelContext, LabelFormat, LabelRef } from "../formats/format.ts";
import type { CocoAnnotation, ParsedLabels } from "../model/annotation.ts";
import { type ImageHeader, uprightSize } from "../model/frame.ts";
import type { Issue } from "../model/issue.ts";
import { finalName, type LabelPolicy, PLAIN_POLICY } from "../model/label_policy.ts";

const encoder = new TextEncoder();

/** Label files of many images that are kept open. */
const MOST_OPEN = 8;

/** Bytes between two ranges of a file up to which both are read at once. */
const NEAR = 64;
/** In the place of the number of a class that is left out. */
const UNWANTED = -1;

/** Labels of one image, ready for COCO. */
export interface FinishedLabels {
  annotations: CocoAnnotation[];
  /** Classes of the image as a whole, by their number in {@link LabelReader.names}. */
  classes?: number[];
  extra?: Record<string, unknown>;
}

/** One of the formats a dataset is in, with what its plan found out. */
export interface LabelPart {
  readonly format: LabelFormat;
  readonly settings: unknown;
  /** Names of the plan's classes. */
  readonly declared: readonly string[];
}

/** Where the labels of an image are, and which part of the dataset they belong to. */
export interface LabelSource extends Omit<LabelRef, "ranges"> {
  readonly part: number;
  readonly ranges: readonly number[] | null;
}

/** Reads and parses the labels of one image after the other; owns the buffers that are reused for it. */
export class LabelReader {
  /** Names of all classes of the dataset by number: the declared ones, then the others in the order they were met. */
  readonly names: string[];
  readonly #numbers = new Map<string, number>();
  readonly #contexts: Context[];
  readonly #files: LabelFiles;

  /**
   * @param source Reads the label files.
   * @param declared Names of the classes of all parts together, as the policy wants them.
   */
  constructor(
    source: FileSource,
    readonly parts: readonly LabelPart[],
    declared: readonly string[],
    readonly log: (issue: Issue) => void,
    readonly policy: LabelPolicy = PLAIN_POLICY,
  ) {
    this.names = [...declared];
    declared.forEach((name, number) => {
      if (!this.#numbers.has(name)) this.#numbers.set(name, number);
    });
    this.#files = new LabelFiles(source);
    this.#contexts = parts.map((part) => new Context(part, this.#files, log));
  }

  /**
   * Reads and parses, without judging the geometry.
   *
   * @param image Path of the image below the image tree.
   * @param size Upright size of the image, px.
   * @returns Undefined if the file cannot be read; that is logged.
   */
  parse(
    source: LabelSource,
    image: string,
    size: { width: number; height: number },
  ): ParsedLabels | undefined {
    const parsed = this.#parseOne(source, image, size);
    for (const { ranges = null, ...more } of source.also ?? []) {
      const next = this.#parseOne({ ...more, ranges, part: source.part }, image, size);
      if (parsed && next) join(parsed, next);
    }
    return parsed;
  }

  #parseOne(
    source: LabelSource,
    image: string,
    size: { width: number; height: number },
  ): ParsedLabels | undefined {
    const { part, path, ranges, text } = source;
    const context = this.#contexts[part].at(source);
    context.image = image;
    context.width = size.width;
    context.height = size.height;
    let bytes: Uint8Array;
    try {
      bytes = text === undefined ? this.#files.read(path, ranges) : encoder.encode(text);
    } catch (error) {
      if (!concernsOneFile(error)) throw error;
      context.issue({
        code: "label-unreadable",
        severity: "reject",
        record: "label",
        message: `Cannot read labels from "${path}": ${systemReason(error)}.`,
      });
      return undefined;
    }
    const parsed = this.parts[part].format.parse(bytes, context);
    this.#number(parsed, context);
    return parsed;
  }

  /** Turns parsed labels into COCO annotations of an image with this header. */
  finish(parsed: ParsedLabels, source: LabelSource, header: ImageHeader): FinishedLabels {
    const { issue } = this.#contexts[source.part].at(source);
    return {
      annotations: finish(parsed, header, issue, this.policy),
      classes: parsed.classes,
      extra: parsed.image,
    };
  }

  /** Reads, parses and finishes the labels of an image. */
  read(source: LabelSource, image: string, header: ImageHeader): FinishedLabels | undefined {
    const parsed = this.parse(source, image, uprightSize(header));
    return parsed && this.finish(parsed, source, header);
  }

  /** Logs something about a label file. */
  issue(source: LabelSource, issue: Omit<Issue, "path">): void {
    this.#contexts[source.part].at(source).issue(issue);
  }

  close(): void {
    this.#files.close();
  }

  /** Puts the numbers of the whole dataset in the place of those of one part. */
  #number(parsed: ParsedLabels, context: Context): void {
    const { names, numbers, issue } = context;
    const { keepIgnore } = this.policy;
    if (keepIgnore) {
      for (const annotation of parsed.annotations) {
        if (typeof annotation.ignore === "string") annotation.category = context.category(annotation.ignore);
      }
    }
    while (numbers.length < names.length) {
      const name = finalName(this.policy.classes, names[numbers.length]);
      numbers.push(name === undefined ? UNWANTED : this.#numberOf(name));
    }
    let unwanted = 0;
    for (const annotation of parsed.annotations) {
      if (annotation.ignore && !keepIgnore) continue;
      const number = numbers[annotation.category];
      if (number === UNWANTED) {
        unwanted++;
        const name = names[annotation.category];
        issue({
          code: "class-not-wanted",
          severity: "note",
          line: annotation.line,
          message:
            `An object of the class "${name}" is left out, as --classes, --drop-class or --class-map say.`,
        });
      }
      annotation.category = number;
    }
    if (unwanted > 0) parsed.annotations = parsed.annotations.filter(({ category }) => category !== UNWANTED);
    if (parsed.classes) {
      const classes = parsed.classes.map((category) => numbers[category]);
      parsed.classes = [...new Set(classes.filter((number) => number !== UNWANTED))];
    }
  }

  #numberOf(name: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.names.push(name) - 1;
      this.#numbers.set(name, number);
    }
    return number;
  }
}

/** Adds what a second file says of an image. */
function join(into: ParsedLabels, more: ParsedLabels): void {
  for (const annotation of more.annotations) into.annotations.push(annotation);
  if (more.classes) into.classes = [...new Set([...into.classes ?? [], ...more.classes])];
  if (more.image) into.image = { ...more.image, ...into.image };
  into.declaredWidth ??= more.declaredWidth;
  into.declaredHeight ??= more.declaredHeight;
}

/** What a parser is told of the image, and what it may ask and say. */
class Context implements LabelContext {
  path = "";
  image = "";
  width = 0;
  height = 0;
  readonly settings: unknown;
  readonly declared: number;
  /** Names of the part's own class numbers. */
  readonly names: string[];
  /** Class numbers of the dataset, by those of the part. */
  readonly numbers: number[] = [];
  readonly #known = new Map<string, number>();
  /** The label file holds those of other images, too. */
  #isOfMany = false;

  constructor(part: LabelPart, readonly files: LabelFiles, readonly log: (issue: Issue) => void) {
    this.settings = part.settings;
    this.declared = part.declared.length;
    this.names = [...part.declared];
    this.names.forEach((name, number) => {
      if (!this.#known.has(name)) this.#known.set(name, number);
    });
  }

  category(name: string): number {
    let number = this.#known.get(name);
    if (number === undefined) {
      number = this.names.push(name) - 1;
      this.#known.set(name, number);
    }
    return number;
  }

  file(path: string): Uint8Array | undefined {
    return this.files.other(path);
  }

  issue = (issue: Omit<Issue, "path">): void =>
    this.log({ ...issue, path: this.path, ...this.#isOfMany && { image: this.image } });

  /** Turns to other labels, of the same image or of the one that is set next. */
  at({ path, ranges, text }: LabelSource): this {
    this.path = path;
    this.#isOfMany = ranges !== null && ranges.length > 0 || text !== undefined;
    return this;
  }
}

/** Reads label files into buffers that are reused. */
class LabelFiles {
  #buffer = new Uint8Array(1 << 16);
  #other = new Uint8Array(0);
  /** Label files that are open, for labels given as ranges. */
  readonly #shared = new Map<string, RangeReader>();

  constructor(readonly source: FileSource) {}

  read(path: string, ranges: readonly number[] | null): Uint8Array {
    return ranges ? this.#readRanges(path, ranges) : this.#readWhole(path);
  }

  /** A second file, beside the one that is being parsed; undefined if it cannot be read. */
  other(path: string): Uint8Array | undefined {
    try {
      for (let size = Math.max(this.#other.length, 1 << 18);; size *= 4) {
        if (this.#other.length < size) this.#other = new Uint8Array(size);
        const count = this.source.read(path, this.#other, 0);
        if (count !== DOES_NOT_FIT) return this.#other.subarray(0, count);
      }
    } catch (error) {
      if (!concernsOneFile(error)) throw error;
      return undefined;
    }
  }

  close(): void {
    for (const file of this.#shared.values()) file.close();
    this.#shared.clear();
  }

  #open(path: string): RangeReader {
    let file = this.#shared.get(path);
    if (file) return file;
    // Splits come one after the other; a few files at the same time are enough.
    if (this.#shared.size >= MOST_OPEN) this.close();
    file = this.source.open(path);
    this.#shared.set(path, file);
    return file;
  }

  #readWhole(path: string): Uint8Array {
    for (;;) {
      const count = this.source.read(path, this.#buffer, 0);
      if (count !== DOES_NOT_FIT) return this.#buffer.subarray(0, count);
      this.#buffer = new Uint8Array(this.#buffer.length * 4);
    }
  }

  /** The ranges one after the other, each ended by a line end. */
  #readRanges(path: string, ranges: readonly number[]): Uint8Array {
    if (ranges.length === 0) return this.#buffer.subarray(0, 0);
    const file = this.#open(path);
    let room = 0;
    for (let i = 1; i < ranges.length; i += 2) room += ranges[i] + NEAR;
    if (room > this.#buffer.length) this.#buffer = new Uint8Array(room * 2);
    const buffer = this.#buffer;
    let at = 0;
    for (let i = 0, last = 0; i < ranges.length; i = last + 2) {
      // Ranges with no more than a comma between them are read at once.
      for (last = i; last + 2 < ranges.length; last += 2) {
        const gap = ranges[last + 2] - ranges[last] - ranges[last + 1];
        if (gap < 1 || gap > NEAR) break;
      }
      const begin = at - ranges[i];
      const end = begin + ranges[last] + ranges[last + 1];
      if (file.read(buffer.subarray(at, end), ranges[i]) < end - at) {
        throw new Error(`the label file "${path}" became shorter while it was read`);
      }
      for (let k = i; k <= last; k += 2) {
        const from = begin + ranges[k];
        if (from > at) buffer.copyWithin(at, from, from + ranges[k + 1]);
        at += ranges[k + 1];
        buffer[at++] = 0x0a;
      }
    }
    return this.#buffer.subarray(0, at);
  }
}

import type { Annotation, ParsedLabels, Segmentation } from "../../model/annotation.ts";
import type { LabelContext } from "../format.ts";
import { DECIMAL } from "../number.ts";
import { asObject, excerpt, parseLoose, textOfRange } from "./loose.ts";
import { endOfValue } from "./value.ts";

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** Where an object is: its box, px, and its outline or mask if it has one. */
export type Shape =
  & Pick<
    Annotation,
    "x" | "y" | "width" | "height" | "area" | "keypoints" | "iscrowd" | "ignore"
  >
  & {
    readonly segmentation?: Segmentation;
    /** Degrees clockwise; becomes an attribute unless 0. */
    readonly rotation?: number;
  };

const MARK = 0xef;

/** Reads the labels of one image from JSON records: gathers the objects that are whole, and tells the others. */
export class JsonLabelReader {
  readonly parsed: ParsedLabels = { annotations: [] };
  #asText = false;

  constructor(readonly context: LabelContext) {}

  /** The records of the ranges or of the file; what is no JSON object is told and passed over. */
  records(bytes: Uint8Array): Generator<Json> {
    return this.objects(this.values(bytes));
  }

  /** Values that are objects; others are told and passed over. */
  *objects(values: Iterable<unknown>): Generator<Json> {
    for (const value of values) {
      const record = asObject(value);
      if (record) yield record;
      else this.#rejectRecord(JSON.stringify(value));
    }
  }

  /** The records whatever they are; what is no JSON is told and passed over. */
  *values(bytes: Uint8Array): Generator<unknown> {
    for (let at = bytes[0] === MARK ? 3 : 0; at < bytes.length;) {
      if (isBetween(bytes[at])) {
        at++;
        continue;
      }
      const found = endOfValue(bytes, at, bytes.length);
      // The ranges were complete when they were planned; what is cut now, the file lost since.
      const end = found <= at ? bytes.length : found;
      const text = textOfRange(bytes, at, end);
      const json = parseLoose(text);
      if (json) yield json.value;
      else this.#rejectRecord(text);
      at = end;
    }
  }

  /** Size of the image as the labels state it, px; the first that can be one is taken. */
  declareSize(width: unknown, height: unknown): void {
    if (this.parsed.declaredWidth !== undefined) return;
    const w = this.number(width);
    const h = this.number(height);
    if (w === undefined || h === undefined || !(w > 0 && h > 0)) return;
    this.parsed.declaredWidth = w;
    this.parsed.declaredHeight = h;
  }

  /** A finite number, also one that is written as text. */
  number(value: unknown): number | undefined {
    if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
    if (typeof value !== "string" || !DECIMAL.test(value.trim())) return undefined;
    this.#asText = true;
    const number = Number(value);
    return Number.isFinite(number) ? number : undefined;
  }

  /** Finite numbers; undefined if the value is no list or one is not. */
  numbers(values: unknown): number[] | undefined {
    if (!Array.isArray(values)) return undefined;
    const read = values.map((value) => this.number(value));
    return read.includes(undefined) ? undefined : read as number[];
  }

  /** Points `[[x, y], …]`, `[{x, y}, …]` or `[x, y, …]` as a flat list; undefined if one is none. */
  points(value: unknown): number[] | undefined {
    if (!Array.isArray(value)) return undefined;
    const flat = value.flatMap((point) => {
      const object = asObject(point);
      return object ? [object.x, object.y] : Array.isArray(point) ? point.slice(0, 2) : [point];
    });
    return flat.length % 2 === 0 ? this.numbers(flat) : undefined;
  }

  /**
   * Adds an object.
   *
   * @param names Its classes: it is added once for each.
   * @param shape Undefined if a coordinate is missing or no number.
   * @param attributes Those that are undefined are passed over.
   * @param line Place of the object among those of the image, from 1.
   */
  add(
    names: readonly string[],
    shape: Shape | undefined,
    attributes: readonly (readonly [string, unknown])[],
    line: number,
  ): void {
    const classes = names.map((name) => name.trim()).filter((name) => name !== "");
    if (!shape) {
      return this.reject(line, "coordinate-invalid", "has a coordinate that is missing or no number");
    }
    if (classes.length === 0) return this.reject(line, "object-without-name", "has no class");
    const { rotation, ...place } = shape;
    const told = attributes.filter(([, value]) => value !== undefined && value !== null);
    if (rotation) told.push(["rotation", rotation]);
    for (const name of new Set(classes)) {
      const annotation: Annotation = { category: this.context.category(name), ...place, line };
      if (told.length > 0) annotation.attributes = Object.fromEntries(told);
      this.parsed.annotations.push(annotation);
    }
  }

  /** Adds a class of the image as a whole. */
  addClass(name: string): void {
    if (name.trim() !== "") (this.parsed.classes ??= []).push(this.context.category(name.trim()));
  }

  /** Adds attributes of the image; those that are undefined are passed over. */
  addImageAttributes(attributes: readonly (readonly [string, unknown])[]): void {
    const told = attributes.filter(([, value]) => value !== undefined && value !== null);
    if (told.length === 0) return;
    const image = this.parsed.image ??= {};
    image.attributes = { ...asObject(image.attributes), ...Object.fromEntries(told) };
  }

  /** Adds words about the image as a whole. */
  addTags(tags: readonly string[]): void {
    const words = tags.map((tag) => tag.trim()).filter((tag) => tag !== "");
    if (words.length === 0) return;
    const image = this.parsed.image ??= {};
    image.tags = [...Array.isArray(image.tags) ? image.tags : [], ...words];
  }

  /**
   * Adds what people answered about the image: the answer to a question called `class` or `choice` (Label Studio's template)
   * is its class, `tags` are words about it, all others are attributes.
   */
  addAnswers(answers: readonly (readonly [string, unknown])[]): void {
    for (const [name, value] of answers) {
      const words = [value].flat();
      const areWords = words.every((word) => typeof word === "string");
      if (areWords && /^(?:class|choice)$/i.test(name)) { for (const word of words) this.addClass(word); }
      else if (areWords && name === "tags") this.addTags(words);
      else this.addImageAttributes([[name, value]]);
    }
  }

  /**
   * Says that something of an object could not be read.
   *
   * @param cause The end of a sentence.
   */
  warn(line: number, code: string, cause: string): void {
    this.context.issue({ code, severity: "warning", line, message: `Object ${line} ${cause}.` });
  }

  /**
   * Leaves an object out.
   *
   * @param cause The end of a sentence.
   */
  reject(line: number, code: string, cause: string): void {
    this.context.issue({
      code,
      severity: "reject",
      record: "annotation",
      line,
      message: `Object ${line} ${cause}.`,
    });
  }

  /** Leaves out what is a point or a line, and cannot be an object of COCO. */
  rejectThin(line: number, kind: string): void {
    this.reject(line, "shape-without-area", `is a ${kind}, which has no area`);
  }

  /** Leaves out a shape that this reader does not know. */
  rejectKind(line: number, kind: unknown): void {
    const told = JSON.stringify(kind);
    this.reject(
      line,
      "shape-unknown",
      told === undefined ? "does not say what it is" : `is of the kind ${told}, which is not read`,
    );
  }

  /** What was read. */
  finish(): ParsedLabels {
    if (this.#asText) {
      this.context.issue({
        code: "number-as-text",
        severity: "warning",
        message: "Numbers of an annotation are written as text; they were read.",
        suggestion: "Write them without quotes.",
      });
    }
    return this.parsed;
  }

  #rejectRecord(text: string): void {
    this.context.issue({
      code: "json-malformed",
      severity: "reject",
      record: "label",
      message: `Cannot read labels of "${this.context.image}": ${excerpt(text)} is not a JSON object.`,
    });
  }
}

function isBetween(byte: number): boolean {
  return byte <= 0x20 || byte === 0x2c;
}

/** Text of a value that may be a word or a number; "" for anything else. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

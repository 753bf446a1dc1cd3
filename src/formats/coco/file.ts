/** Reads one COCO file as far as planning needs it: which images, and where everything lies. */
import type { Issue } from "../../model/issue.ts";
import type { DatasetView } from "../format.ts";
import { asObject, excerpt, parseLoose, textOfRange } from "../json/loose.ts";
import type { JsonRecord, Wanted } from "../json/records.ts";
import { scanJsonFile } from "../json/scan_file.ts";
import { imageName } from "../matching/image_name.ts";
import { RangeRows } from "../matching/range_rows.ts";
import { type CocoId, IdNumbers, readId, toId } from "./ids.ts";

/** An image record. */
export interface CocoImage {
  /** `file_name`, brought into the form of a relative path. */
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  /** `split`, which this tool's own files have. */
  readonly split?: string;
}

/** A category record. */
export interface CocoCategory {
  readonly id: CocoId;
  readonly name: string;
  readonly record: Readonly<Record<string, unknown>>;
}

/** What one file holds. */
export interface CocoFile {
  readonly path: string;
  readonly images: readonly CocoImage[];
  readonly annotations: RangeRows;
  readonly categories: readonly CocoCategory[];
  readonly licenses: readonly unknown[];
  /** Categories that annotations have. */
  readonly used: ReadonlySet<CocoId>;
}

const ANNOTATIONS = { annotations: ["image_id", "category_id"] };
const LISTS = { images: ["id"], categories: [], licenses: [] };

/**
 * Reads a COCO file.
 *
 * @param view Told about what is wrong in it.
 * @returns Undefined if the file is refused as a whole.
 */
export function readCocoFile(view: DatasetView, path: string): CocoFile | undefined {
  return read(view, path, { ...ANNOTATIONS, ...LISTS })?.finish();
}

/** What a COCO file lists, besides its annotations. */
export interface CocoLists extends CocoFile {
  /** Numbers of the images by their ids. */
  readonly ids: IdNumbers;
}

/** Reads a COCO file, but for its annotations. */
export function readCocoLists(view: DatasetView, path: string): CocoLists | undefined {
  const reader = read(view, path, LISTS);
  // Without annotations, only images have ids here, and each gets the number of its place.
  return reader && { ...reader.finish(), ids: reader.slots };
}

function read(view: DatasetView, path: string, wanted: Wanted): Reader | undefined {
  const reader = new Reader(path);
  if (!scanJsonFile(view, path, wanted, (array, record) => reader.take(array, record))) return undefined;
  // Only now: a file that is refused has one issue.
  reader.complete();
  for (const issue of reader.issues) view.issue(issue);
  return reader;
}

class Reader {
  readonly issues: Issue[] = [];
  readonly #path: string;
  readonly #images: CocoImage[] = [];
  readonly #annotations = new RangeRows();
  readonly #categories: CocoCategory[] = [];
  readonly #licenses: unknown[] = [];
  readonly #used = new Set<CocoId>();
  /** Ids of images, in the order they were met, be it in images or annotations. */
  readonly slots = new IdNumbers();
  /** Image of each slot; a hole for none. */
  readonly #imageOf: number[] = [];
  #lastCategory: CocoId | undefined;
  #asText = false;

  constructor(path: string) {
    this.#path = path;
  }

  take(array: string, record: JsonRecord): void {
    if (array === "annotations") this.#takeAnnotation(record);
    else if (array === "images") this.#takeImage(record);
    else if (array === "categories") this.#takeCategory(record);
    else this.#licenses.push(parseLoose(textOf(record))?.value);
  }

  /** Sorts the annotations by image. */
  complete(): void {
    const imageOf = new Int32Array(this.slots.ids.length).fill(-1);
    this.#imageOf.forEach((image, slot) => imageOf[slot] = image);
    const unknown = this.#annotations.group(imageOf, this.#images.length);
    if (unknown.length > 0) {
      const { ids } = this.slots;
      for (const { slot, offset } of unknown) {
        this.#reject(
          "image-unknown-id",
          "annotation",
          `The annotation at byte ${offset} has image_id ${quote(ids[slot])}, which no image has.`,
        );
      }
    }
    if (this.#asText) {
      this.issues.push({
        code: "number-as-text",
        severity: "warning",
        path: this.#path,
        message: "Some ids are written as text; they were taken for numbers where they are such.",
        suggestion: "Write ids without quotes.",
      });
    }
  }

  finish(): CocoFile {
    return {
      path: this.#path,
      images: this.#images,
      annotations: this.#annotations,
      categories: this.#categories,
      licenses: this.#licenses.filter((license) => asObject(license)),
      used: this.#used,
    };
  }

  #takeImage(record: JsonRecord): void {
    const text = textOf(record);
    const image = asObject(parseLoose(text)?.value);
    const id = image && (this.#idAt(record, 0) ?? this.#id(image.id));
    const name = typeof image?.file_name === "string" ? imageName(image.file_name) : "";
    if (!image || id === undefined || name === "") {
      const cause = !image
        ? "is not a JSON object"
        : id === undefined
        ? "has no id"
        : "has no usable file_name";
      this.#reject("coco-image-invalid", "label", `The image record ${excerpt(text)} ${cause}.`);
      return;
    }
    const slot = this.slots.of(id);
    const first = this.#imageOf[slot];
    if (first !== undefined) {
      const message = `The images "${this.#images[first].name}" and "${name}" have the same id ${
        quote(id)
      }; the first is kept.`;
      this.#reject("image-id-duplicate", "label", message);
      return;
    }
    this.#imageOf[slot] = this.#images.length;
    const split = typeof image.split === "string" && image.split !== "" ? image.split : undefined;
    this.#images.push({ name, offset: record.offset, length: record.end - record.start, split });
  }

  #takeAnnotation(record: JsonRecord): void {
    let image = this.#idAt(record, 0);
    let category = this.#idAt(record, 1);
    // Captions, and segments of panoptic PNGs, have no category of their own.
    if (image === undefined || category === undefined && record.values[1] >= 0) {
      const value = asObject(parseLoose(textOf(record))?.value);
      image ??= this.#id(value?.image_id);
      category ??= this.#id(value?.category_id);
    }
    // The categories of objects that follow one another are often the same few.
    if (category !== undefined && category !== this.#lastCategory) {
      this.#lastCategory = category;
      this.#used.add(category);
    }
    if (image === undefined) {
      const text = excerpt(textOf(record));
      this.#reject("annotation-invalid", "annotation", `The annotation record ${text} has no image_id.`);
      return;
    }
    this.#annotations.add(this.slots.of(image), record.offset, record.end - record.start);
  }

  #takeCategory(record: JsonRecord): void {
    const text = textOf(record);
    const category = asObject(parseLoose(text)?.value);
    const id = this.#id(category?.id);
    const name = typeof category?.name === "string" ? category.name.trim() : "";
    if (!category || id === undefined || name === "") {
      this.issues.push({
        code: "category-invalid",
        severity: "warning",
        path: this.#path,
        message: `The category record ${excerpt(text)} has no id or no name; it is left out.`,
      });
      return;
    }
    this.#categories.push({ id, name, record: category });
  }

  #idAt(record: JsonRecord, key: number): CocoId | undefined {
    const at = record.values[key];
    return at < 0 ? undefined : readId(record.bytes, at);
  }

  #id(value: unknown): CocoId | undefined {
    const read = toId(value);
    if (read?.asText) this.#asText = true;
    return read?.id;
  }

  #reject(code: string, record: "label" | "annotation", message: string): void {
    this.issues.push({ code, severity: "reject", record, path: this.#path, message });
  }
}

function textOf({ bytes, start, end }: JsonRecord): string {
  return textOfRange(bytes, start, end);
}

function quote(id: CocoId): string {
  return typeof id === "number" ? String(id) : `"${id}"`;
}

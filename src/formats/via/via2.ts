import type { ParsedLabels } from "../../model/annotation.ts";
import { extensionOf, nameOf } from "../../model/image_names.ts";
import { splitOfLayout } from "../../tree/split.ts";
import { type CsvHead, findCsvFiles } from "../csv/find.ts";
import { csvFields, csvRecords, scanCsvFile } from "../csv/records.ts";
import type { Candidate, DatasetView, LabelContext, LabelFormat, LabelPlan } from "../format.ts";
import type { PlannedClass } from "../../model/planned_class.ts";
import { findJsonFiles } from "../json/find.ts";
import { addRecord, recordText, valueOf } from "../json/image_records.ts";
import { type Json, JsonLabelReader } from "../json/label_reader.ts";
import { asObject, excerpt, parseLoose } from "../json/loose.ts";
import type { JsonRecord } from "../json/records.ts";
import { scanJsonFile } from "../json/scan_file.ts";
import { type FileRanges, LabelRanges } from "../matching/label_ranges.ts";
import { ClassAttribute } from "./class_attribute.ts";
import { type CsvLayout, fieldOf, layoutOf } from "./csv_header.ts";
import { readFileAttributes, readRegion } from "./region.ts";
import { tellClassUnclear } from "./unclear.ts";

/** VGG Image Annotator, versions 1 and 2: projects and exports as JSON, exports as CSV (FORMATS §10). */
export const via2: LabelFormat = { name: "via2", detect, plan, parse };

interface Settings {
  /** Attribute that tells the class of a region. */
  readonly classAttribute: string | undefined;
  /** Of the CSV files, by path. */
  readonly layouts: ReadonlyMap<string, CsvLayout>;
}

/** Name VIA gives its exports. */
const EXPORT = /^via_(?:region_data|project|export)[^/]*\.(?:json|csv)$/i;
const COLUMNS = ["filename", "region_shape_attributes", "region_attributes"];
/** Images are the members of an object in a project, of the root in an export. */
const PROJECT = "_via_img_metadata";
const ATTRIBUTES = "_via_attributes";
const WANTED = { [`${PROJECT}{}`]: ["filename"], [`${ATTRIBUTES}{}`]: [], "*": ["filename"] };

function detect(view: DatasetView): Candidate[] {
  const paths = [...findJsonFiles(view, isVia), ...findCsvFiles(view, layoutIn).map(({ path }) => path)];
  if (paths.length === 0) return [];
  const named = paths.find((path) => EXPORT.test(nameOf(path)));
  const reason = `"${named ?? paths[0]}" holds regions of the VGG Image Annotator`;
  return [{ format: "via2", root: "", confidence: named ? 3 : 2, reason, files: paths.length }];
}

function isVia(head: unknown): boolean {
  const root = asObject(head);
  if (!root) return false;
  if (Object.hasOwn(root, "_via_img_metadata") || Object.hasOwn(root, "_via_settings")) return true;
  const first = asObject(Object.values(root)[0]);
  return typeof first?.filename === "string" &&
    (typeof first.regions === "object" || Object.hasOwn(first, "base64_img_data"));
}

function layoutIn(head: CsvHead): CsvLayout | undefined {
  return layoutOf(head, COLUMNS);
}

function plan(view: DatasetView, candidate: Candidate): LabelPlan {
  const planner = new Planner(view);
  for (const path of findJsonFiles(view, isVia)) planner.readJson(path);
  for (const { path, found } of findCsvFiles(view, layoutIn)) planner.readCsv(path, found);
  const classAttribute = planner.attribute.choose();
  if (classAttribute === undefined) tellClassUnclear(view, planner.ranges, planner.attribute.names);
  const ranges = planner.ranges.finish();
  const settings: Settings = { classAttribute, layouts: planner.layouts };
  return {
    format: "via2",
    root: candidate.root,
    classes: planner.classesOf(classAttribute),
    settings,
    labelFor: (path) => ranges.labelFor(path),
    splitOf: (path) => ranges.splitOf(path) ?? splitOfLayout(path),
    unused: () => ranges.unused(),
  };
}

/** Regions of a file whose attributes are looked at: those after them are like them. */
const LOOKED_AT = 50_000;

/** Finds the images of each file, and looks at the attributes of regions. */
class Planner {
  readonly ranges: LabelRanges;
  readonly attribute = new ClassAttribute();
  readonly layouts = new Map<string, CsvLayout>();
  /** Options of attributes that projects declare, in their order. */
  readonly #options = new Map<string, Set<string>>();

  /** Regions of the present file that were looked at. */
  #looked = 0;

  constructor(readonly view: DatasetView) {
    this.ranges = new LabelRanges(view);
  }

  /** Classes as the projects declare them. */
  classesOf(attribute: string | undefined): PlannedClass[] {
    const options = attribute === undefined ? undefined : this.#options.get(attribute);
    return [...options ?? []].map((name) => ({ name }));
  }

  readJson(path: string): void {
    this.#looked = 0;
    const file = this.ranges.file(path);
    const nameless: string[] = [];
    const complete = scanJsonFile(this.view, path, WANTED, (list, record) => {
      if (list === ATTRIBUTES) this.#takeOptions(record);
      else if (list === PROJECT || !record.key!.startsWith("_via_")) {
        if (!this.#takeImage(file, record)) nameless.push(excerpt(recordText(record)));
      }
    });
    if (!complete) this.ranges.forget(file);
    else {for (const text of nameless) {
        this.#reject("image-name-missing", path, `The record ${text} names no image.`);
      }}
  }

  readCsv(path: string, layout: CsvLayout): void {
    this.#looked = 0;
    const file = this.ranges.file(path);
    this.layouts.set(path, layout);
    const named = layout.columns.get("filename")! + 1;
    scanCsvFile(this.view, path, ({ text, offset, length, line }) => {
      if (line === 1) return;
      const isLookedAt = this.#looked < LOOKED_AT;
      const row = csvFields(text, layout.delimiter, isLookedAt ? undefined : named);
      const name = fieldOf(row, layout, "filename");
      const image = name === "" ? -1 : file.image(name);
      if (image < 0) this.#reject("image-name-missing", path, `The row ${excerpt(text)} names no image.`);
      else file.add(image, offset, length);
      if (isLookedAt) {
        this.#look(parseLoose(fieldOf(row, layout, "region_attributes"))?.value);
      }
    });
  }

  #takeImage(file: FileRanges, record: JsonRecord): boolean {
    const name = valueOf(record, 0);
    const image = typeof name === "string" ? file.image(name) : -1;
    if (image < 0) return false;
    addRecord(file, image, record);
    if (this.#looked < LOOKED_AT) {
      for (const region of regionsOf(asObject(parseLoose(recordText(record))?.value) ?? {})) {
        this.#look(region.region_attributes);
      }
    }
    return true;
  }

  #look(attributes: unknown): void {
    this.#looked++;
    this.attribute.add(asObject(attributes) ?? {});
  }

  #takeOptions(record: JsonRecord): void {
    if (record.key !== "region") return;
    for (const [name, value] of Object.entries(asObject(parseLoose(recordText(record))?.value) ?? {})) {
      const known = this.#options.get(name) ?? new Set();
      for (const option of Object.keys(asObject(asObject(value)?.options) ?? {})) {
        if (option.trim() !== "") known.add(option.trim());
      }
      this.#options.set(name, known);
    }
  }

  #reject(code: string, path: string, message: string): void {
    this.view.issue({ code, severity: "reject", record: "label", path, message });
  }
}

function parse(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const reader = new JsonLabelReader(context);
  const { classAttribute, layouts } = context.settings as Settings;
  let line = 0;
  if (extensionOf(context.path) === "csv") {
    const layout = layouts.get(context.path)!;
    for (const text of csvRecords(bytes)) {
      const row = csvFields(text, layout.delimiter);
      if (line === 0) readFileAttributes(parseLoose(fieldOf(row, layout, "file_attributes"))?.value, reader);
      line++;
      const shape = asObject(parseLoose(fieldOf(row, layout, "region_shape_attributes"))?.value);
      const attributes = asObject(parseLoose(fieldOf(row, layout, "region_attributes"))?.value);
      // An image without regions has one row, and nothing in it.
      if (shape && Object.keys(shape).length === 0 && fieldOf(row, layout, "region_count") === "0") continue;
      if (!shape || !attributes) {
        reader.reject(line, "annotation-invalid", "is no JSON object in its CSV field");
      } else readRegion(shape, attributes, classAttribute, line, reader);
    }
  } else {
    for (const image of reader.records(bytes)) {
      readFileAttributes(image.file_attributes, reader);
      for (const region of regionsOf(image)) {
        const shape = asObject(region.shape_attributes) ?? {};
        readRegion(shape, asObject(region.region_attributes) ?? {}, classAttribute, ++line, reader);
      }
    }
  }
  return reader.finish();
}

/** Regions of an image: a list, in version 1 an object with numbers as keys. */
function regionsOf({ regions }: Json): Json[] {
  return Object.values(asObject(regions) ?? (Array.isArray(regions) ? regions : []))
    .map((region) => asObject(region) ?? {});
}

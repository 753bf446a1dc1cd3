import type { ParsedLabels } from "../../model/annotation.ts";
import { extensionOf, nameOf } from "../../model/image_names.ts";
import { splitOfLayout } from "../../tree/split.ts";
import type { VideoFrames } from "../../tree/tree.ts";
import { frameAt } from "../../video/input/frame_choice.ts";
import { type CsvHead, findCsvFiles } from "../csv/find.ts";
import { csvFields, csvRecords, scanCsvFile } from "../csv/records.ts";
import type { Candidate, DatasetView, LabelContext, LabelFormat, LabelPlan } from "../format.ts";
import { findJsonFiles } from "../json/find.ts";
import { addRecord, recordText } from "../json/image_records.ts";
import { JsonLabelReader } from "../json/label_reader.ts";
import { asObject, excerpt, parseLoose } from "../json/loose.ts";
import { scanJsonFile } from "../json/scan_file.ts";
import { imageName } from "../matching/image_name.ts";
import { type FileRanges, LabelRanges } from "../matching/label_ranges.ts";
import { type Attributes, readAttributes, valuesOf } from "./attributes.ts";
import { ClassAttribute, UNNAMED, wordsOf } from "./class_attribute.ts";
import { readCoordinates } from "./coordinates.ts";
import { type CsvLayout, fieldOf, layoutOf } from "./csv_header.ts";
import { tellClassUnclear } from "./unclear.ts";

/** VGG Image Annotator, version 3: projects as JSON, exports as CSV (FORMATS §10). */
export const via3: LabelFormat = { name: "via3", detect, plan, parse };

interface Settings {
  /** Name of the attribute that tells the class of a region. */
  readonly classAttribute: string | undefined;
  readonly files: ReadonlyMap<string, FileSettings>;
}

interface FileSettings {
  readonly attributes: Attributes;
  /** Of a CSV file. */
  readonly layout?: CsvLayout;
}

const COLUMNS = ["metadata_id", "file_list", "spatial_coordinates", "metadata"];
const HEADER = /^#\s*CSV_HEADER\s*=\s*(.*)$/;
const ATTRIBUTE = /^#\s*ATTRIBUTES?\s*=\s*(.*)$/;
/** Files that lie in the project itself have no path. */
const INLINE = 4;

function detect(view: DatasetView): Candidate[] {
  const paths = [
    ...findJsonFiles(view, isProject),
    ...findCsvFiles(view, exportLayout).map(({ path }) => path),
  ];
  if (paths.length === 0) return [];
  const reason = `"${paths[0]}" holds a project of the VGG Image Annotator 3`;
  return [{ format: "via3", root: "", confidence: 3, reason, files: paths.length }];
}

function isProject(head: unknown): boolean {
  const root = asObject(head);
  const project = asObject(root?.project);
  return project !== undefined &&
    (Array.isArray(project.vid_list) || Object.hasOwn(project, "data_format_version")) &&
    !Object.hasOwn(root!, "images");
}

/** Layout of an export, whose comment lines tell the columns. */
function exportLayout({ delimiter, records }: CsvHead): CsvLayout | undefined {
  for (const [first, ...others] of records) {
    const name = HEADER.exec(first)?.[1];
    if (name !== undefined) return layoutOf({ delimiter, header: [name, ...others] }, COLUMNS);
  }
  return undefined;
}

function plan(view: DatasetView, candidate: Candidate): LabelPlan {
  const planner = new Planner(view);
  for (const path of findJsonFiles(view, isProject)) planner.readJson(path);
  for (const { path, found } of findCsvFiles(view, exportLayout)) planner.readCsv(path, found);
  const classAttribute = planner.attribute.choose();
  if (classAttribute === undefined) tellClassUnclear(view, planner.ranges, planner.attribute.names);
  const ranges = planner.ranges.finish();
  const settings: Settings = { classAttribute, files: planner.files };
  const names = [...planner.files.values()].flatMap(({ attributes }) =>
    [...attributes.values()].flatMap(({ name, options }) =>
      name === classAttribute ? [...options.values()] : []
    )
  );
  return {
    format: "via3",
    root: candidate.root,
    classes: [...new Set(names.flatMap(wordsOf))].map((name) => ({ name })),
    settings,
    labelFor: (path) => ranges.labelFor(path),
    splitOf: (path) => ranges.splitOf(path) ?? splitOfLayout(path),
    unused: () => ranges.unused(),
  };
}

/** Finds the images of each file, and looks at the attributes of all regions. */
class Planner {
  readonly ranges: LabelRanges;
  readonly attribute = new ClassAttribute();
  readonly files = new Map<string, FileSettings>();

  constructor(readonly view: DatasetView) {
    this.ranges = new LabelRanges(view);
  }

  /** Twice: the images of the views stand behind the regions. */
  readJson(path: string): void {
    const attributes: [string, unknown][] = [];
    const names = new Map<string, string>();
    const fileOf = new Map<string, string>();
    const wanted = { "attribute{}": [], "file{}": [], "view{}": [] };
    const complete = scanJsonFile(this.view, path, wanted, (list, record) => {
      const value = asObject(parseLoose(recordText(record))?.value);
      if (list === "attribute") attributes.push([record.key!, value]);
      else if (list === "file") names.set(record.key!, sourceOf(value ?? {}));
      else if (Array.isArray(value?.fid_list)) fileOf.set(record.key!, String(value.fid_list[0]));
    });
    if (!complete) return;
    const settings: FileSettings = { attributes: readAttributes(attributes) };
    const file = this.ranges.file(path);
    const images = new Map<string, number>();
    const videos = new Map<string, VideoFrames>();
    for (const [vid, fid] of fileOf) {
      const name = names.get(fid);
      const video = name === undefined ? undefined : this.#videoOf(name);
      if (video) videos.set(vid, video);
      else images.set(vid, name === undefined ? -1 : file.image(name));
    }
    this.files.set(path, settings);
    scanJsonFile(this.view, path, { "metadata{}": [] }, (_, record) => {
      const value = asObject(parseLoose(recordText(record))?.value);
      const vid = String(value?.vid);
      const video = videos.get(vid);
      const found = video ? framesOf(video, value?.z, file) : [images.get(vid) ?? -1];
      for (const image of found) if (image >= 0) addRecord(file, image, record);
      if (!found.some((image) => image >= 0)) this.#rejectNameless(path, recordText(record));
      if (isRegion(value?.xy)) this.#look(value?.av, settings);
    });
  }

  readCsv(path: string, layout: CsvLayout): void {
    const file = this.ranges.file(path);
    let attributes: Attributes = new Map();
    scanCsvFile(this.view, path, ({ text, offset, length }) => {
      if (text.startsWith("#")) {
        const json = ATTRIBUTE.exec(text)?.[1];
        if (json) attributes = readAttributes(Object.entries(asObject(parseLoose(json)?.value) ?? {}));
      } else this.#takeRow(file, { attributes, layout }, text, offset, length);
    });
    this.files.set(path, { attributes, layout });
  }

  #takeRow(
    file: FileRanges,
    settings: FileSettings & { readonly layout: CsvLayout },
    text: string,
    offset: number,
    length: number,
  ): void {
    const row = csvFields(text, settings.layout.delimiter);
    const list = parseLoose(fieldOf(row, settings.layout, "file_list"))?.value;
    const name = Array.isArray(list) && typeof list[0] === "string" ? list[0] : "";
    const video = this.#videoOf(name);
    const moments = video && parseLoose(fieldOf(row, settings.layout, "temporal_coordinates"))?.value;
    const found = video ? framesOf(video, moments, file) : [name === "" ? -1 : file.image(name)];
    for (const image of found) if (image >= 0) file.add(image, offset, length);
    if (!found.some((image) => image >= 0)) this.#rejectNameless(file.path, text);
    const xy = parseLoose(fieldOf(row, settings.layout, "spatial_coordinates"))?.value;
    if (isRegion(xy)) this.#look(parseLoose(fieldOf(row, settings.layout, "metadata"))?.value, settings);
  }

  /** The video of this path or name, if it is here. */
  #videoOf(name: string): VideoFrames | undefined {
    const plain = imageName(name);
    const { videos = [] } = this.view.images;
    return plain === "" ? undefined : videos.find(({ path }) => path === plain) ??
      videos.find(({ path }) => nameOf(path) === nameOf(plain));
  }

  #look(values: unknown, { attributes }: FileSettings): void {
    this.attribute.add(Object.fromEntries(valuesOf(values, attributes)));
  }

  #rejectNameless(path: string, text: string): void {
    this.#reject("image-name-missing", path, `The record ${excerpt(text)} belongs to no file.`);
  }

  #reject(code: string, path: string, message: string): void {
    this.view.issue({ code, severity: "reject", record: "label", path, message });
  }
}

/**
 * Images of the frames that a moment or a span of a video is about.
 *
 * @param moments Seconds: `[t]` or `[from, to]`; nothing for what is said of the whole video.
 */
function framesOf(video: VideoFrames, moments: unknown, file: FileRanges): number[] {
  const { times, framePath } = video;
  const seconds = (Array.isArray(moments) ? moments : []).map(Number);
  if (seconds.some((each) => !Number.isFinite(each))) return [];
  const [from = 0, to = from] = seconds.map((each) => frameAt(times, each));
  const last = seconds.length === 0 ? times.length - 1 : to;
  return Array.from({ length: Math.max(0, last - from + 1) }, (_, i) => file.image(framePath(from + i)));
}

/** Path or name of a file of a project. */
function sourceOf({ fname, src, loc }: Readonly<Record<string, unknown>>): string {
  const name = typeof fname === "string" ? fname : "";
  return typeof src === "string" && src !== "" && loc !== INLINE && !/^(?:data|blob):/.test(src) ? src : name;
}

function parse(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const reader = new JsonLabelReader(context);
  const { classAttribute, files } = context.settings as Settings;
  const { attributes, layout } = files.get(context.path)!;
  let line = 0;
  const take = (xy: unknown, values: unknown) =>
    readOne(xy, valuesOf(values, attributes), classAttribute, ++line, reader);
  if (layout && extensionOf(context.path) === "csv") {
    for (const text of csvRecords(bytes)) {
      const row = csvFields(text, layout.delimiter);
      take(
        parseLoose(fieldOf(row, layout, "spatial_coordinates"))?.value,
        parseLoose(fieldOf(row, layout, "metadata"))?.value,
      );
    }
  } else for (const { xy, av } of reader.records(bytes)) take(xy, av);
  return reader.finish();
}

/** A region, or something said of the whole image. */
function readOne(
  xy: unknown,
  values: readonly (readonly [string, unknown])[],
  classAttribute: string | undefined,
  line: number,
  reader: JsonLabelReader,
): void {
  if (Array.isArray(xy) && xy.length === 0) return reader.addAnswers(values);
  const numbers = reader.numbers(xy);
  if (!numbers) {
    return reader.reject(line, "coordinate-invalid", "has a coordinate that is missing or no number");
  }
  const shape = readCoordinates(numbers);
  if (shape === "point" || shape === "line") return reader.rejectThin(line, shape);
  if (shape === "unknown") return reader.rejectKind(line, numbers[0]);
  const words = classAttribute === undefined
    ? [UNNAMED]
    : values.filter(([name]) => name === classAttribute).flatMap(([, value]) =>
      Array.isArray(value) ? value : wordsOf(value)
    );
  reader.add(words, shape, values.filter(([name]) => name !== classAttribute), line);
}

function isRegion(xy: unknown): boolean {
  return Array.isArray(xy) && xy.length > 0;
}

import { boundsOf } from "../../geometry/shapes.ts";
import { nameOf } from "../../model/image_names.ts";
import { splitOfLayout } from "../../tree/split.ts";
import type { Candidate, DatasetView, LabelFormat, LabelPlan } from "../format.ts";
import { findJsonFiles, sampleJsonFiles } from "../json/find.ts";
import { ImageFiles } from "../json/image_files.ts";
import { locateRecords, recordText, valueOf } from "../json/image_records.ts";
import { type Json, JsonLabelReader, type Shape, textOf } from "../json/label_reader.ts";
import { asObject, parseLoose } from "../json/loose.ts";
import { partialJson } from "../json/partial.ts";
import { boxShape, outlineShape } from "../json/shapes.ts";
import { parseJsonFile } from "../json/whole_file.ts";
import { unescapedName } from "../matching/image_name.ts";

/** VoTT's JSON: an export of the project, or one file for each asset (FORMATS §11.22). */
export const vott: LabelFormat = {
  name: "vott",
  detect,
  plan(view, candidate) {
    const paths = findJsonFiles(view, isProject);
    return paths.length > 0 ? planProjects(view, candidate, paths) : planAssets(view, candidate);
  },
  parse(bytes, context) {
    const reader = new JsonLabelReader(context);
    let line = 0;
    const { whole } = context.settings as Settings;
    const records = whole ? [parseJsonFile(bytes, context) ?? {}] : reader.records(bytes);
    for (const { asset, regions } of records) {
      const size = asObject(asObject(asset)?.size);
      reader.declareSize(size?.width, size?.height);
      for (const region of Array.isArray(regions) ? regions : []) {
        readRegion(asObject(region) ?? {}, ++line, reader);
      }
    }
    return reader.finish();
  },
};

interface Settings {
  /** True if each image has a file of its own. */
  readonly whole: boolean;
}

/** Bytes in which the name of an asset stands, at the beginning of its file. */
const ASSET_HEAD = 4096;
/** Name VoTT gives the file of an asset: that of no other JSON file. */
const ASSET_FILE = /-asset\.json$/;

function detect(view: DatasetView): Candidate[] {
  const paths = findJsonFiles(view, isProject);
  if (paths.length > 0) {
    const reason = `"${paths[0]}" holds assets of VoTT`;
    return [{ format: "vott", root: "", confidence: 2, reason, files: paths.length }];
  }
  const { files, looked, fitting, first } = sampleJsonFiles(view, isAsset);
  if (fitting === 0) return [];
  const reason = `${fitting} of ${looked} JSON files looked into are assets of VoTT, like "${first}"`;
  return [{ format: "vott", root: "", confidence: fitting >= 0.8 * looked ? 2 : 1, reason, files }];
}

function isProject(head: unknown): boolean {
  const assets = asObject(asObject(head)?.assets);
  return assets !== undefined && isAsset(Object.values(assets)[0]);
}

function isAsset(value: unknown): boolean {
  const record = asObject(value);
  const asset = asObject(record?.asset);
  return typeof asset?.name === "string" &&
    (Array.isArray(record!.regions) || asObject(asset.size) !== undefined);
}

function planProjects(view: DatasetView, candidate: Candidate, paths: readonly string[]): LabelPlan {
  const { ranges, classes } = locateRecords(view, paths, { "assets{}": ["asset"], tags: [] }, (record) => {
    if (record.list === "assets") {
      const image = imageOf(valueOf(record, 0));
      return image === undefined ? undefined : { image };
    }
    const name = asObject(parseLoose(recordText(record))?.value)?.name;
    return typeof name === "string" ? { classNames: [name] } : "skip";
  });
  return {
    format: "vott",
    root: candidate.root,
    classes: classes.map((name) => ({ name })),
    settings: { whole: false } satisfies Settings,
    labelFor: (path) => ranges.labelFor(path),
    splitOf: (path) => ranges.splitOf(path) ?? splitOfLayout(path),
    unused: () => ranges.unused(),
  };
}

function planAssets(view: DatasetView, candidate: Candidate): LabelPlan {
  const files = new ImageFiles(view, "json", (path) => {
    const image = imageOf(asObject(partialJson(view.head(path, ASSET_HEAD)))?.asset);
    if (image === undefined && ASSET_FILE.test(nameOf(path))) {
      view.issue({
        code: "image-name-missing",
        severity: "reject",
        record: "label",
        path,
        message: `"${path}" does not name its image.`,
      });
    }
    return image;
  });
  return {
    format: "vott",
    root: candidate.root,
    classes: [],
    settings: { whole: true } satisfies Settings,
    labelFor: (path) => files.labelFor(path),
    isLabel: (path) => files.isLabel(path),
    splitOf: splitOfLayout,
    unused: () => files.unused(),
  };
}

/** Path of the image of an asset: a URL of a file, with the folders of the machine it was labelled on. */
function imageOf(value: unknown): string | undefined {
  const asset = asObject(value);
  const path = textOf(asset?.path).replace(/^file:/, "");
  const reference = path !== "" && !path.startsWith("data:") ? path : textOf(asset?.name);
  return reference === "" ? undefined : unescapedName(reference);
}

function readRegion(region: Json, line: number, reader: JsonLabelReader): void {
  const { type, tags } = region;
  const kind = textOf(type).toUpperCase();
  if (kind === "POINT" || kind === "POLYLINE") return reader.rejectThin(line, kind.toLowerCase());
  const names = (Array.isArray(tags) ? tags : []).map(textOf);
  reader.add(
    names,
    kind === "POLYGON" ? outlineShape(reader.points(region.points)) : boxOf(region, reader),
    [],
    line,
  );
}

function boxOf({ boundingBox, points }: Json, reader: JsonLabelReader): Shape | undefined {
  const box = asObject(boundingBox);
  if (box) return boxShape(reader.numbers([box.left, box.top, box.width, box.height]));
  const corners = reader.points(points);
  return corners && boundsOf(corners);
}

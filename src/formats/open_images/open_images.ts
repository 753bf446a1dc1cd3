import { sortByBytes } from "../../tree/byte_order.ts";
import { filesNamed } from "../../tree/files_named.ts";
import { nameOf } from "../../model/image_names.ts";
import { splitOfLayout } from "../../tree/split.ts";
import { findCsvFiles } from "../csv/find.ts";
import { csvFields, rejectNameless, scanCsvFile } from "../csv/records.ts";
import type { Candidate, DatasetView, LabelFormat, LabelPlan, LabelRef } from "../format.ts";
import { LabelRanges } from "../matching/label_ranges.ts";
import { type OpenImagesFile, type OpenImagesSettings, parseOpenImages } from "./parse.ts";

/** Open Images: boxes, masks and human-verified labels of images, a CSV file of each for each split (FORMATS §11.4). */
export const openImages: LabelFormat = { name: "open-images", detect, plan, parse: parseOpenImages };

const NAMES = /^(?:oidv\d+-)?class-descriptions.*\.csv$/i;

function findFiles(view: DatasetView): { path: string; found: OpenImagesFile }[] {
  return findCsvFiles(view, ({ header }): OpenImagesFile | undefined => {
    const columns = new Map(header.map((name, i) => [name, i]));
    const has = (...names: string[]) => names.every((name) => columns.has(name));
    if (!has("imageid", "labelname")) return undefined;
    if (has("xmin", "xmax", "ymin", "ymax")) return { kind: "boxes", columns };
    if (has("maskpath")) return { kind: "masks", columns };
    if (has("confidence")) return { kind: "labels", columns };
    return undefined;
  });
}

function detect(view: DatasetView): Candidate[] {
  const files = findFiles(view);
  if (files.length === 0) return [];
  const more = files.length > 1 ? ` and ${files.length - 1} more have` : " has";
  return [{
    format: "open-images",
    root: "",
    confidence: 3,
    reason: `"${files[0].path}"${more} the columns ImageID and LabelName`,
    files: files.length,
  }];
}

function plan(view: DatasetView, candidate: Candidate): LabelPlan {
  const settings: OpenImagesSettings = { files: new Map(), names: readNames(view), masks: new Map() };
  // Boxes, masks and labels of one image lie in files of their own.
  const kinds = { boxes: new LabelRanges(view), masks: new LabelRanges(view), labels: new LabelRanges(view) };
  for (const { path, found } of findFiles(view)) {
    settings.files.set(path, found);
    takeRows(view, path, found, kinds[found.kind], settings.masks);
  }
  findMasks(view, settings.masks);
  const ranges = Object.values(kinds).map((kind) => kind.finish());
  const maskPaths = new Set(settings.masks.values());
  return {
    format: "open-images",
    root: candidate.root,
    classes: [...settings.names.values()].map((name) => ({ name })),
    settings,
    labelFor(path): LabelRef | undefined {
      const [first, ...also] = ranges.flatMap((kind) => kind.labelFor(path) ?? []);
      return first && also.length > 0 ? { ...first, also } : first;
    },
    splitOf: (path) =>
      splitOfLayout(path) ?? ranges.map((kind) => kind.splitOf(path)).find((split) => split !== undefined),
    *unused() {
      for (const kind of ranges) yield* kind.unused();
    },
    claims: (path) => maskPaths.has(path),
  };
}

/** Tells the rows of a file to their images, and which masks they name. */
function takeRows(
  view: DatasetView,
  path: string,
  { columns }: OpenImagesFile,
  ranges: LabelRanges,
  masks: Map<string, string>,
): void {
  const into = ranges.file(path);
  const id = columns.get("imageid")!;
  const mask = columns.get("maskpath");
  scanCsvFile(view, path, (row) => {
    if (row.line === 1) return;
    const fields = csvFields(row.text, ",");
    const image = into.image(fields[id] ?? "");
    if (image < 0) return rejectNameless(view, path, row, "annotation");
    if (mask !== undefined && fields[mask]) masks.set(fields[mask], "");
    into.add(image, row.offset, row.length);
  });
}

/** Finds the masks that rows name, wherever they were unpacked to. */
function findMasks(view: DatasetView, masks: Map<string, string>): void {
  if (masks.size === 0) return;
  for (const path of view.labels.paths(new Set(["png"]))) {
    const name = nameOf(path);
    if (masks.has(name)) masks.set(name, path);
  }
  for (const [name, path] of masks) if (path === "") masks.delete(name);
}

/** Names of the classes by their machine identifiers, in the order of the file. */
function readNames(view: DatasetView): Map<string, string> {
  const names = new Map<string, string>();
  for (const path of sortByBytes(filesNamed(view.labels, ["csv"], (name) => NAMES.test(name)))) {
    scanCsvFile(view, path, ({ text }) => {
      const [id, name] = csvFields(text, ",");
      // Files from version 6 on have a header.
      if (id.startsWith("/") && name && !names.has(id)) names.set(id, name);
    });
  }
  return names;
}

/** Reads the labels of small datasets the way the packer does, up to the geometry. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { PlannedClass } from "../../src/model/planned_class.ts";
import { loadReader } from "../../src/formats/table.ts";
import type { Annotation, CocoAnnotation, ParsedLabels } from "../../src/model/annotation.ts";
import { PolygonText } from "../../src/model/polygon_text.ts";
import type { Issue } from "../../src/model/issue.ts";
import { LabelReader } from "../../src/pack/labels.ts";
import { scan, type ScanOptions } from "../../src/scan/scan.ts";
import { tempDir } from "../dataset/temp.ts";

/** What came out. */
export interface ReadDataset {
  format: string | undefined;
  /** All formats that were read. */
  formats: string[];
  /** By path; undefined for an image without labels. */
  labels: Record<string, ParsedLabels | undefined>;
  /** The same as it goes into the set, if that was asked for. */
  finished: Record<string, CocoAnnotation[]>;
  splits: Record<string, string | undefined>;
  /** Declared classes. */
  classes: readonly PlannedClass[];
  /** Class names by local number. */
  names: string[];
  orphans: string[];
  licenses: readonly unknown[] | undefined;
  issues: Issue[];
}

/** Files by path: text, bytes, or null for a stand-in for an image, which is never read here. */
export type Files = Readonly<Record<string, string | Uint8Array | null>>;

/** How a dataset is read. */
export interface ReadOptions extends Partial<ScanOptions> {
  /** Judge the geometry, too. @default {false} */
  finish?: boolean;
}

/** Writes the files to a new folder, reads them, and removes the folder. */
export async function readFiles(files: Files, options: ReadOptions = {}): Promise<ReadDataset> {
  using folder = tempDir();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder.path, path)), { recursive: true });
    writeFileSync(join(folder.path, path), content ?? "");
  }
  return await readFolder(folder.path, options);
}

/** Reads a folder. */
export async function readFolder(
  folder: string,
  { images, labels, finish = false, ...options }: ReadOptions = {},
): Promise<ReadDataset> {
  const issues: Issue[] = [];
  const issue = (each: Issue) => void issues.push(each);
  const roots = {
    images: join(folder, images ?? ""),
    labels: labels === false ? labels : join(folder, labels ?? ""),
  };
  const found = await scan({ ...options, ...roots }, { issue });
  const read: ReadDataset = {
    format: found.plan?.parts[0].format,
    formats: found.plan?.parts.map((part) => part.format) ?? [],
    labels: {},
    finished: {},
    splits: {},
    classes: found.plan?.classes ?? [],
    names: [],
    orphans: [],
    licenses: found.plan?.licenses,
    issues,
  };
  const parts = await Promise.all((found.plan?.parts ?? []).map(async (part) => ({
    format: await loadReader(part.format),
    settings: structuredClone(part.settings),
    declared: part.classes.map((each) => each.name),
  })));
  const declared = read.classes.map((each) => each.name);
  const reader = found.plan && new LabelReader(found.labelSource, parts, declared, issue);
  for (const { fileName, label, part = 0, split } of found.frames()) {
    read.splits[fileName] = split;
    const size = { width: 100, height: 80 };
    const source = label && { ...label, part, ranges: label.ranges ?? null };
    const parsed = read.labels[fileName] = source && reader?.parse(source, fileName, size);
    if (!source || !parsed) continue;
    const header = { codec: "png", ...size, orientation: 1 };
    if (finish) read.finished[fileName] = reader!.finish(parsed, source, header).annotations;
    for (const annotation of [...parsed.annotations, ...read.finished[fileName] ?? []]) asNumbers(annotation);
  }
  read.orphans = [...found.orphans()].map((orphan) => orphan.imagePath);
  reader?.close();
  read.names = reader?.names ?? [];
  return read;
}

/** Polygons that are kept as text become numbers, to be looked at. */
function asNumbers(annotation: Annotation | CocoAnnotation): void {
  const { segmentation } = annotation;
  if (segmentation instanceof PolygonText) annotation.segmentation = segmentation.polygons();
}

/** Codes of the issues that are rejects. */
export function rejects({ issues }: ReadDataset): string[] {
  return issues.filter((issue) => issue.severity === "reject").map((issue) => issue.code);
}

import { sortByBytes } from "../../tree/byte_order.ts";
import { filesNamed } from "../../tree/files_named.ts";
import { below, folderOf, nameOf } from "../../model/image_names.ts";
import type { Candidate, DatasetView } from "../format.ts";
import { jsonHead } from "../json/find.ts";
import { asObject } from "../json/loose.ts";
import { fileWords, ROBOFLOW } from "../matching/file_words.ts";

/** JSON files that are all looked into. With more, as when each image has one, a few tell for all. */
const FEW = 64;
/** Files looked into first, if there are more than that. */
const SAMPLES = 20;

/**
 * What a COCO file may hold. Where files of several kinds speak of one dataset, the first kind of this list is read: objects
 * have outlines of their own, which a panoptic PNG cuts where they overlap; a detector's results are no labels; captions
 * have no place.
 */
const KINDS = ["objects", "panoptic", "results", "captions"] as const;
export type CocoKind = typeof KINDS[number];

/** Format that reads each kind. */
const FORMATS: Readonly<Record<CocoKind, string>> = {
  objects: "coco",
  panoptic: "coco-panoptic",
  results: "coco-results",
  captions: "coco-captions",
};

/** What each kind is called in messages. */
const TITLES: Readonly<Record<CocoKind, string>> = {
  objects: "COCO images and annotations",
  panoptic: "panoptic COCO segments",
  results: "COCO results",
  captions: "COCO captions",
};

/** COCO files of a dataset, each kind in byte order of the paths. */
export interface CocoFiles extends Readonly<Record<CocoKind, readonly string[]>> {
  /** Files that only list images. */
  readonly lists: readonly string[];
  /** Files of objects that another one has, too: key points beside the instances. */
  readonly copies: readonly string[];
}

/** Finds the COCO files below the label tree. */
export function findCocoFiles(view: DatasetView): CocoFiles {
  const found = { objects: [], panoptic: [], results: [], captions: [], lists: [] } as Record<
    CocoKind | "lists",
    string[]
  >;
  for (const [path, kind] of kindsOf(view)) found[kind].push(path);
  for (const paths of Object.values(found)) sortByBytes(paths);
  // The same objects, told by another task: those of the instances are taken.
  const instances = new Set(
    found.objects.filter((path) => fileWords(path).task === "instances").map(placeOf),
  );
  const isCopy = (path: string) => {
    const { task } = fileWords(path);
    return task !== undefined && task !== "instances" && instances.has(placeOf(path));
  };
  return {
    ...found,
    objects: found.objects.filter((path) => !isCopy(path)),
    copies: found.objects.filter(isCopy),
  };
}

/** What `detect` of the format of this kind says. */
export function cocoCandidates(view: DatasetView, kind: CocoKind): Candidate[] {
  const found = findCocoFiles(view);
  const paths = found[kind];
  if (paths.length === 0) return [];
  const marker = paths.find((path) => nameOf(path) === ROBOFLOW);
  const more = paths.length > 1 ? ` and ${paths.length - 1} more hold` : " holds";
  return [{
    format: FORMATS[kind],
    root: "",
    confidence: KINDS.find((each) => found[each].length > 0) !== kind ? 1 : marker ? 3 : 2,
    reason: `"${marker ?? paths[0]}"${more} ${TITLES[kind]}`,
    files: paths.length,
  }];
}

/** Tells of the files that are left alone when this kind is read. */
export function tellOthers(view: DatasetView, found: CocoFiles, kind: CocoKind): void {
  const tell = (path: string, what: string, suggestion?: string) =>
    view.issue({
      code: "coco-task-skipped",
      severity: "note",
      path,
      message: `"${path}" ${what}; it is left alone.`,
      suggestion,
    });
  for (const other of KINDS.slice(KINDS.indexOf(kind) + 1)) {
    for (const path of found[other]) {
      tell(path, `holds ${TITLES[other]}`, `Pass --format ${FORMATS[other]} to read it instead.`);
    }
  }
  if (kind === "objects") { for (const path of found.copies) tell(path, "repeats the instances"); }
  if (kind !== "results") { for (const path of found.lists) tell(path, "only lists images"); }
}

/** Folder and split of a file: what it has in common with those of other tasks. */
function placeOf(path: string): string {
  return below(folderOf(path), fileWords(path).word ?? "");
}

function kindsOf(view: DatasetView): [path: string, kind: CocoKind | "lists"][] {
  const all = filesNamed(view.labels, ["json"]);
  const look = (paths: readonly string[]) =>
    paths.flatMap((path): [string, CocoKind | "lists"][] => {
      const kind = kindOf(jsonHead(view, path), path);
      return kind === undefined ? [] : [[path, kind]];
    });
  if (all.length <= FEW) return look(all);
  const stride = Math.ceil(all.length / SAMPLES);
  if (look(all.filter((_, i) => i % stride === 0)).length > 0) return look(all);
  return look(all.filter((path) => nameOf(path) === ROBOFLOW || fileWords(path).task !== undefined));
}

/** What a JSON file holds, as its beginning tells; undefined if it is not COCO. */
function kindOf(head: unknown, path: string): CocoKind | "lists" | undefined {
  if (Array.isArray(head)) return isResult(head[0]) ? "results" : undefined;
  const root = asObject(head);
  if (!root) return undefined;
  const annotation = first(root.annotations);
  const images = first(root.images);
  const isEmpty = (array: unknown) => Array.isArray(array) && array.length === 0;
  const coco =
    annotation && ("image_id" in annotation || "segmentation" in annotation || "bbox" in annotation) ||
    images && "file_name" in images ||
    "categories" in root && isEmpty(root.annotations) && isEmpty(root.images) ||
    "info" in root && "licenses" in root;
  if (!coco) return undefined;
  const { task } = fileWords(path);
  if (task === "image_info") return "lists";
  if (task === "panoptic" || annotation && "segments_info" in annotation) return "panoptic";
  if (task === "captions" || annotation && "caption" in annotation && !("bbox" in annotation)) {
    return "captions";
  }
  return "objects";
}

/** True for a record of what a detector found (FORMATS §6). */
function isResult(value: unknown): boolean {
  const record = asObject(value);
  if (!record || !("image_id" in record)) return false;
  return "caption" in record ||
    "category_id" in record && ("bbox" in record || "segmentation" in record || "keypoints" in record);
}

function first(array: unknown): Record<string, unknown> | undefined {
  return Array.isArray(array) ? asObject(array[0]) : undefined;
}

import { sortByBytes } from "../../tree/byte_order.ts";
import { filesNamed } from "../../tree/files_named.ts";
import { below, folderOf, nameOf } from "../../tree/image_names.ts";
import { fileWords, ROBOFLOW } from "../file_words.ts";
import type { DatasetView } from "../format.ts";
import { endOfValue } from "../json/value.ts";
import { textOfRange } from "../json/loose.ts";

/** JSON files that are all looked into. With more, as when each image has one, a few tell for all. */
const FEW = 64;
/** Files looked into first, if there are more than that. */
const SAMPLES = 20;
/** Bytes looked at in one of many files. */
const SHORT_HEAD = 4096;

/** COCO files of a dataset. */
export interface CocoFiles {
  /** Files with boxes or masks, in byte order of their paths. */
  readonly paths: readonly string[];
  /** Files of other tasks, which are left alone. */
  readonly others: readonly string[];
}

/** Finds the COCO files below the label tree. */
export function findCocoFiles(view: DatasetView): CocoFiles {
  const all = filesNamed(view.labels, ["json"]);
  const head = all.length > FEW ? SHORT_HEAD : undefined;
  const found: string[] = [];
  const others: string[] = [];
  const look = (path: string) => {
    const kind = kindOf(path, view.head(path, head));
    if (kind === "boxes") found.push(path);
    else if (kind === "other") others.push(path);
  };
  const samples = all.filter((path, i) =>
    nameOf(path) === ROBOFLOW || i % Math.ceil(all.length / SAMPLES) === 0
  );
  if (all.length > FEW) samples.forEach(look);
  if (all.length <= FEW || found.length > 0) {
    found.length = others.length = 0;
    all.forEach(look);
  }
  // The same objects, told by another task: those of the instances are taken.
  const instances = new Set(found.filter((path) => fileWords(path).task === "instances").map(placeOf));
  const isCopy = (path: string) => {
    const { task } = fileWords(path);
    return task !== undefined && task !== "instances" && instances.has(placeOf(path));
  };
  return {
    paths: sortByBytes(found.filter((path) => !isCopy(path))),
    others: sortByBytes([...others, ...found.filter(isCopy)]),
  };
}

/** Folder and split of a file: what it has in common with those of other tasks. */
function placeOf(path: string): string {
  return below(folderOf(path), fileWords(path).word ?? "");
}

/** What a JSON file holds, as its beginning tells; undefined if it is not COCO. */
function kindOf(path: string, head: Uint8Array): "boxes" | "other" | undefined {
  const heads = arrayHeads(head);
  const annotations = heads.get("annotations");
  const images = heads.get("images");
  const coco = annotations !== undefined && /"(?:image_id|segmentation|bbox)"\s*:/.test(annotations) ||
    images !== undefined && /"file_name"\s*:/.test(images) ||
    heads.has("categories") && annotations === "" && images === "" ||
    heads.has("info") && heads.has("licenses");
  if (!coco) return undefined;
  const { task } = fileWords(path);
  if (task === "captions" || task === "panoptic" || task === "image_info") return "other";
  return annotations !== undefined &&
      (/"segments_info"\s*:/.test(annotations) ||
        /"caption"\s*:/.test(annotations) && !/"bbox"\s*:/.test(annotations))
    ? "other"
    : "boxes";
}

/** Keys of the root object as far as the beginning of a file shows them, each with the first element if it is an array. */
function arrayHeads(bytes: Uint8Array): Map<string, string> {
  const heads = new Map<string, string>();
  const end = bytes.length;
  const skip = (at: number) => {
    while (at < end && bytes[at] <= 0x20) at++;
    return at;
  };
  let at = skip(bytes[0] === 0xef ? 3 : 0);
  if (bytes[at] !== 0x7b) return heads;
  for (;;) {
    const key = skip(at + 1);
    const keyEnd = endOfValue(bytes, key, end);
    if (bytes[key] !== 0x22 || keyEnd < 0) return heads;
    const value = skip(skip(keyEnd) + 1);
    const element = skip(value + 1);
    const elementEnd = endOfValue(bytes, element, end);
    heads.set(
      textOfRange(bytes, key + 1, keyEnd - 1),
      bytes[value] === 0x5b ? textOfRange(bytes, element, elementEnd < 0 ? end : elementEnd) : "",
    );
    const valueEnd = endOfValue(bytes, value, end);
    if (valueEnd < 0) return heads;
    at = skip(valueEnd);
    if (bytes[at] !== 0x2c) return heads;
  }
}

import { labelMasks, type MaskShape } from "../../geometry/mask.ts";
import { below, extensionOf, folderOf, nameOf, withoutExtension } from "../../model/image_names.ts";
import type { DatasetView, LabelFormat } from "../format.ts";
import { asObject, parseLoose, textOfRange } from "../json/loose.ts";
import { imageName } from "../matching/image_name.ts";
import { readCocoAnnotation } from "./annotation.ts";
import type { CocoFile } from "./file.ts";
import { toId } from "./ids.ts";
import { readPanopticIds } from "./panoptic_png.ts";
import { categoryOf, parseRecords, type Reading, rejectRecord } from "./parse.ts";
import { planCoco } from "./plan.ts";
import { cocoCandidates } from "./sniff.ts";

/**
 * COCO panoptic: every pixel of an image belongs to one segment; the JSON lists the segments, a PNG for each image has their
 * ids as colours (FORMATS §6).
 */
export const cocoPanoptic: LabelFormat = {
  name: "coco-panoptic",
  detect: (view) => cocoCandidates(view, "panoptic"),
  plan: (view, candidate) =>
    planCoco(view, candidate, "panoptic", (files, index) => {
      const folders = new Map(files.map((file) => [file, maskFolder(view, file)]));
      const all = new Set(folders.values());
      return {
        settingsOf: (file) => ({ masks: folders.get(file) }),
        claims: (path) => extensionOf(path) === "png" && liesIn(path, all) && !index.has(path),
      };
    }),
  parse: (bytes, context) => parseRecords(bytes, context, readSegments),
};

/** Folder of the PNGs of a file: named like it, or the one in which the first PNG is found. */
function maskFolder(view: DatasetView, { path, annotations }: CocoFile): string {
  const folder = folderOf(path);
  const parent = folderOf(folder);
  const name = withoutExtension(nameOf(path));
  const candidates = [below(folder, name), below(parent, name), name, folder, parent, ""];
  const first = annotations.first();
  const mask = first && maskName(view, path, ...first);
  return candidates.find((each) =>
    mask === undefined ? view.labels.folders.has(each) : view.labels.has(below(each, mask))
  ) ?? candidates[0];
}

/** `file_name` of the annotation at this range. */
function maskName(view: DatasetView, path: string, offset: number, length: number): string | undefined {
  const file = view.open(path);
  try {
    const bytes = new Uint8Array(length);
    const read = file.read(bytes, offset);
    const name = asObject(parseLoose(textOfRange(bytes, 0, read))?.value)?.file_name;
    return typeof name === "string" ? imageName(name) : undefined;
  } finally {
    file.close();
  }
}

function liesIn(path: string, folders: ReadonlySet<string>): boolean {
  for (let folder = folderOf(path);; folder = folderOf(folder)) {
    if (folders.has(folder)) return true;
    if (folder === "") return false;
  }
}

/** Reads the segments of an image; the outline of each is what its id covers in the PNG. */
function readSegments(record: Readonly<Record<string, unknown>>, reading: Reading): void {
  const { context, file, parsed, findings } = reading;
  const segments = record.segments_info;
  if (!Array.isArray(segments)) return rejectRecord(context, record, "has no segments_info");
  const name = typeof record.file_name === "string" ? imageName(record.file_name) : "";
  const masks = readMasks(below(file.masks ?? "", name), reading);
  const listed = new Set<number>();
  for (const each of segments) {
    const segment = asObject(each);
    const id = toId(segment?.id)?.id;
    if (!segment || typeof id !== "number") {
      rejectRecord(context, asObject(each) ?? { segment: each }, "is no segment with an id");
      continue;
    }
    const mask = masks?.get(id);
    listed.add(id);
    if (masks && !mask) {
      rejectRecord(context, segment, `is not in the PNG "${name}"`, "segment-without-pixels");
      continue;
    }
    const category = categoryOf(segment, reading);
    if (category === undefined) continue;
    const annotation = readCocoAnnotation({ ...segment, ...mask && fieldsOf(mask) }, category, findings);
    if (typeof annotation === "string") rejectRecord(context, segment, annotation);
    else parsed.annotations.push(annotation);
  }
  for (const [id, { area }] of masks ?? []) {
    if (listed.has(id)) continue;
    context.issue({
      code: "segment-not-listed",
      severity: "reject",
      record: "annotation",
      message: `The PNG "${name}" has ${area} px of the segment ${id}, which the JSON does not list.`,
    });
  }
}

function fieldsOf({ x, y, width, height, area, segmentation }: MaskShape): Record<string, unknown> {
  return { bbox: [x, y, width, height], area, segmentation };
}

/** Masks by id; undefined if the PNG cannot be read, which is told: what is left are the boxes. */
function readMasks(path: string, { context }: Reading): Map<number, MaskShape> | undefined {
  let cause = "it is not there";
  const bytes = context.file(path);
  if (bytes) {
    try {
      const { ids, width, height } = readPanopticIds(bytes);
      return labelMasks(ids, width, height, (id) => id === 0);
    } catch (error) {
      cause = (error as Error).message;
    }
  }
  context.issue({
    code: "mask-unreadable",
    severity: "warning",
    message:
      `Cannot read the mask "${path}": ${cause}. The boxes of its segments are kept, their outlines are not.`,
  });
  return undefined;
}

import type { Rle } from "../../model/annotation.ts";
import { below, folderOf } from "../../model/image_names.ts";
import { type ImageRecord, recordText, valueOf } from "../json/image_records.ts";
import { type Json, type JsonLabelReader, type Shape, textOf } from "../json/label_reader.ts";
import { asObject, parseLoose } from "../json/loose.ts";
import { recordFormat } from "../json/record_format.ts";
import { rleShape } from "../json/rle_shape.ts";
import { cornerShape } from "../json/shapes.ts";
import { imageName } from "../matching/image_name.ts";
import { readPoly2d } from "./poly2d.ts";

/** Keys of a label that say where it is. */
const PLACES = ["box2d", "poly2d", "rle", "box3d"];

/** BDD100K and Scalabel: frames with their labels, an array or below `frames` (FORMATS §11.23). */
export const scalabel = recordFormat({
  name: "scalabel",
  holds: "frames of BDD100K or Scalabel",
  fits(head) {
    const frames = Array.isArray(head) ? head : asObject(head)?.frames;
    return Array.isArray(frames) && frames.some(isFrame);
  },
  wanted: { "": ["name", "videoName"], frames: ["name", "videoName"], "config{}": [] },
  meaningOf(record) {
    if (record.list === "config") {
      return record.key === "categories" ? { classNames: categories(record) } : "skip";
    }
    const name = valueOf(record, 0);
    const video = valueOf(record, 1);
    if (typeof name !== "string") return undefined;
    // Frames of a video lie in a folder of its own.
    return {
      image: typeof video === "string" && folderOf(name) === "" ? below(imageName(video), name) : name,
    };
  },
  read(values, reader) {
    let line = 0;
    for (const frame of reader.objects(values)) {
      const size = asObject(frame.size);
      reader.declareSize(size?.width, size?.height);
      reader.addImageAttributes(Object.entries(asObject(frame.attributes) ?? {}));
      const labels = Array.isArray(frame.labels) ? frame.labels : [];
      for (const label of labels) {
        readLabel(asObject(label) ?? {}, ++line, typeof frame.videoName === "string", reader);
      }
    }
  },
});

function categories(record: ImageRecord): string[] {
  const list = parseLoose(recordText(record))?.value;
  return (Array.isArray(list) ? list : []).map((category) => textOf(asObject(category)?.name));
}

function isFrame(value: unknown): boolean {
  const frame = asObject(value);
  if (typeof frame?.name !== "string" || !Array.isArray(frame.labels)) return false;
  const label = asObject(frame.labels[0]);
  return label !== undefined && Object.hasOwn(label, "category") &&
    PLACES.some((key) => Object.hasOwn(label, key));
}

function readLabel(label: Json, line: number, isVideo: boolean, reader: JsonLabelReader): void {
  const shape = shapeOf(label, reader);
  if (shape === "line") return reader.rejectThin(line, "line");
  if (shape === "unknown") return reader.rejectKind(line, label.box3d === undefined ? undefined : "box3d");
  const { crowd, ignored, ...attributes } = asObject(label.attributes) ?? {};
  const told: [string, unknown][] = [...Object.entries(attributes), ["score", reader.number(label.score)]];
  if (isVideo) told.push(["track_id", label.id]);
  reader.add(
    [textOf(label.category)],
    shape && {
      ...shape,
      ...crowd === true && { iscrowd: 1 },
      ...ignored === true && { ignore: true },
    },
    told,
    line,
  );
}

/** Where a label is, by what tells most about it. */
function shapeOf(label: Json, reader: JsonLabelReader): Shape | "line" | "unknown" | undefined {
  if (asObject(label.rle)) return rleShape(label.rle as Rle);
  const outlines = Array.isArray(label.poly2d) ? readPoly2d(label.poly2d, reader) : undefined;
  if (outlines && outlines !== "line") return outlines;
  const box = asObject(label.box2d);
  if (!box) return outlines ?? (Array.isArray(label.poly2d) ? undefined : "unknown");
  return cornerShape(reader.numbers([box.x1, box.y1, box.x2, box.y2]));
}

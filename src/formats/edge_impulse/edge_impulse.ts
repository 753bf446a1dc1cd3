import { valueOf } from "../json/image_records.ts";
import { type Json, type JsonLabelReader, textOf } from "../json/label_reader.ts";
import { asObject } from "../json/loose.ts";
import { recordFormat } from "../json/record_format.ts";
import { boxShape } from "../json/shapes.ts";
import { nameOf } from "../../model/image_names.ts";

/** Lists every image of an upload in one file, with its split. */
const INFO = "info.labels";

/** Edge Impulse: `bounding_boxes.labels` or `info.labels` beside the images (FORMATS §11.25). */
export const edgeImpulse = recordFormat({
  name: "edge-impulse",
  holds: "bounding boxes of Edge Impulse",
  extensions: ["labels"],
  isMarker: () => true,
  fits(head, path) {
    const root = asObject(head);
    return root?.type === "bounding-box-labels" || asObject(root?.boundingBoxes) !== undefined ||
      nameOf(path) === INFO && Array.isArray(root?.files);
  },
  wanted: { "boundingBoxes{}": [], files: ["path", "category"] },
  meaningOf(record) {
    if (record.list === "boundingBoxes") return { image: record.key! };
    const image = valueOf(record, 0);
    const category = valueOf(record, 1);
    const split = category === "training" ? "train" : category === "testing" ? "test" : undefined;
    return typeof image === "string" ? { image, split } : undefined;
  },
  read(values, reader) {
    let line = 0;
    for (const value of values) {
      const file = asObject(value);
      if (file) readClass(file, reader);
      const boxes = file ? file.boundingBoxes : value;
      if (Array.isArray(boxes)) { for (const box of boxes) readBox(asObject(box) ?? {}, ++line, reader); }
      else if (boxes !== undefined) reader.reject(++line, "annotation-invalid", "is no list of boxes");
    }
  },
});

/** Class of the whole image, which only `info.labels` has. */
function readClass({ label }: Json, reader: JsonLabelReader): void {
  const { type, label: name } = asObject(label) ?? {};
  if (type === "label") reader.addClass(textOf(name));
}

function readBox({ label, x, y, width, height }: Json, line: number, reader: JsonLabelReader): void {
  reader.add([textOf(label)], boxShape(reader.numbers([x, y, width, height])), [], line);
}

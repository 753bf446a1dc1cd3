import { extensionOf } from "../../model/image_names.ts";
import { valueOf } from "../json/image_records.ts";
import { type Json, type JsonLabelReader, type Shape, textOf } from "../json/label_reader.ts";
import { asObject } from "../json/loose.ts";
import { recordFormat } from "../json/record_format.ts";
import { boxShape, outlineShape, turnedShape } from "../json/shapes.ts";
import { unescapedName } from "../matching/image_name.ts";

/** Scale's tasks: an array, or one on each line (FORMATS §11.14). */
export const scale = recordFormat({
  name: "scale",
  holds: "tasks of Scale",
  extensions: ["json", "jsonl", "ndjson"],
  fits: (head, path) => isTask(extensionOf(path) === "json" ? Array.isArray(head) && head[0] : head),
  wanted: { "": ["params"] },
  meaningOf(record) {
    const image = asObject(valueOf(record, 0))?.attachment;
    return typeof image === "string" ? { image: unescapedName(image) } : undefined;
  },
  read(values, reader) {
    let line = 0;
    for (const task of reader.objects(values)) {
      const response = asObject(task.response) ?? {};
      reader.addImageAttributes(Object.entries(asObject(response.global_attributes) ?? {}));
      const annotations = Array.isArray(response.annotations) ? response.annotations : [];
      for (const annotation of annotations) readAnnotation(asObject(annotation) ?? {}, ++line, reader);
    }
  },
});

function isTask(value: unknown): boolean {
  const task = asObject(value);
  return task !== undefined && Object.hasOwn(task, "task_id") &&
    (asObject(task.params) !== undefined || asObject(task.response) !== undefined);
}

function readAnnotation(annotation: Json, line: number, reader: JsonLabelReader): void {
  const { type, label, attributes } = annotation;
  if (type === "point" || type === "line") return reader.rejectThin(line, type);
  if (type !== "box" && type !== "polygon") return reader.rejectKind(line, type);
  const shape = shapeOf(annotation, reader);
  reader.add([textOf(label)], shape, Object.entries(asObject(attributes) ?? {}), line);
}

/** A box that is turned tells its corners, too. */
function shapeOf(annotation: Json, reader: JsonLabelReader): Shape | undefined {
  const { type, rotation, vertices, left, top, width, height } = annotation;
  if (type === "polygon") return outlineShape(reader.points(vertices));
  if (rotation && vertices) return turnedShape(reader.points(vertices));
  return boxShape(reader.numbers([left, top, width, height]));
}

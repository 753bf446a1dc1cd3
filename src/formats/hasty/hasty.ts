import { below } from "../../model/image_names.ts";
import { recordText } from "../json/image_records.ts";
import { type Json, type JsonLabelReader, type Shape, textOf } from "../json/label_reader.ts";
import { asObject, parseLoose } from "../json/loose.ts";
import { cornerShape, outlineShape } from "../json/shapes.ts";
import { recordFormat } from "../json/record_format.ts";

/** Hasty's JSON, version 1.1: one file with classes and images (FORMATS §11.16). */
export const hasty = recordFormat({
  name: "hasty",
  holds: "a Hasty export",
  fits(head) {
    const root = asObject(head);
    return root !== undefined && Object.hasOwn(root, "export_format_version") &&
      Object.hasOwn(root, "label_classes");
  },
  wanted: { label_classes: [], images: [] },
  meaningOf(record) {
    const value = asObject(parseLoose(recordText(record))?.value);
    if (record.list === "label_classes") {
      return typeof value?.class_name === "string" ? { classNames: [value.class_name] } : "skip";
    }
    const name = textOf(value?.image_name);
    return name === "" ? undefined : { image: below(textOf(value?.dataset_name), name) };
  },
  read(values, reader) {
    let line = 0;
    for (const image of reader.objects(values)) {
      reader.declareSize(image.width, image.height);
      readImage(image, reader);
      const labels = Array.isArray(image.labels) ? image.labels : [];
      for (const label of labels) readLabel(asObject(label) ?? {}, ++line, reader);
    }
  },
});

function readImage({ tags, image_status }: Json, reader: JsonLabelReader): void {
  reader.addImageAttributes([["image_status", image_status]]);
  reader.addTags(
    (Array.isArray(tags) ? tags : []).map((tag) =>
      textOf(asObject(tag)?.name ?? asObject(tag)?.tag_name ?? tag)
    ),
  );
}

function readLabel(label: Json, line: number, reader: JsonLabelReader): void {
  const { class_name, attributes, z_index } = label;
  const shape = shapeOf(label, reader);
  if (shape && !shape.segmentation && (isFilled(label.mask) || isFilled(label.polygon))) {
    // The layout of masks is not documented.
    reader.warn(line, "segmentation-invalid", "has a mask or polygon that is not read; its box is kept");
  }
  const told = Object.entries(asObject(attributes) ?? {});
  reader.add([textOf(class_name)], shape, [...told, ["z_order", reader.number(z_index)]], line);
}

function shapeOf({ polygon, bbox }: Json, reader: JsonLabelReader): Shape | undefined {
  const outline = isFilled(polygon) ? outlineShape(reader.points(polygon)) : undefined;
  return outline ?? cornerShape(reader.numbers(bbox));
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

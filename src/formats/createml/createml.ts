import { valueOf } from "../json/image_records.ts";
import { asObject } from "../json/loose.ts";
import { type Json, type JsonLabelReader, textOf } from "../json/label_reader.ts";
import { recordFormat } from "../json/record_format.ts";

/** Name Roboflow gives its files. */
const ROBOFLOW = "_annotations.createml.json";

/** Apple CreateML: an array with one record for each image (FORMATS §11.1). */
export const createml = recordFormat({
  name: "createml",
  holds: "CreateML annotations",
  isMarker: (name) => name === ROBOFLOW,
  fits: (head, path) => Array.isArray(head) && (path.endsWith(ROBOFLOW) || head.some(isRecord)),
  wanted: { "": ["image", "imagefilename"] },
  meaningOf(record) {
    const image = valueOf(record, 0) ?? valueOf(record, 1);
    return typeof image === "string" ? { image } : undefined;
  },
  read(values, reader) {
    let line = 0;
    for (const record of reader.objects(values)) {
      for (const object of objectsOf(record)) readObject(object, ++line, reader);
    }
  },
});

/** True for a record with an object that has coordinates, which no other format calls so. */
function isRecord(value: unknown): boolean {
  const record = asObject(value);
  return typeof (record?.image ?? record?.imagefilename) === "string" &&
    objectsOf(record!).some((object) => asObject(asObject(object)?.coordinates));
}

function objectsOf({ annotations, annotation }: Json): readonly unknown[] {
  const list = annotations ?? annotation;
  return Array.isArray(list) ? list : list === undefined || list === null ? [] : [list];
}

/** A box, told by its middle; without coordinates the label is that of the whole image. */
function readObject(value: unknown, line: number, reader: JsonLabelReader): void {
  const object = asObject(value);
  const label = textOf(object ? object.label : value);
  if (!object || !Object.hasOwn(object, "coordinates")) {
    if (label.trim() === "") reader.reject(line, "object-without-name", "has no class");
    else reader.addClass(label);
    return;
  }
  const place = asObject(object.coordinates) ?? {};
  const numbers = reader.numbers([place.x, place.y, place.width, place.height]);
  const [x, y, width, height] = numbers ?? [];
  const box = numbers && { x: x - width / 2, y: y - height / 2, width, height };
  reader.add([label], box, [["score", reader.number(object.confidence)]], line);
}

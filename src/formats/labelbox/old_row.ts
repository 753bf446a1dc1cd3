import { type Json, type JsonLabelReader, textOf } from "../json/label_reader.ts";
import { asObject } from "../json/loose.ts";
import { answers, readBox, readPolygon, rejectMask } from "./row.ts";

/**
 * Reads a row of the export of version 1: `Label` with `objects`, or, still older, lists of outlines by class. A row that was
 * skipped has text in its place.
 */
export function readOldRow(row: Json, reader: JsonLabelReader): void {
  const label = asObject(row.Label) ?? {};
  const media = asObject(row["Media Attributes"]) ?? {};
  reader.declareSize(media.width, media.height);
  reader.addImageAttributes(answers(label.classifications));
  let line = 0;
  for (const [key, value] of Object.entries(label)) {
    if (!Array.isArray(value) || key === "classifications" || key === "relationships") continue;
    for (const each of value) {
      const object = asObject(each) ?? {};
      if (key === "objects") readObject(object, ++line, reader);
      else if (object.geometry) reader.add([key], readPolygon(object.geometry, reader), [], ++line);
      else reader.rejectKind(++line, key);
    }
  }
}

function readObject(object: Json, line: number, reader: JsonLabelReader): void {
  if (object.point) return reader.rejectThin(line, "point");
  if (object.line) return reader.rejectThin(line, "line");
  const shape = object.bbox
    ? readBox(object.bbox, reader)
    : object.polygon
    ? readPolygon(object.polygon, reader)
    : null;
  if (shape !== null) {
    reader.add([textOf(object.title ?? object.value)], shape, answers(object.classifications), line);
  } else if (object.instanceURI) rejectMask(line, reader);
  else reader.rejectKind(line, Object.keys(object)[0]);
}

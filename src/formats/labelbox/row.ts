import { boundsOf } from "../../geometry/shapes.ts";
import { type Json, type JsonLabelReader, type Shape, textOf } from "../json/label_reader.ts";
import { asObject } from "../json/loose.ts";

/** Reads a data row of the present export: labels of one or more annotators, in one or more projects. */
export function readRow(row: Json, reader: JsonLabelReader): void {
  const { width, height } = asObject(row.media_attributes) ?? {};
  reader.declareSize(width, height);
  const labels = Object.values(asObject(row.projects) ?? {})
    .flatMap((project) => listOf(asObject(project)?.labels))
    .map((label) => asObject(label) ?? {});
  let line = 0;
  for (const label of labels) {
    const annotations = asObject(label.annotations) ?? {};
    // Two people may have labelled the same objects: who it was is kept.
    const source = labels.length > 1 ? asObject(label.label_details)?.created_by ?? label.id : undefined;
    for (const object of listOf(annotations.objects)) {
      readObject(asObject(object) ?? {}, ++line, source, reader);
    }
    reader.addImageAttributes(answers(annotations.classifications));
  }
}

function readObject(object: Json, line: number, source: unknown, reader: JsonLabelReader): void {
  if (object.point) return reader.rejectThin(line, "point");
  if (object.line) return reader.rejectThin(line, "line");
  if (object.mask || object.composite_mask) return rejectMask(line, reader);
  const shape = object.bounding_box
    ? readBox(object.bounding_box, reader)
    : object.polygon
    ? readPolygon(object.polygon, reader)
    : null;
  if (shape === null) return reader.rejectKind(line, object.annotation_kind);
  reader.add([textOf(object.name)], shape, [...answers(object.classifications), ["source", source]], line);
}

/** Masks are kept on Labelbox's servers. */
export function rejectMask(line: number, reader: JsonLabelReader): void {
  reader.reject(line, "mask-unreadable", "is a mask that the export only has a URL of; nothing is fetched");
}

export function readBox(box: unknown, reader: JsonLabelReader): Shape | undefined {
  const { left, top, width, height } = asObject(box) ?? {};
  const numbers = reader.numbers([left, top, width, height]);
  return numbers && { x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3] };
}

export function readPolygon(polygon: unknown, reader: JsonLabelReader): Shape | undefined {
  const points = reader.points(polygon);
  return points && points.length > 0 ? { ...boundsOf(points), segmentation: [points] } : undefined;
}

/** Answers by question; those that an answer leads to follow. */
export function answers(classifications: unknown): [string, unknown][] {
  return listOf(classifications).flatMap((each): [string, unknown][] => {
    const question = asObject(each) ?? {};
    const name = textOf(question.name ?? question.title);
    const single = asObject(question.radio_answer ?? question.answer);
    const several = listOf(question.checklist_answers ?? question.answers).map((answer) =>
      asObject(answer) ?? {}
    );
    const text = asObject(question.text_answer)?.content ?? (single ? undefined : question.answer);
    const value = single ? nameOf(single) : several.length > 0 ? several.map(nameOf) : text;
    const deeper = [single, ...several].flatMap((answer) => answers(answer?.classifications));
    return name === "" || value === undefined ? deeper : [[name, value], ...deeper];
  });
}

function nameOf(answer: Json): string {
  return textOf(answer.name ?? answer.title ?? answer.value);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

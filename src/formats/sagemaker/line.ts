import { type Json, type JsonLabelReader, textOf } from "../json/label_reader.ts";
import { asObject } from "../json/loose.ts";
import { maskPaths, readMask } from "./masks.ts";

const METADATA = "-metadata";

/** Reads a line: every job that left its labels on it. A job is a key that has another with `-metadata` behind it. */
export function readLine(line: Json, reader: JsonLabelReader): void {
  let number = 0;
  for (const [key, value] of Object.entries(line)) {
    const metadata = asObject(line[key + METADATA]);
    if (!metadata) continue;
    const type = textOf(metadata.type);
    if (asObject(metadata["internal-color-map"])) {
      number = readSegmentation(value, metadata, number, reader);
    } else if (Array.isArray(asObject(value)?.annotations)) {
      number = readBoxes(asObject(value)!, metadata, number, reader);
    } else if (Array.isArray(value)) {
      const names = asObject(metadata["class-map"]) ?? {};
      for (const id of value) addClass(names[String(id)], ++number, reader);
    } else if (metadata["class-name"] !== undefined) {
      addClass(metadata["class-name"], ++number, reader);
      reader.addImageAttributes([["score", metadata.confidence]]);
    } else reader.rejectKind(++number, type || key);
  }
}

function addClass(name: unknown, line: number, reader: JsonLabelReader): void {
  if (textOf(name).trim() !== "") reader.addClass(textOf(name));
  else reader.reject(line, "object-without-name", "has no class");
}

function readBoxes(job: Json, metadata: Json, before: number, reader: JsonLabelReader): number {
  const size = Array.isArray(job.image_size) ? asObject(job.image_size[0]) : undefined;
  reader.declareSize(size?.width, size?.height);
  const names = asObject(metadata["class-map"]) ?? {};
  const told = Array.isArray(metadata.objects) ? metadata.objects : [];
  const annotations = job.annotations as unknown[];
  annotations.forEach((each, i) => {
    const { class_id, left, top, width, height, ...attributes } = asObject(each) ?? {};
    const box = reader.numbers([left, top, width, height]);
    const shape = box && { x: box[0], y: box[1], width: box[2], height: box[3] };
    const id = textOf(class_id);
    const name = Object.hasOwn(names, id) ? textOf(names[id]) : id === "" ? "" : `class_${id}`;
    const score = asObject(told[i])?.confidence;
    reader.add([name], shape, [["score", score], ...Object.entries(attributes)], before + i + 1);
  });
  return before + annotations.length;
}

/** Each class of the mask is one object. */
function readSegmentation(
  reference: unknown,
  metadata: Json,
  before: number,
  reader: JsonLabelReader,
): number {
  const { context } = reader;
  let line = before;
  let cause = "it is not there";
  for (const path of maskPaths(textOf(reference), context.path)) {
    const bytes = context.file(path);
    if (!bytes) continue;
    try {
      const { segments, unlisted } = readMask(bytes, asObject(metadata["internal-color-map"])!);
      for (const { name, shape, score } of segments) reader.add([name], shape, [["score", score]], ++line);
      if (unlisted > 0) {
        reader.reject(
          ++line,
          "segment-not-listed",
          `are ${unlisted} px of "${path}" in a colour that no class has`,
        );
      }
      return line;
    } catch (error) {
      cause = (error as Error).message;
      break;
    }
  }
  reader.reject(
    ++line,
    "mask-unreadable",
    `is the mask "${textOf(reference)}", which cannot be read: ${cause}`,
  );
  return line;
}

import type { ParsedLabels } from "../../model/annotation.ts";
import { drawnFrame } from "../drawn_frame.ts";
import type { LabelContext } from "../format.ts";
import { type Json, JsonLabelReader, textOf } from "../json/label_reader.ts";
import { asObject } from "../json/loose.ts";
import { parseJsonFile } from "../json/whole_file.ts";
import { joinShapes, readShape, THIN } from "./shape.ts";
import type { LabelMeShape } from "./shape.ts";

/** Keys of a shape that are not told as attributes. */
const OWN = new Set(
  "label points group_id shape_type flags mask description line_color fill_color".split(" "),
);

/** Reads a LabelMe file (FORMATS §7). */
export function parseLabelMe(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const reader = new JsonLabelReader(context);
  // The image itself is most of the file, and of no use here.
  const file = parseJsonFile(bytes, context, ["imageData"]);
  if (!file) return reader.parsed;
  reader.declareSize(file.imageWidth, file.imageHeight);
  const tags = trueFlags(file.flags);
  if (tags.length > 0) reader.parsed.image = { tags };
  if (!Array.isArray(file.shapes)) {
    context.issue({
      code: "json-malformed",
      severity: "reject",
      record: "label",
      message: `Cannot read labels from "${context.path}": it has no list of shapes.`,
    });
    return reader.parsed;
  }
  for (const object of gather(file.shapes, reader, context)) {
    const { label, shapes, group, line, source } = object;
    const shape = shapes.length === 1 ? shapes[0] : joinShapes(shapes, drawnFrame(reader.parsed, context));
    reader.add([label], shape, attributesOf(source, group), line);
  }
  return reader.finish();
}

/** Shapes that are one object. */
interface LabelMeObject {
  readonly label: string;
  readonly shapes: LabelMeShape[];
  readonly group: unknown;
  /** Record of the first shape. */
  readonly source: Json;
  readonly line: number;
}

/** Reads the shapes; those of the same label and group are one object. */
function gather(shapes: readonly unknown[], reader: JsonLabelReader, context: LabelContext): LabelMeObject[] {
  const objects: LabelMeObject[] = [];
  const groups = new Map<string, LabelMeObject>();
  shapes.forEach((value, i) => {
    const line = i + 1;
    const source = asObject(value);
    if (!source) return reader.reject(line, "annotation-invalid", "is no JSON object");
    const label = textOf(source.label).trim();
    if (label === "") return reader.reject(line, "object-without-name", "has no label");
    const kind = textOf(source.shape_type) || "polygon";
    // A class of points is one of the dataset all the same.
    context.category(label);
    if (THIN.has(kind)) return reader.rejectThin(line, kind);
    const shape = readShape(kind, source, reader, drawnFrame(reader.parsed, context));
    if (shape === undefined) return reader.rejectKind(line, kind);
    if (typeof shape === "string") return reader.reject(line, "annotation-invalid", shape);
    const group = source.group_id;
    const isGrouped = typeof group === "number" || typeof group === "string" && group !== "";
    const key = JSON.stringify([label, group]);
    const other = isGrouped ? groups.get(key) : undefined;
    if (other) {
      other.shapes.push(shape);
      return;
    }
    const object = { label, shapes: [shape], group: isGrouped ? group : undefined, source, line };
    if (isGrouped) groups.set(key, object);
    objects.push(object);
  });
  return objects;
}

function attributesOf(source: Json, group: unknown): [string, unknown][] {
  const attributes: [string, unknown][] = [["group_id", group], [
    "description",
    source.description || undefined,
  ]];
  for (const key of Object.keys(source)) {
    const value = source[key];
    const isPlain = typeof value === "string" && value !== "" || typeof value === "number" ||
      typeof value === "boolean";
    if (!OWN.has(key) && isPlain) attributes.push([key, value]);
  }
  const flags = asObject(source.flags) ?? {};
  for (const key of Object.keys(flags)) {
    if (typeof flags[key] === "boolean") attributes.push([key, flags[key]]);
  }
  // AnyLabeling keeps what its forms ask for here.
  const more = asObject(source.attributes) ?? {};
  for (const key of Object.keys(more)) {
    if (typeof more[key] !== "object") attributes.push([key, more[key]]);
  }
  return attributes;
}

/** Names of the flags of the image that are set. */
function trueFlags(flags: unknown): string[] {
  const object = asObject(flags) ?? {};
  return Object.keys(object).filter((key) => object[key] === true);
}

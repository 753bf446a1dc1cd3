import { Buffer } from "node:buffer";
import { inflateSync } from "node:zlib";
import { cropToRle } from "../../geometry/mask.ts";
import { ringsToRle } from "../../geometry/polygon_rle.ts";
import { boundsOf } from "../../geometry/shapes.ts";
import { decodePng } from "../../image/png_pixels.ts";
import type { ParsedLabels } from "../../model/annotation.ts";
import { drawnFrame } from "../drawn_frame.ts";
import type { LabelContext } from "../format.ts";
import { type Json, JsonLabelReader, type Shape, textOf } from "../json/label_reader.ts";
import { asObject } from "../json/loose.ts";
import { parseJsonFile } from "../json/whole_file.ts";
import { setPixels } from "../masks/set_pixels.ts";

/** A bitmap that inflates to more is damage (bytes). */
const LARGEST_PNG = 1 << 28;
/** Size of masks, px. */
type Frame = { readonly width: number; readonly height: number };

/** Kinds of objects without an area. */
const THIN: ReadonlySet<string> = new Set(["point", "line", "polyline", "multichannelLine"]);

/** Reads a Supervisely annotation. */
export function parseSupervisely(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const reader = new JsonLabelReader(context);
  const file = parseJsonFile(bytes, context);
  if (!file) return reader.parsed;
  const size = asObject(file.size);
  reader.declareSize(size?.width, size?.height);
  const tags = tagsOf(file.tags);
  const words = tags.filter(([, value]) => value === true).map(([name]) => name);
  if (words.length > 0) reader.parsed.image = { tags: words };
  reader.addImageAttributes(tags.filter(([, value]) => value !== true));
  const frame = drawnFrame(reader.parsed, context);
  const { nodes } = context.settings as { nodes: ReadonlyMap<string, readonly string[]> };
  (Array.isArray(file.objects) ? file.objects : []).forEach((value, i) => {
    const line = i + 1;
    const object = asObject(value);
    if (!object) return reader.reject(line, "annotation-invalid", "is no JSON object");
    const name = textOf(object.classTitle).trim();
    const kind = textOf(object.geometryType);
    if (THIN.has(kind)) {
      if (name !== "") context.category(name);
      return reader.rejectThin(line, kind);
    }
    const shape = readShape(kind, object, nodes.get(name), reader, frame);
    if (shape === null) return reader.rejectKind(line, object.geometryType);
    if (typeof shape === "string") return reader.reject(line, "annotation-invalid", shape);
    const description = textOf(object.description);
    reader.add([name], shape, [...tagsOf(object.tags), ["description", description || undefined]], line);
  });
  return reader.finish();
}

/** Tags with their values; one without a value is true. */
function tagsOf(tags: unknown): [name: string, value: unknown][] {
  return (Array.isArray(tags) ? tags : []).flatMap((value): [string, unknown][] => {
    const tag = asObject(value);
    const name = typeof value === "string" ? value : textOf(tag?.name);
    return name === "" ? [] : [[name, tag?.value ?? true]];
  });
}

/**
 * Reads where an object is.
 *
 * @returns Undefined if a coordinate is no number, the end of a sentence about another defect, null for a kind that is not known.
 */
function readShape(
  kind: string,
  object: Json,
  nodes: readonly string[] | undefined,
  reader: JsonLabelReader,
  frame: Frame,
): Shape | string | undefined | null {
  const places = asObject(object.points);
  switch (kind) {
    case "rectangle": {
      const points = reader.points(places?.exterior);
      if (!points || points.length < 4) return undefined;
      const { x, y, width, height } = boundsOf(points);
      // Both corners are pixels of the object.
      return { x, y, width: width + 1, height: height + 1 };
    }
    case "polygon":
      return readPolygon(places ?? {}, reader, frame);
    case "bitmap":
    case "alpha_mask":
      return readBitmap(asObject(object.bitmap) ?? {}, reader, frame);
    case "graph":
      return readGraph(asObject(object.nodes) ?? {}, nodes, reader);
  }
  return null;
}

function readPolygon(
  places: Json,
  reader: JsonLabelReader,
  { width, height }: Frame,
): Shape | string | undefined {
  const exterior = reader.points(places.exterior);
  if (!exterior) return undefined;
  if (exterior.length < 6) return "has fewer than three points";
  const interior = Array.isArray(places.interior) ? places.interior : [];
  const holes = interior.map((hole) => reader.points(hole)).filter((hole) =>
    hole !== undefined && hole.length >= 6
  );
  if (holes.length < interior.length) return "has a hole that is no polygon";
  if (holes.length === 0) return { ...boundsOf(exterior), segmentation: [exterior] };
  return ringsToRle(exterior, holes as number[][], width, height) ?? "has no pixel inside the image";
}

/** A PNG, as a rule compressed once more, whose opaque pixels are the object (FORMATS §1). */
function readBitmap(
  bitmap: Json,
  reader: JsonLabelReader,
  { width, height }: Frame,
): Shape | string | undefined {
  const origin = reader.numbers(bitmap.origin);
  if (!origin || origin.length < 2) return undefined;
  if (typeof bitmap.data !== "string") return "has a bitmap without data";
  try {
    const data = Buffer.from(bitmap.data, "base64");
    const isPng = data[0] === 0x89 && data[1] === 0x50;
    const png = decodePng(isPng ? data : inflateSync(data, { maxOutputLength: LARGEST_PNG }));
    const [x, y] = origin.map(Math.round);
    const crop = { x, y, width: png.width, height: png.height };
    return cropToRle(setPixels(png), crop, width, height) ?? "has no pixel inside the image";
  } catch (error) {
    return `has a bitmap that cannot be read (${(error as Error).message})`;
  }
}

/** Keypoints in the order of the class, and the box around them; a disabled one is hidden. */
function readGraph(
  points: Json,
  ids: readonly string[] | undefined,
  reader: JsonLabelReader,
): Shape | string | undefined {
  const keypoints: number[] = [];
  const there: number[] = [];
  for (const id of ids ?? Object.keys(points)) {
    const node = asObject(Object.hasOwn(points, id) ? points[id] : undefined);
    if (!node) {
      keypoints.push(0, 0, 0);
      continue;
    }
    const place = reader.numbers(node.loc);
    if (!place || place.length < 2) return undefined;
    keypoints.push(place[0], place[1], node.disabled ? 1 : 2);
    there.push(place[0], place[1]);
  }
  return there.length === 0 ? "has no points" : { ...boundsOf(there), keypoints };
}

import type { ParsedLabels } from "../../model/annotation.ts";
import { nameOf, withoutExtension } from "../../model/image_names.ts";
import type { LabelContext } from "../format.ts";
import { type Json, JsonLabelReader, type Shape } from "../json/label_reader.ts";
import { asObject } from "../json/loose.ts";
import { atFrame } from "./frames.ts";
import { type Header, readHeader, type Slot } from "./header.ts";
import { type Raster, readRaster } from "./raster.ts";
import { readBox, readEllipse, readPolygon, readSkeleton, type Size } from "./shapes.ts";

/** Settings of the plan, for the workers. */
export interface DarwinSettings {
  /** Names of the keypoints of each class. */
  readonly keypoints: ReadonlyMap<string, readonly string[]>;
}

/** Keys of an annotation that are no attributes. */
const OWN = new Set(
  ("id name slot_names properties bounding_box polygon complex_polygon ellipse skeleton tag mask raster_layer keypoint line " +
    "frames ranges segments interpolated interpolate_algorithm keyframe instance_id inference text attributes annotators " +
    "reviewers updated_at hidden_areas only_keyframes annotation_group_id").split(" "),
);

/** The file that was read last: one of a video is asked for once for each frame. */
const lastFile = new WeakMap<object, { path: string; size: number; root: Json }>();

/** Reads the labels of one image, or of one frame of a video. */
export function parseDarwin(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const reader = new JsonLabelReader(context);
  const root = rootOf(bytes, context, reader);
  const header = root && readHeader(root);
  if (!root || !header) {
    if (root) {
      context.issue({
        code: "json-malformed",
        severity: "reject",
        record: "label",
        message: `Cannot read labels from "${context.path}": it has neither an item nor an image.`,
      });
    }
    return reader.finish();
  }
  const slot = slotOf(header, context.image);
  reader.declareSize(slot.width, slot.height);
  const item = asObject(root.item);
  reader.addImageAttributes(propertiesOf(root.properties ?? item?.properties));
  const size = {
    width: reader.parsed.declaredWidth ?? context.width,
    height: reader.parsed.declaredHeight ?? context.height,
  };
  const frame = slot.video
    ? Number(/\d+(?=\D*$)/.exec(withoutExtension(nameOf(context.image)))?.[0] ?? 0)
    : 0;
  const here: { annotation: Json; line: number }[] = [];
  (Array.isArray(root.annotations) ? root.annotations : []).forEach((each, i) => {
    const annotation = asObject(each);
    if (!annotation) reader.reject(i + 1, "annotation-invalid", "is not a JSON object");
    else if (isIn(annotation, slot, header)) {
      const now = atFrame(annotation, frame);
      if (now) here.push({ annotation: now, line: i + 1 });
    }
  });
  const rasters = here.flatMap(({ annotation, line }) => rasterOf(annotation, line, size, reader) ?? []);
  for (const { annotation, line } of here) {
    readAnnotation(annotation, line, size, rasters, reader, slot.video);
  }
  return reader.finish();
}

function rootOf(bytes: Uint8Array, context: LabelContext, reader: JsonLabelReader): Json | undefined {
  const key = context.settings as object;
  const last = lastFile.get(key);
  if (last && last.path === context.path && last.size === bytes.length) return last.root;
  const [root] = reader.records(bytes);
  if (root) lastFile.set(key, { path: context.path, size: bytes.length, root });
  return root;
}

/** The slot whose file is this image. */
function slotOf({ slots }: Header, image: string): Slot {
  const stem = withoutExtension(nameOf(image));
  return slots.find((slot) => withoutExtension(nameOf(slot.file)) === stem) ??
    slots.find((slot) => slot.video) ??
    slots[0];
}

function isIn({ slot_names }: Json, slot: Slot, { slots }: Header): boolean {
  return slots.length === 1 || !Array.isArray(slot_names) || slot_names.length === 0 ||
    slot_names.includes(slot.name);
}

function rasterOf(annotation: Json, line: number, size: Size, reader: JsonLabelReader): Raster | undefined {
  const layer = asObject(annotation.raster_layer);
  if (!layer) return undefined;
  const raster = readRaster(layer, size);
  if (typeof raster === "string") {
    reader.reject(line, "mask-unreadable", raster);
    return undefined;
  }
  for (const value of raster.unlisted) {
    reader.reject(line, "segment-not-listed", `has pixels of the value ${value}, which no mask has`);
  }
  return raster;
}

function readAnnotation(
  annotation: Json,
  line: number,
  size: Size,
  rasters: readonly Raster[],
  reader: JsonLabelReader,
  video: boolean,
): void {
  const name = typeof annotation.name === "string" ? annotation.name.trim() : "";
  if (annotation.raster_layer !== undefined) return;
  if (annotation.tag !== undefined) return addTag(name, line, reader);
  if (annotation.keypoint !== undefined) return reader.rejectThin(line, "point");
  if (annotation.line !== undefined) return reader.rejectThin(line, "line");
  let shape: Shape | undefined;
  const polygon = asObject(annotation.polygon) ?? asObject(annotation.complex_polygon);
  const ellipse = asObject(annotation.ellipse);
  const skeleton = asObject(annotation.skeleton);
  const box = asObject(annotation.bounding_box);
  if (annotation.mask !== undefined) {
    shape = rasters.map(({ masks }) => masks.get(String(annotation.id))).find((mask) => mask !== undefined);
    if (!shape) {
      return reader.reject(line, "segment-without-pixels", "is a mask without pixels in a raster layer");
    }
  } else if (polygon) shape = readPolygon(polygon, size, reader);
  else if (ellipse) shape = readEllipse(ellipse, reader);
  else if (skeleton) {
    const names = (reader.context.settings as DarwinSettings).keypoints.get(name) ?? [];
    shape = readSkeleton(skeleton, names, reader);
  } else if (box) shape = readBox(box, reader);
  else return reader.rejectKind(line, Object.keys(annotation).find((key) => !OWN.has(key)));
  reader.add([name], shape, attributesOf(annotation, video), line);
}

function addTag(name: string, line: number, reader: JsonLabelReader): void {
  if (name === "") return reader.reject(line, "object-without-name", "has no class");
  const image = reader.parsed.image ??= {};
  const tags = Array.isArray(image.tags) ? image.tags : [];
  image.tags = tags.includes(name) ? tags : [...tags, name];
}

function attributesOf(annotation: Json, video: boolean): (readonly [string, unknown])[] {
  const instance = asObject(annotation.instance_id)?.value;
  return [
    ...propertiesOf(annotation.properties),
    ["attributes", asObject(annotation.attributes)?.attributes ?? annotation.attributes],
    ["text", asObject(annotation.text)?.text],
    ["score", asObject(annotation.inference)?.confidence],
    ["track_id", instance ?? (video ? annotation.id : undefined)],
    ...Object.entries(annotation).filter(([key]) => !OWN.has(key)),
  ];
}

/** Properties by name; one that has several values is a list. */
function propertiesOf(properties: unknown): [string, unknown][] {
  const values = new Map<string, unknown[]>();
  for (const each of Array.isArray(properties) ? properties : []) {
    const property = asObject(each);
    if (typeof property?.name !== "string") continue;
    const known = values.get(property.name);
    if (known) known.push(property.value);
    else values.set(property.name, [property.value]);
  }
  return [...values].map(([name, list]) => [name, list.length === 1 ? list[0] : list]);
}

import type { Annotation } from "../../model/annotation.ts";
import { asObject } from "../json/loose.ts";
import type { Json, JsonLabelReader } from "../json/label_reader.ts";
import { type Place, readPlace } from "./place.ts";
import { type Region, regionsOf } from "./regions.ts";
import { ViewFrame } from "./view_frame.ts";

/** Names of the keypoints of each class, in their order. */
export type KeypointNames = ReadonlyMap<string, readonly string[]>;

/**
 * Reads the `result` of one annotator: each region becomes an object, what is said of no region belongs to the image.
 *
 * @param result List of entries.
 */
export function readResult(
  result: readonly unknown[],
  keypoints: KeypointNames,
  reader: JsonLabelReader,
): void {
  const entries = result.map((entry) => asObject(entry) ?? {});
  const regions = regionsOf(entries);
  const byId = regionsById(regions);
  const answers = answersByParent(regions);
  /** Objects that each region became. */
  const objects = new Map<Region, readonly Annotation[]>();
  const points: { region: Region; x: number; y: number }[] = [];
  for (const region of regions) {
    if (region.place) {
      const place = placeOf(region, reader);
      if (place?.kind === "point" && region.parent !== undefined) {
        points.push({ region, x: place.x, y: place.y });
      } else {objects.set(
          region,
          take(region, place, [...region.answers, ...answers.get(region.id) ?? []], reader),
        );}
    } else if (region.labels.length > 0) {
      reader.reject(region.line, "coordinate-invalid", "has labels but does not tell where it is");
    } else if (region.answers.length === 0) reader.rejectKind(region.line, region.entry.type);
    else if (!byId.get(region.parent ?? "")?.place) reader.addAnswers(region.answers);
  }
  for (const { region, x, y } of points) {
    const parent = byId.get(region.parent!);
    const added = parent?.labels.map((label) => {
      const category = reader.context.category(label.trim());
      const object = objects.get(parent)?.find((each) => each.category === category);
      return object && addPoint(object, keypoints.get(label.trim()) ?? [], region.labels[0], x, y);
    });
    if (!added?.includes(true)) {
      reader.rejectThin(region.line, "point");
    }
  }
}

function regionsById(regions: readonly Region[]): Map<string, Region> {
  return new Map(regions.flatMap((region) => region.id === undefined ? [] : [[region.id, region] as const]));
}

/** Answers about regions that name them as their parent. */
function answersByParent(
  regions: readonly Region[],
): Map<string | undefined, (readonly [string, unknown])[]> {
  const byParent = new Map<string | undefined, (readonly [string, unknown])[]>();
  for (const { parent, place, answers } of regions) {
    if (parent === undefined || place) continue;
    const known = byParent.get(parent);
    if (known) known.push(...answers);
    else byParent.set(parent, [...answers]);
  }
  return byParent;
}

function placeOf({ entry, place, line }: Region, reader: JsonLabelReader): Place | undefined {
  reader.declareSize(entry.original_width, entry.original_height);
  const { declaredWidth, declaredHeight } = reader.parsed;
  const { width, height } = reader.context;
  const frame = new ViewFrame(
    positive(reader.number(entry.original_width)) ?? declaredWidth ?? width,
    positive(reader.number(entry.original_height)) ?? declaredHeight ?? height,
    reader.number(entry.image_rotation) ?? 0,
  );
  if (frame.isTurned && (Object.hasOwn(place!, "rle") || Object.hasOwn(place!, "imageDataURL"))) {
    const cause =
      "has a mask that was painted while the image was shown turned; it was read as if it were upright";
    reader.warn(line, "mask-in-turned-view", cause);
  }
  return readPlace(place!, frame, reader);
}

function positive(number: number | undefined): number | undefined {
  return number !== undefined && number > 0 ? number : undefined;
}

function take(
  { labels, line, entry }: Region,
  place: Place | undefined,
  answers: readonly (readonly [string, unknown])[],
  reader: JsonLabelReader,
): Annotation[] {
  if (place?.kind === "point" || place?.kind === "line") reader.rejectThin(line, place.kind);
  else if (place?.kind === "unknown") reader.rejectKind(line, entry.type);
  else if (place?.kind === "damaged") reader.reject(line, "mask-unreadable", place.cause);
  else {
    const { annotations } = reader.parsed;
    const before = annotations.length;
    reader.add(labels, place?.shape, [...answers, ["score", reader.number(entry.score)]], line);
    return annotations.slice(before);
  }
  return [];
}

/** Puts a keypoint into its object; false if its name is none of those of the class. */
function addPoint(object: Annotation, names: readonly string[], name: string, x: number, y: number): boolean {
  const at = names.indexOf(name);
  if (at < 0) return false;
  object.keypoints ??= new Array(names.length * 3).fill(0);
  object.keypoints.splice(at * 3, 3, x, y, 2);
  return true;
}

/** Collects the names of keypoints that belong to regions, for each class of the regions (see {@link KeypointNames}). */
export function collectKeypoints(result: readonly unknown[], into: Map<string, string[]>): void {
  const regions = regionsOf(result.map((entry) => asObject(entry) ?? {} as Json));
  const byId = regionsById(regions);
  for (const { parent, place, labels } of regions) {
    const owner = parent === undefined ? undefined : byId.get(parent);
    const isPoint = place && !Object.hasOwn(place, "height") && Object.hasOwn(place, "x") &&
      !Object.hasOwn(place, "radiusX");
    if (!owner?.place || !isPoint || labels.length === 0) continue;
    for (const label of owner.labels.map((name) => name.trim())) {
      const names = into.get(label);
      if (!names) into.set(label, [labels[0]]);
      else if (!names.includes(labels[0])) names.push(labels[0]);
    }
  }
}

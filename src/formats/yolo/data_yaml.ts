import { FAILSAFE_SCHEMA, load } from "js-yaml";
import { splitName } from "../../tree/split.ts";
import type { KeypointShape } from "./row.ts";

/** What an Ultralytics `data.yaml` says (FORMATS §4.1). */
export interface DataYaml {
  /** Class names by class number, as written; undefined where a number has none. Absent if the file lists no classes. */
  readonly names?: readonly (string | undefined)[];
  /** Folder the splits are relative to, as written. */
  readonly path?: string;
  /** Split to its folders and list files, as written. */
  readonly splits: ReadonlyMap<string, readonly string[]>;
  /** Key points, if the rows have some. */
  readonly pose?: Pose;
  /** `masks_dir`: folder of semantic masks that takes the place of `images`. */
  readonly masks?: string;
  /** True if a word in it says that boxes are turned. */
  readonly turned: boolean;
}

/** What a `data.yaml` says of key points. */
export interface Pose {
  /** `kpt_shape`. */
  readonly shape: KeypointShape;
  /** `kpt_names` by class number, or those of all classes. */
  readonly names?: readonly string[] | ReadonlyMap<number, readonly string[]>;
  /** Pairs of key points from 1 on, as COCO has them. */
  readonly skeleton: readonly (readonly [number, number])[];
}

const SPLIT_KEYS = ["train", "val", "valid", "validation", "test", "minival"];
/** More classes than any dataset has; guards against a key like 99999999. */
const MAX_CLASSES = 100_000;

/**
 * Reads a `data.yaml`. Every scalar stays the text that was written: to YAML 1.1, which trainers use, the class names
 * `no`, `on`, `012` and `1:30` are a boolean, a boolean, 10 and 90.
 *
 * @returns undefined if the file is not about a dataset.
 * @throws {Error} If the text is not YAML, or class numbers make no sense.
 */
export function parseDataYaml(text: string): DataYaml | undefined {
  const root = load(text, { schema: FAILSAFE_SCHEMA }) as unknown;
  if (!isMap(root)) return undefined;
  const splits = new Map<string, string[]>();
  for (const key of SPLIT_KEYS) {
    const paths = (Array.isArray(root[key]) ? root[key] : [root[key]]).filter(isText);
    const split = splitName(key);
    if (paths.length > 0) splits.set(split, [...(splits.get(split) ?? []), ...paths]);
  }
  const names = readNames(root);
  if (!names && splits.size === 0) return undefined;
  return {
    names,
    splits,
    path: isText(root.path) ? root.path : undefined,
    pose: readPose(root),
    masks: isText(root.masks_dir) ? root.masks_dir : undefined,
    turned: isText(root.task) && root.task.trim().toLowerCase() === "obb",
  };
}

function readNames({ names, nc }: Record<string, unknown>): (string | undefined)[] | undefined {
  const count = typeof nc === "string" && /^\d{1,5}$/.test(nc) ? Number(nc) : 0;
  let listed: (string | undefined)[];
  if (Array.isArray(names)) {
    listed = names.map((name) => isText(name) ? name : undefined);
  } else if (isMap(names)) {
    listed = [];
    for (const [key, name] of Object.entries(names)) {
      const id = Number(key);
      if (!/^\d+$/.test(key) || id >= MAX_CLASSES) {
        throw new Error(`"${key}" under names is not a class number`);
      }
      listed[id] = isText(name) ? name : undefined;
    }
  } else if (count > 0) {
    // Ultralytics' own names for classes that are only counted.
    return Array.from({ length: count }, (_, id) => `class_${id}`);
  } else {
    return undefined;
  }
  return Array.from({ length: Math.max(listed.length, count) }, (_, id) => listed[id]);
}

function readPose({ kpt_shape, kpt_names, skeleton }: Record<string, unknown>): Pose | undefined {
  if (!Array.isArray(kpt_shape)) return undefined;
  const [count, dimensions] = kpt_shape.map(Number);
  if (!(Number.isInteger(count) && count >= 1 && count <= 10_000)) return undefined;
  if (dimensions !== 2 && dimensions !== 3) return undefined;
  return {
    shape: [count, dimensions],
    names: readKeypointNames(kpt_names),
    skeleton: readSkeleton(skeleton, count),
  };
}

function readKeypointNames(names: unknown): Pose["names"] {
  const list = (value: unknown) => Array.isArray(value) && value.every(isText) ? value : undefined;
  if (!isMap(names)) return list(names);
  const byClass = new Map<number, readonly string[]>();
  for (const [id, value] of Object.entries(names)) {
    const own = list(value);
    if (own) byClass.set(Number(id), own);
  }
  return byClass;
}

/** Ultralytics counts from 0, COCO from 1; a 0 among the numbers tells which. */
function readSkeleton(skeleton: unknown, points: number): [number, number][] {
  if (!Array.isArray(skeleton)) return [];
  const pairs = skeleton.filter(Array.isArray).map((pair) => pair.map(Number));
  const first = pairs.some((pair) => pair.includes(0)) ? 1 : 0;
  const bones = pairs.map((pair) => pair.map((point) => point + first));
  const whole = bones.every((bone) =>
    bone.length === 2 && bone.every((point) => Number.isInteger(point) && point >= 1 && point <= points)
  );
  return whole ? bones as [number, number][] : [];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

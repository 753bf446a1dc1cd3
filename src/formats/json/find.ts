import { sortByBytes } from "../../tree/byte_order.ts";
import { filesNamed, sampleFiles } from "../../tree/files_named.ts";
import type { DatasetView } from "../format.ts";
import { partialJson } from "./partial.ts";

/** JSON files that are all looked into. With more, as when each image has one, a few tell for all. */
const FEW = 64;
/** Files looked into first, if there are more than that. */
const SAMPLES = 20;

/** What the beginnings of files hold, for each view: many formats look at the same files. */
const known = new WeakMap<DatasetView, Map<string, unknown>>();

/** What the beginning of a JSON file holds (see {@link partialJson}). */
export function jsonHead(view: DatasetView, path: string): unknown {
  let values = known.get(view);
  if (!values) known.set(view, values = new Map());
  if (!values.has(path)) {
    if (values.size > 4 * FEW) values.clear();
    values.set(path, partialJson(view.head(path)));
  }
  return values.get(path);
}

/**
 * Finds JSON files that hold labels of many images each.
 *
 * @param fits Judges the beginning of a file.
 * @param extensions In lower case, without a dot.
 * @returns Paths in byte order. If there are many JSON files and none of a sample fits, no others are looked into.
 */
export function findJsonFiles(
  view: DatasetView,
  fits: (head: unknown, path: string) => boolean,
  extensions: readonly string[] = ["json"],
): string[] {
  const all = filesNamed(view.labels, extensions);
  const look = (path: string) => fits(jsonHead(view, path), path);
  if (all.length > FEW) {
    const stride = Math.ceil(all.length / SAMPLES);
    if (!all.some((path, i) => i % stride === 0 && look(path))) return [];
  }
  return sortByBytes(all.filter(look));
}

/** How a sample of the JSON files came out. */
export interface JsonSample {
  /** JSON files in all. */
  readonly files: number;
  /** Files looked into. */
  readonly looked: number;
  /** Those of them that fit. */
  readonly fitting: number;
  /** The first that fits. */
  readonly first?: string;
}

/**
 * Looks into a sample of the JSON files, for formats with one for each image.
 *
 * @param fits Judges the beginning of a file.
 * @param isLabel True for the name of a file that could be one of the format.
 */
export function sampleJsonFiles(
  view: DatasetView,
  fits: (head: unknown, path: string) => boolean,
  isLabel?: (name: string) => boolean,
): JsonSample {
  const { files, paths } = sampleFiles(view.labels, "json", SAMPLES, isLabel);
  const fitting = paths.filter((path) => fits(jsonHead(view, path), path));
  return { files, looked: paths.length, fitting: fitting.length, first: fitting[0] };
}

import { isSet, noGenerations } from "../manifest/source_set.ts";
import type { ReadAccess } from "../store/access.ts";
import { isRemote } from "../store/location.ts";
import { PackError } from "../model/issue.ts";
import type { PackOptions } from "../pack/options.ts";
import { resolveOptions } from "../pack/resolve.ts";
import { inspectDataset } from "./dataset.ts";
import type { Inspection, InspectProgress } from "./inspection.ts";
import { inspectSet } from "./set.ts";

/** Options of {@link inspect}. */
export interface InspectOptions
  extends
    Pick<PackOptions, "images" | "labels" | "format" | "pattern" | "vocOffset" | "videos" | "signal">,
    ReadAccess {
  /** Number of the generation, if it is a set with more than one. @default {the current one} */
  at?: number;
  /** Called a few times a second. */
  onProgress?: (progress: InspectProgress) => void;
}

/**
 * Tells what is in a folder or archive: a dataset, or a set that {@link pack} wrote. Reads all of it, writes nothing; memory stays flat.
 *
 * @param path Folder or archive of images and labels, or folder of a set; undefined if `images` or `labels` are named.
 * @throws {PackError} If the folder cannot be read, its format is ambiguous, or with exit code 130 if the signal ends it.
 */
export async function inspect(path: string | undefined, options: InspectOptions = {}): Promise<Inspection> {
  const { onProgress, at, images, labels, format, pattern, vocOffset, videos, signal } = options;
  if (path !== undefined && (isRemote(path) || isSet(path))) return await inspectSet(path, options);
  if (at !== undefined) throw noGenerations(path ?? "");
  const reading = { images, labels, format, pattern, vocOffset, videos, signal };
  return await inspectDataset(resolveOptions({ ...reading, dataset: path, overwrite: true }), onProgress);
}

/**
 * Tells what {@link pack} would do with these options: the frames, annotations and classes, what would be left out, the files
 * and the exact size of the bundle. Writes nothing.
 *
 * @param options Options of the run.
 * @throws {PackError} For the same reasons as `pack`, nothing to pack and too many rejects included.
 */
export async function predict(
  options: Omit<PackOptions, "onProgress">,
  onProgress?: (progress: InspectProgress) => void,
): Promise<Inspection> {
  const resolved = resolveOptions(options);
  const found = await inspectDataset(resolved, onProgress);
  if (found.images === 0) {
    throw new PackError(
      `There is nothing to pack in "${resolved.images}".`,
      "Run `inspect` on the folder to see what is there.",
    );
  }
  const { image, label, annotation } = found.rejects;
  const { maxRejects = Infinity } = options;
  if (image + label + annotation > maxRejects) {
    throw new PackError(
      `More than ${maxRejects} inputs would be rejected (--max-rejects): ${image + label + annotation}.`,
      "Run `inspect` on the dataset to see what is wrong with it.",
    );
  }
  return found;
}

import { PackError } from "../model/issue.ts";
import type { PackOptions } from "../pack/options.ts";

/** What the user named. */
export interface NamedSource {
  readonly dataset?: string;
  readonly images?: string;
  /** Synonym of `images`. */
  readonly input?: string;
  readonly labels?: string;
}

/** What the file system has to say. */
export interface Surroundings {
  isFolder(path: string): boolean;
  /** Folder of the sample dataset. */
  sample(): string;
}

/** Folders to read. */
export interface Source extends Pick<PackOptions, "dataset" | "images" | "labels"> {
  /** True if nothing was named and nothing was here. */
  readonly isSample: boolean;
}

/** Folders that are taken when none is named. */
export const IMAGES = "raw_images";
export const LABELS = "raw_labels";

/**
 * Decides which folders are read.
 *
 * @throws {PackError} With exit code 2 if images are named twice.
 */
export function chooseSource(named: NamedSource, { isFolder, sample }: Surroundings): Source {
  const { dataset } = named;
  if (named.images !== undefined && named.input !== undefined) {
    throw new PackError("--images and --input mean the same and are both given.", "Give one of them.", 2);
  }
  if (dataset !== undefined) {
    const images = named.images ?? named.input;
    return {
      dataset,
      ...(images && { images }),
      ...(named.labels && { labels: named.labels }),
      isSample: false,
    };
  }
  const images = named.images ?? named.input ?? (isFolder(IMAGES) ? IMAGES : undefined);
  const labels = named.labels ?? (isFolder(LABELS) ? LABELS : undefined);
  if (images === undefined && labels === undefined) return { dataset: sample(), isSample: true };
  return { ...(images && { images }), ...(labels && { labels }), isSample: false };
}

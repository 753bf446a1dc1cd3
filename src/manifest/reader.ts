import { openRange } from "../io/range_file.ts";
import { type Manifest, type ManifestOptions, parseManifest, readHeader } from "./parse.ts";
import type { ManifestHeader } from "./record.ts";

export { type Manifest, manifestHeaderIn, type ManifestOptions, parseFrame } from "./parse.ts";

/**
 * Opens a manifest (docs/dataset_spec.md §3).
 *
 * @param path Manifest file.
 * @throws {PackError} If it is no manifest, of an unknown version, or damaged; the message names the place. With exit code 2
 *   if there is no generation `at`.
 */
export function openManifest(path: string, { at }: ManifestOptions = {}): Manifest {
  const file = openRange(path);
  try {
    return parseManifest(path, file, at);
  } catch (error) {
    file.close();
    throw error;
  }
}

/**
 * Header of a manifest, without opening the rest.
 *
 * @param path Manifest file.
 * @throws {PackError} As {@link openManifest}.
 */
export function manifestHeaderOf(path: string): ManifestHeader {
  const file = openRange(path);
  try {
    return readHeader(path, file);
  } finally {
    file.close();
  }
}

import { existsSync } from "node:fs";
import { type AnnotationReader, Annotations } from "../coco/annotations.ts";
import type { Manifest } from "../manifest/reader.ts";
import { missingFile, type SetFiles } from "../manifest/source_set.ts";
import { openRange } from "../io/range_file.ts";
import { History } from "./history.ts";
import { PastAnnotations } from "./past_annotations.ts";

/**
 * Opens the annotations of the generation that a manifest is open at.
 *
 * @returns Undefined if the set has none.
 * @throws {PackError} If one of the files is missing or damaged.
 */
export function openAnnotations(files: SetFiles, manifest: Manifest): AnnotationReader | undefined {
  const { annotations, history } = manifest.header;
  if (!annotations) return undefined;
  const path = files.file(annotations.file);
  if (!existsSync(path)) throw missingFile(files.dir, annotations.file);
  if (manifest.generation === manifest.current) {
    return new Annotations(path, manifest.length, () => manifest.index().ids);
  }
  return openPast(files, manifest, path, history);
}

/** Opens the annotations of a past generation. */
export function openPast(
  files: SetFiles,
  manifest: Manifest,
  path: string,
  history: { file: string; size: number } | undefined,
): PastAnnotations {
  const lines = history && files.file(history.file);
  if (lines !== undefined && !existsSync(lines)) throw missingFile(files.dir, history!.file);
  return new PastAnnotations(
    manifest,
    path,
    openRange(path),
    lines === undefined ? undefined : new History(lines, openRange(lines), history!.size),
  );
}

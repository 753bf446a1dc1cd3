import { existsSync } from "node:fs";
import { Annotations } from "../coco/annotations.ts";
import { openRange } from "../io/range_file.ts";
import { growthObstacle } from "../manifest/growth.ts";
import { type Manifest, openManifest } from "../manifest/reader.ts";
import type { GenerationRecord } from "../manifest/record.ts";
import { storedMedia } from "../manifest/stored_bundle.ts";
import { missingFile, resolveSet, type SetFiles } from "../manifest/source_set.ts";
import type { Container } from "../media/container.ts";
import { containers } from "../media/containers.ts";
import { PackError } from "../model/issue.ts";
import { History, Restored } from "./history.ts";

/** The current generation of a set, open to be followed by the next. */
export interface Base {
  readonly files: SetFiles;
  readonly manifest: Manifest;
  readonly container: Container;
  /** Undefined if the set has no annotations. */
  readonly coco: Annotations | undefined;
  /** All generations there are; the only one of version 1, too. */
  readonly list: readonly GenerationRecord[];
  /** The last of them. */
  readonly current: GenerationRecord;
  /** First generation with a frame line. */
  bornIn(line: number): number;
  /** Generation since which an annotation has been alive without a break. */
  annotationSince(id: number): number;
  close(): void;
}

/**
 * Opens the current generation of a set that can grow.
 *
 * @throws {PackError} If there is no set, it is damaged, or bundles of its kind cannot grow.
 */
export function openBase(dir: string): Base {
  const files = resolveSet(dir);
  const manifest = openManifest(files.manifest);
  const opened: { close(): void }[] = [manifest];
  const close = () => opened.forEach((file) => file.close());
  try {
    const { header } = manifest;
    const container = growable(dir, manifest);
    if (!existsSync(files.file(header.bundle.file))) throw missingFile(dir, header.bundle.file);
    let coco: Annotations | undefined;
    if (header.annotations) {
      const path = files.file(header.annotations.file);
      if (!existsSync(path)) throw missingFile(dir, header.annotations.file);
      coco = new Annotations(path, manifest.length, () => manifest.index().ids);
      opened.push(coco);
    }
    const list = manifest.header.generation === undefined
      ? [onlyGeneration(manifest, container)]
      : manifest.generations();
    const restored = restoredIn(files, manifest);
    return {
      files,
      manifest,
      container,
      coco,
      list,
      current: list.at(-1)!,
      bornIn: (line) => list.find(({ lines }) => lines > line)!.generation,
      annotationSince: (id) =>
        restored.since(id) || list.find(({ next_annotation }) => next_annotation > id)!.generation,
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/**
 * The container of a set whose bundle can grow.
 *
 * @param dir Where the set lies, for messages.
 * @throws {PackError} With exit code 2 if bundles of its kind cannot.
 */
export function growable(dir: string, { header }: Manifest): Container {
  const { bundle } = header;
  const refuse = (what: string, remedy: string) =>
    new PackError(`The set in "${dir}" cannot be updated: ${what}.`, remedy, 2);
  switch (growthObstacle(header)) {
    case "video":
      throw refuse(
        "its bundle is a compressed video",
        "Pack the dataset again, or pack it with --codec copy, which can be updated.",
      );
    case "labels":
      throw refuse(
        "the original labels that --keep-labels packed end its bundle",
        "Pack the dataset again, without --keep-labels if it is to be updated.",
      );
    case "layout":
      throw refuse(
        `its bundle has the layout "${bundle.layout}"`,
        "Pack the dataset again, without --layout if it is to be updated.",
      );
  }
  return containers[storedMedia(bundle)];
}

/** What the list of generations would say of a set of version 1. */
function onlyGeneration(manifest: Manifest, container: Container): GenerationRecord {
  const { header: { bundle, annotations }, footer, length } = manifest;
  const last = manifest.records(Math.max(0, length - 1)).next().value;
  const first = annotations?.first_category ?? 1;
  return {
    generation: 1,
    images: length,
    annotations: footer.annotations,
    categories: footer.categories,
    lines: length,
    next_image: length + 1,
    next_annotation: footer.annotations + 1,
    next_category: footer.categories + first,
    bundle: { size: bundle.size, crc32: bundle.crc32, frames_sha256: bundle.frames_sha256 },
    frames_end: last ? last.offset! + last.size + container.padding(last.size) : container.prologueSize,
  };
}

function restoredIn(files: SetFiles, { header: { history } }: Manifest): Restored {
  const restored = new Restored();
  if (!history) return restored;
  if (!existsSync(files.file(history.file))) throw missingFile(files.dir, history.file);
  const path = files.file(history.file);
  const file = new History(path, openRange(path), history.size);
  try {
    for (const line of file.lines()) if (line.kind === "restored") restored.add(line.since, line.ranges);
  } finally {
    file.close();
  }
  return restored;
}

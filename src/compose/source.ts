import { existsSync } from "node:fs";
import { Annotations } from "../coco/annotations.ts";
import { openRange, type RangeReader } from "../io/range_file.ts";
import type { FrameIndex } from "../manifest/frame_index.ts";
import { type Manifest, openManifest } from "../manifest/reader.ts";
import { missingFile, resolveSet } from "../manifest/source_set.ts";
import type { Container, Media } from "../media/container.ts";
import { containers } from "../media/containers.ts";
import { PackError } from "../model/issue.ts";

/** A set that images are taken from: its current generation. */
export interface Source {
  /** Folder, for messages. */
  readonly dir: string;
  readonly manifest: Manifest;
  readonly index: FrameIndex;
  readonly bundle: RangeReader;
  /** Path of the bundle. */
  readonly bundlePath: string;
  readonly media: Media;
  readonly container: Container;
  /** Undefined if the set has no annotations. */
  readonly coco: Annotations | undefined;
  close(): void;
}

/**
 * Opens a set whose images can be copied.
 *
 * @param dir Folder of the set.
 * @throws {PackError} If there is no set, it is damaged, or its bundle holds more than images (exit code 2).
 */
export function openSource(dir: string): Source {
  const files = resolveSet(dir);
  const manifest = openManifest(files.manifest);
  const opened: { close(): void }[] = [manifest];
  const close = () => opened.forEach((file) => file.close());
  const open = <T extends { close(): void }>(name: string, make: (path: string) => T): T => {
    const path = files.file(name);
    if (!existsSync(path)) throw missingFile(dir, name);
    const file = make(path);
    opened.push(file);
    return file;
  };
  try {
    const media = plainMedia(dir, manifest);
    const { bundle, annotations } = manifest.header;
    const coco = annotations &&
      open(
        annotations.file,
        (path) => new Annotations(path, manifest.length, () => manifest.index().ids),
      );
    return {
      dir,
      manifest,
      index: manifest.index(),
      bundle: open(bundle.file, openRange),
      bundlePath: files.file(bundle.file),
      media,
      container: containers[media],
      coco: coco ?? undefined,
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Container of a bundle that holds images and nothing else. */
function plainMedia(dir: string, { header: { bundle, labels } }: Manifest): Media {
  const refuse = (what: string, remedy: string) =>
    new PackError(`The images of the set in "${dir}" cannot be copied as they lie: ${what}.`, remedy, 2);
  if (bundle.media === "video") {
    throw refuse(
      "its bundle is a compressed video",
      "Take them out with extract and pack them again, or pack the dataset with --codec copy.",
    );
  }
  if (bundle.layout !== undefined) {
    throw refuse(
      `its bundle has the layout "${bundle.layout}", with the labels in it`,
      "Pack the dataset without --layout.",
    );
  }
  if (labels) {
    throw refuse(
      "its bundle holds the original labels, too, which would no longer be those of the set",
      "Pack the dataset without --keep-labels.",
    );
  }
  return bundle.media;
}

import { createHash } from "node:crypto";
import { closeSync, openSync, renameSync } from "node:fs";
import { COCO_MIDDLE, cocoTail } from "../coco/lines.ts";
import type { PlannedClass } from "../model/planned_class.ts";
import { eachBlock } from "../io/each_block.ts";
import { blocksOf, openRange } from "../io/range_file.ts";
import { writeAll } from "../io/write_all.ts";
import type { Container } from "../media/container.ts";
import { combineCrc32, crc32 } from "../media/crc32.ts";
import { originalLabelsMember } from "../media/original_labels.ts";
import { put } from "./outputs.ts";
import { annotationRenumberer, imageRenumberer } from "./renumber.ts";

const encoder = new TextEncoder();

/** Writes to the end of a file and keeps account of it. */
class Appender {
  readonly #file: number;

  constructor(path: string, public position: number, readonly seen: (bytes: Uint8Array) => void) {
    this.#file = openSync(path, "r+");
  }

  /** Writes where room was left. */
  put(bytes: Uint8Array, position: number): void {
    writeAll(this.#file, bytes, position);
  }

  append(bytes: Uint8Array): void {
    this.put(bytes, this.position);
    this.position += bytes.length;
    this.seen(bytes);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Where the bytes of a bundle go. */
export interface BundleOutput {
  /** Writes bytes at a place; may have to wait until there is room. */
  write(bytes: Uint8Array, position: number): void | Promise<void>;
  /** To be called with the bytes of the bundle when all are written. */
  finish?(size: number): Promise<void>;
}

/** A bundle that is a file, which exists. */
export function fileOutput(path: string): BundleOutput {
  return { write: (bytes, position) => put(path, bytes, position) };
}

/**
 * Completes the bundle: what stands before the frames, and after them the original labels, if they are kept, directory and
 * end records.
 *
 * @param frames Number of frames, and CRC-32 and bytes of them with their envelopes, which are there already.
 * @param directory File with the directory records of the frames.
 * @param fps Frames a second, where the container has times.
 * @param labels The archive of the label files.
 * @returns CRC-32 and bytes of the whole file, and the place of the labels.
 */
export async function finishBundle(
  out: BundleOutput,
  container: Container,
  frames: { frames: number; crc32: number; size: number },
  directory: string,
  fps: number,
  labels?: { path: string; size: number; crc32: number },
): Promise<{ crc32: number; size: number; labelsOffset: number }> {
  const prologue = container.prologue(frames.size);
  const framesEnd = prologue.length + frames.size;
  let crc = combineCrc32(crc32(prologue), frames.crc32, frames.size);
  let position = framesEnd;
  const append = async (bytes: Uint8Array) => {
    await out.write(bytes, position);
    position += bytes.length;
    crc = combineCrc32(crc, crc32(bytes), bytes.length);
  };
  await out.write(prologue, 0);
  const member = labels && originalLabelsMember(container, framesEnd, labels);
  if (member) {
    await append(member.header);
    const archive = openRange(labels.path);
    try {
      for (const bytes of blocksOf(archive)) await append(bytes);
    } finally {
      archive.close();
    }
    await append(member.padding);
  }
  const start = position;
  const records = openRange(directory);
  try {
    const tables = container.tables?.(records, fps) ?? blocksOf(records);
    for (const bytes of tables) await append(bytes);
  } finally {
    records.close();
  }
  if (member) await append(member.directory);
  await append(container.end(frames.frames + (member ? 1 : 0), start, position - start));
  await out.finish?.(position);
  return { crc32: crc, size: position, labelsOffset: framesEnd + (member?.header.length ?? 0) };
}

/** What is only known of the categories at the end. */
export interface CategoryEnding {
  /** Final category id of each provisional one, by provisional id; undefined if none changes. */
  readonly ids: readonly number[] | undefined;
  /** True if image lines have category ids, too. */
  readonly imageClasses: boolean;
  /** In the order of their ids. */
  readonly classes: readonly PlannedClass[];
  /** Id of the first one. */
  readonly firstCategory: number;
}

/**
 * Completes the annotation file: annotation lines and categories after the images.
 *
 * @param lines File with the annotation lines.
 * @returns SHA-256 (hex) and bytes of the whole file.
 */
export function finishCoco(
  path: string,
  size: number,
  lines: string,
  { ids, imageClasses, classes, firstCategory }: CategoryEnding,
): { sha256: string; size: number } {
  const sha256 = createHash("sha256");
  const images = ids && imageClasses ? renumberImages(path, ids) : size;
  eachBlock(path, (bytes) => sha256.update(bytes));
  const out = new Appender(path, images, (bytes) => sha256.update(bytes));
  try {
    out.append(encoder.encode(COCO_MIDDLE));
    const renumber = ids && annotationRenumberer(ids);
    eachBlock(lines, (bytes) => out.append(renumber ? renumber.block(bytes) : bytes));
    if (renumber) out.append(renumber.rest());
    out.append(encoder.encode(cocoTail(classes, firstCategory)));
  } finally {
    out.close();
  }
  return { sha256: sha256.digest("hex"), size: out.position };
}

/** Gives image lines their final category ids; the file is written anew for it. Returns its bytes. */
function renumberImages(path: string, ids: readonly number[]): number {
  const renumber = imageRenumberer(ids);
  const copy = path + ".renumbered";
  closeSync(openSync(copy, "w"));
  const out = new Appender(copy, 0, () => {});
  try {
    eachBlock(path, (bytes) => out.append(renumber.block(bytes)));
    out.append(renumber.rest());
  } finally {
    out.close();
  }
  renameSync(copy, path);
  return out.position;
}

/**
 * Completes the manifest: footer at the end, header in its place.
 *
 * @param size Bytes so far, header included.
 * @param footer Footer line for the SHA-256 of all before it.
 * @returns Bytes of the whole file.
 */
export function finishManifest(
  path: string,
  size: number,
  header: Uint8Array,
  middle: string,
  footer: (sha256: string) => string,
): number {
  const file = openSync(path, "r+");
  try {
    writeAll(file, header, 0);
    const before = encoder.encode(middle);
    writeAll(file, before, size);
    const sha256 = createHash("sha256");
    eachBlock(path, (bytes) => sha256.update(bytes));
    const last = encoder.encode(footer(sha256.digest("hex")));
    writeAll(file, last, size + before.length);
    return size + before.length + last.length;
  } finally {
    closeSync(file);
  }
}

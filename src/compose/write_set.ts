import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { COCO_MIDDLE, cocoEnd, cocoHead } from "../coco/lines.ts";
import { eachBlock } from "../io/each_block.ts";
import { FileWriter } from "../io/file_writer.ts";
import { HEADER_SIZE } from "../manifest/record.ts";
import type { AnnotationSummary, GenerationRecord } from "../manifest/record.ts";
import { generationList, MANIFEST_MIDDLE, manifestFooter, manifestHeader } from "../manifest/writer.ts";
import { containers } from "../media/containers.ts";
import { PackError } from "../model/issue.ts";
import { fileOutput, finishBundle, finishManifest } from "../pack/assemble.ts";
import { idAt } from "../generations/write_annotations.ts";
import { fixedText, LineBuffer } from "../text/line_buffer.ts";
import { AnnotationLines, type WrittenIds } from "./annotation_lines.ts";
import type { Composition, Place } from "./composition.ts";
import { Copier } from "../io/copy/copier.ts";
import { FrameCopier } from "./copy_frames.ts";
import { DigestList } from "./digest_list.ts";
import { copyFrameLine, FrameLines } from "./frame_lines.ts";
import { ImageLines } from "./image_lines.ts";
import { compareNames } from "./name_list.ts";
import { roomFor } from "../io/copy/read_ahead.ts";

/** Frames after which others get a turn. */
const BREATH = 512;
/** Lines are handed on when they have so many bytes. */
const LINES = 64 << 10;
/** Digests hashed at once. */
const DIGESTS = 4096;
const SEPARATOR = fixedText(",\n");
const encoder = new TextEncoder();

/** Files to write; they are there and empty. */
export interface SetPaths {
  readonly bundle: string;
  /** Helper file. */
  readonly directory: string;
  /** Absent if the set gets no annotations. */
  readonly annotations?: string;
  readonly manifest: string;
}

/** Names of these files in the set. */
export interface SetNames {
  readonly bundle: string;
  readonly annotations: string;
}

/** What came of it. */
export interface WrittenSet {
  readonly images: number;
  readonly annotations: number;
  /** Bytes of the bundle. */
  readonly size: number;
}

/** What else the work needs. */
export interface WriteSetOptions {
  check: boolean;
  signal?: AbortSignal;
  /** Called with the bytes of images copied so far. */
  onCopied?: (bytes: number) => void;
}

/** The options, and what is going on beside. */
interface Work extends WriteSetOptions {
  readonly copier: Copier;
  /** Bytes of images that were copied, or given to `copier`. */
  readonly given: { bytes: number };
}

/**
 * Writes the files of a set that is made of images of others (docs/dataset_spec.md §4.5).
 *
 * @throws {PackError} If a source is damaged, an image does not fit the container, or the signal ends it (exit code 130).
 */
export async function writeSet(
  made: Composition,
  paths: SetPaths,
  names: SetNames,
  options: WriteSetOptions,
): Promise<WrittenSet> {
  const given = { bytes: 0 };
  const copier = new Copier({
    path: paths.bundle,
    position: containers[made.media].prologueSize,
    sources: made.sources.map(({ bundlePath }) => bundlePath),
    size: bytesOf(made),
    onCopied: () => options.onCopied?.(Math.max(0, given.bytes - copier.left)),
  });
  try {
    return await writeFiles(made, paths, names, { ...options, copier, given });
  } finally {
    await copier.end();
  }
}

/** Bytes of the images of a set. */
export function bytesOf({ sources, source, position }: Composition): number {
  let bytes = 0;
  for (let i = 0; i < source.length; i++) bytes += sources[source[i]].index.sizes[position[i]];
  return bytes;
}

async function writeFiles(
  made: Composition,
  paths: SetPaths,
  names: SetNames,
  options: Work,
): Promise<WrittenSet> {
  const frames = await writeFrames(made, paths, options);
  const { sorted, plainIds } = frames;
  let annotations: AnnotationSummary | null = null;
  let ids: WrittenIds = { count: 0, last: 0, consecutive: true };
  if (paths.annotations !== undefined && made.categories) {
    const written = await writeAnnotations(made, paths.annotations, frames.imagesEnd, options);
    ids = written.ids;
    annotations = {
      file: names.annotations,
      ...written.summary,
      ...made.firstCategory === 0 && { first_category: 0 },
    };
  }
  await options.copier.finish();
  const container = containers[made.media];
  const bundle = {
    ...await finishBundle(fileOutput(paths.bundle), container, frames.frames, paths.directory, made.fps),
    framesEnd: container.prologueSize + frames.frames.size,
  };
  const images = made.source.length;
  const categories = annotations ? made.categories!.length : 0;
  const counts = { annotations: ids.count, categories };
  const summary = { size: bundle.size, crc32: hex(bundle.crc32), frames_sha256: frames.framesDigest };
  const { media, fps, state, header } = made;
  const file = { file: names.bundle, media, ...container.tables && { fps }, ...summary };
  const asPacked = sorted && plainIds && ids.consecutive && state?.generation === undefined;
  if (asPacked) {
    finishManifest(
      paths.manifest,
      frames.manifestEnd,
      manifestHeader(file, annotations, header),
      MANIFEST_MIDDLE,
      (sha256) => manifestFooter({ frames: images, ...counts, bytes: frames.bytes, sha256 }),
    );
  } else {
    const generation = state?.generation ?? 1;
    const only: GenerationRecord = {
      generation,
      images,
      ...counts,
      lines: images,
      next_image: state?.image ?? images + 1,
      next_annotation: state?.annotation ?? ids.count + 1,
      next_category: state?.category ?? categories + (made.firstCategory ?? 1),
      bundle: summary,
      frames_end: bundle.framesEnd,
    };
    const generations_offset = frames.manifestEnd + MANIFEST_MIDDLE.length;
    finishManifest(
      paths.manifest,
      frames.manifestEnd,
      manifestHeader(file, annotations, { ...header, generation }),
      MANIFEST_MIDDLE + generationList([only]),
      (sha256) =>
        manifestFooter({
          ...{
            frames: images,
            images,
            ...counts,
            bytes: frames.bytes,
            generation,
            generations_offset,
            sha256,
          },
        }),
    );
  }
  return { images, annotations: ids.count, size: bundle.size };
}

/** Writes bundle, frame lines and image lines in one pass. */
async function writeFrames(
  made: Composition,
  paths: SetPaths,
  { check, signal, onCopied, copier, given }: Work,
) {
  const { sources, source, position, media, joined } = made;
  const container = containers[media];
  const opened: FileWriter[] = [];
  const open = (path: string, at = 0) => {
    const writer = new FileWriter(path, at);
    opened.push(writer);
    return writer;
  };
  const digest = createHash("sha256");
  const digests = new DigestList(DIGESTS);
  const hashDigests = () => {
    digest.update(digests.written);
    digests.length = 0;
  };
  const room = roomFor(2 * sources.length);
  const lines = sources.map((set) => new FrameLines(set, room));
  const images = sources.map((set, i) => new ImageLines(set, room, made.renumbered?.[i], made.only));
  let bytes = 0, manifestEnd = HEADER_SIZE, imagesEnd = 0;
  let sorted = true, plainIds = true;
  try {
    const directory = open(paths.directory);
    const manifest = open(paths.manifest, HEADER_SIZE);
    const coco = paths.annotations === undefined ? undefined : open(paths.annotations);
    coco?.text(cocoHead(made.licenses));
    const frames = new FrameCopier(container, sources, copier, directory, check);
    const frameLines = new LineBuffer(2 * LINES), imageLines = new LineBuffer(2 * LINES);
    const handOn = (most: number) => {
      if (frameLines.length > most) {
        manifest.write(frameLines.written);
        frameLines.clear();
      }
      if (imageLines.length > most) {
        coco?.write(imageLines.written);
        imageLines.clear();
      }
    };
    let before = new Uint8Array(0);
    for (let frame = 0; frame < source.length; frame++) {
      if (frame % BREATH === 0 || copier.full) {
        given.bytes = bytes;
        await setImmediate();
        await copier.room();
        refuseAborted(signal);
        onCopied?.(Math.max(0, bytes - copier.left));
      }
      const set = source[frame], at = position[frame];
      const line = lines[set].read(at);
      const renamed = made.names?.get(frame);
      const name = renamed === undefined ? line.name() : encoder.encode(renamed);
      const place = frames.add(set, at, line, name, renamed !== undefined);
      const id = made.keepIds ? idAt(sources[set].index, at) : frame + 1;
      bytes += place.size;
      if (sorted) {
        if (frame > 0 && compareNames(before, name) >= 0) sorted = false;
        before = name.slice();
      }
      if (id !== frame + 1) plainIds = false;
      digests.add(line.bytes, line.shaAt);
      if (digests.length === DIGESTS) hashDigests();

      const text = renamed === undefined
        ? line.bytes.subarray(line.nameAt - 1, line.nameEnd + 1)
        : encoder.encode(JSON.stringify(renamed));
      const { offset, size, originalSize } = place;
      const copied = { index: frame, id, name: text, offset, size, originalSize };
      if (frame > 0) frameLines.fixed(SEPARATOR);
      copyFrameLine(frameLines, line, copied);
      if (coco) {
        if (frame > 0) imageLines.fixed(SEPARATOR);
        const more = joined?.get(frame)?.flatMap((other) => images[other.source].categories(other.position));
        images[set].write(imageLines, at, line, copied, more);
      }
      handOn(LINES);
    }
    for (const set of images) set.finish();
    handOn(0);
    hashDigests();
    coco?.text(COCO_MIDDLE);
    for (const writer of opened) writer.flush();
    manifestEnd = manifest.position;
    imagesEnd = coco?.position ?? 0;
    given.bytes = bytes;
    onCopied?.(Math.max(0, bytes - copier.left));
    return {
      frames: { frames: source.length, crc32: frames.crc32, size: frames.size },
      bytes,
      framesDigest: digest.digest("hex"),
      manifestEnd,
      imagesEnd,
      sorted,
      plainIds,
    };
  } finally {
    for (const writer of opened) writer.close();
  }
}

/** Writes what follows the image lines of the annotation file. */
async function writeAnnotations(
  { sources, source, position, joined, keepIds, renumbered, only, categories }: Composition,
  path: string,
  start: number,
  { signal }: WriteSetOptions,
): Promise<{ summary: Pick<AnnotationSummary, "size" | "sha256">; ids: WrittenIds }> {
  const room = roomFor(sources.length);
  const sets = sources.map((set, i) =>
    new AnnotationLines(set, room, keepIds, renumbered?.[i]?.categories, only)
  );
  const ids: WrittenIds = { count: 0, last: 0, consecutive: true };
  const out = new FileWriter(path, start);
  const lines = new LineBuffer(2 * LINES);
  try {
    for (let frame = 0; frame < source.length; frame++) {
      if (frame % BREATH === 0) {
        await setImmediate();
        refuseAborted(signal);
      }
      const at = position[frame];
      const image = keepIds ? idAt(sources[source[frame]].index, at) : frame + 1;
      const others: readonly Place[] | undefined = joined?.get(frame);
      const seen = others && new Map<string, number>();
      sets[source[frame]].write(lines, at, image, ids, seen);
      others?.forEach((other, i) => sets[other.source].write(lines, other.position, image, ids, seen, i + 1));
      if (lines.length > LINES) {
        out.write(lines.written);
        lines.clear();
      }
    }
    for (const set of sets) set.finish();
    out.write(lines.written);
    out.text(cocoEnd(categories!));
    out.flush();
  } finally {
    out.close();
  }
  const sha256 = createHash("sha256");
  eachBlock(path, (bytes) => sha256.update(bytes));
  return { summary: { size: out.position, sha256: sha256.digest("hex") }, ids };
}

const hex = (crc: number) => crc.toString(16).padStart(8, "0");

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new PackError("Interrupted: nothing was published.", undefined, 130);
}

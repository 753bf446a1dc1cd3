import { createHash } from "node:crypto";
import { Buffer } from "node:buffer";
import { setImmediate } from "node:timers/promises";
import { COCO_MIDDLE, cocoEnd, cocoHead } from "../coco/lines.ts";
import { eachBlock } from "../io/each_block.ts";
import { FileWriter } from "../io/file_writer.ts";
import { recordText } from "../manifest/lines.ts";
import { parseFrame } from "../manifest/reader.ts";
import { HEADER_SIZE } from "../manifest/record.ts";
import type { AnnotationSummary, GenerationRecord } from "../manifest/record.ts";
import {
  generationList,
  MANIFEST_MIDDLE,
  manifestFooter,
  manifestHeader,
  writeFrame,
} from "../manifest/writer.ts";
import { containers } from "../media/containers.ts";
import type { FrameRecord } from "../model/frame.ts";
import { PackError } from "../model/issue.ts";
import { finishBundle, finishManifest } from "../pack/assemble.ts";
import { idAt } from "../generations/write_annotations.ts";
import { LineBuffer } from "../text/line_buffer.ts";
import { compareBytes } from "../tree/byte_order.ts";
import { AnnotationLines, type WrittenIds } from "./annotation_lines.ts";
import type { Composition, Place } from "./composition.ts";
import { FrameCopier } from "./copy_frames.ts";
import { ImageLines } from "./image_lines.ts";
import { RangeCopier } from "./range_copier.ts";
import { ReadAhead } from "./read_ahead.ts";
import type { Source } from "./source.ts";

/** Frames after which others get a turn. */
const BREATH = 512;
const decoder = new TextDecoder();

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
  readonly ranges: RangeCopier;
  /** Bytes of images that were copied, or given to `ranges`. */
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
  const ranges = new RangeCopier(paths.bundle, () => options.onCopied?.(given.bytes - ranges.left));
  try {
    return await writeFiles(made, paths, names, { ...options, ranges, given });
  } finally {
    await ranges.end();
  }
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
  await options.ranges.finish();
  const container = containers[made.media];
  const bundle = {
    ...finishBundle(paths.bundle, container, frames.frames, paths.directory, made.fps),
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
  { check, signal, onCopied, ranges, given }: Work,
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
  const readers = sources.map((set) => new RecordReader(set));
  const images = sources.map((set, i) => new ImageLines(set, made.renumbered?.[i], made.only));
  let framesSize = 0, framesCrc = 0, bytes = 0, manifestEnd = HEADER_SIZE, imagesEnd = 0;
  let sorted = true, plainIds = true;
  try {
    const bundle = open(paths.bundle, container.prologueSize);
    const directory = open(paths.directory);
    const manifest = open(paths.manifest, HEADER_SIZE);
    const coco = paths.annotations === undefined ? undefined : open(paths.annotations);
    coco?.text(cocoHead(made.licenses));
    const copier = new FrameCopier(container, bundle, ranges, directory, check);
    const line = new LineBuffer();
    let before: string | undefined;
    for (let frame = 0; frame < source.length; frame++) {
      if (frame % BREATH === 0) {
        given.bytes = bytes;
        await setImmediate();
        ranges.check();
        refuseAborted(signal);
        onCopied?.(bytes - ranges.left);
      }
      const from = sources[source[frame]], at = position[frame];
      const record = readers[source[frame]].read(at);
      const fileName = made.names?.get(frame) ?? record.file_name;
      const place = copier.add(from, record, fileName);
      const id = made.keepIds ? idAt(from.index, at) : frame + 1;
      bytes += place.size;
      if (before !== undefined && compareBytes(before, fileName) >= 0) sorted = false;
      if (id !== frame + 1) plainIds = false;
      before = fileName;
      digest.update(Buffer.from(record.sha256, "hex"));

      line.clear();
      if (frame > 0) line.ascii(",\n");
      writeFrame(line, {
        ...record,
        ...place,
        index: frame,
        id: id === frame + 1 ? undefined : id,
        frame: undefined,
        entry: undefined,
        fileName,
        crc32: parseInt(record.crc32, 16),
        originalSize: place.originalSize,
      });
      manifest.write(line.written);

      if (!coco) continue;
      line.clear();
      if (frame > 0) line.ascii(",\n");
      const more = joined?.get(frame)?.flatMap((other) => images[other.source].categories(other.position));
      images[source[frame]].write(line, at, record, { ...place, id, frame, fileName }, more);
      coco.write(line.written);
    }
    copier.flush();
    framesSize = copier.size;
    framesCrc = copier.crc32;
    coco?.text(COCO_MIDDLE);
    for (const writer of opened) writer.flush();
    manifestEnd = manifest.position;
    imagesEnd = coco?.position ?? 0;
    given.bytes = bytes;
    onCopied?.(bytes - ranges.left);
  } finally {
    for (const writer of opened) writer.close();
  }
  return {
    frames: { frames: source.length, crc32: framesCrc, size: framesSize },
    bytes,
    framesDigest: digest.digest("hex"),
    manifestEnd,
    imagesEnd,
    sorted,
    plainIds,
  };
}

/** Writes what follows the image lines of the annotation file. */
async function writeAnnotations(
  { sources, source, position, joined, keepIds, renumbered, only, categories }: Composition,
  path: string,
  start: number,
  { signal }: WriteSetOptions,
): Promise<{ summary: Pick<AnnotationSummary, "size" | "sha256">; ids: WrittenIds }> {
  const sets = sources.map((set, i) => new AnnotationLines(set, keepIds, renumbered?.[i]?.categories, only));
  const ids: WrittenIds = { count: 0, last: 0, consecutive: true };
  const out = new FileWriter(path, start);
  const lines = new LineBuffer();
  try {
    for (let frame = 0; frame < source.length; frame++) {
      if (frame % BREATH === 0) {
        await setImmediate();
        refuseAborted(signal);
      }
      lines.clear();
      const at = position[frame];
      const image = keepIds ? idAt(sources[source[frame]].index, at) : frame + 1;
      const others: readonly Place[] | undefined = joined?.get(frame);
      const seen = others && new Map<string, number>();
      sets[source[frame]].write(lines, at, image, ids, seen);
      others?.forEach((other, i) => sets[other.source].write(lines, other.position, image, ids, seen, i + 1));
      out.write(lines.written);
    }
    out.text(cocoEnd(categories!));
    out.flush();
  } finally {
    out.close();
  }
  const sha256 = createHash("sha256");
  eachBlock(path, (bytes) => sha256.update(bytes));
  return { summary: { size: out.position, sha256: sha256.digest("hex") }, ids };
}

/** Reads the frame records of one source by position. */
export class RecordReader {
  readonly #source: Source;
  readonly #lines: ReadAhead;
  readonly #begins: Float64Array;
  readonly #positions: Uint32Array | undefined;

  constructor(source: Source) {
    this.#source = source;
    this.#lines = new ReadAhead(source.manifest.file);
    this.#begins = source.manifest.lines().lines;
    this.#positions = source.manifest.positions();
  }

  /** @throws {PackError} If the line is damaged. */
  read(position: number): FrameRecord {
    const line = this.#positions?.[position] ?? position;
    const text = decoder.decode(this.#lines.read(this.#begins[line], this.#begins[line + 1]));
    return parseFrame(this.#source.manifest.path, recordText(text), line);
  }
}

const hex = (crc: number) => crc.toString(16).padStart(8, "0");

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new PackError("Interrupted: nothing was published.", undefined, 130);
}

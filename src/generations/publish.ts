import { createHash } from "node:crypto";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { Copier } from "../io/copy/copier.ts";
import { FileWriter } from "../io/file_writer.ts";
import { surviveFileSizeLimit } from "../io/runtime.ts";
import { openRange, readRange } from "../io/range_file.ts";
import {
  ANNOTATION_FILE,
  filesOfSet,
  HISTORY_FILE,
  MANIFEST_FILE,
  REJECTS_FILE,
} from "../manifest/record.ts";
import type {
  AnnotationSummary,
  GenerationRecord,
  HistorySummary,
  ManifestHeader,
} from "../manifest/record.ts";
import { COMMIT, PARTIAL, RUN_JOURNAL } from "../manifest/source_set.ts";
import { manifestHeader } from "../manifest/writer.ts";
import { frameNumberOf, type FrameRecord, uprightSize } from "../model/frame.ts";
import { PackError } from "../model/issue.ts";
import { fromFailure, toFailure } from "../io/failure.ts";
import { recover } from "../publish/publication.ts";
import type { AppendOptions, AppendReport } from "./change.ts";
import {
  aliveFrames,
  bundleGrows,
  growBundle,
  type Grown,
  type Incoming,
  incomingOffsets,
} from "./grow_bundle.ts";
import { cutBack, writeJournal } from "../publish/append_journal.ts";
import type { Counts, Plan } from "./plan.ts";
import { writeAnnotations, type WrittenAnnotations } from "./write_annotations.ts";
import { framesDigest, writeManifest } from "./write_manifest.ts";

const BLOCK = 1 << 20;

/**
 * Makes a plan the current generation of its set (docs/dataset_spec.md §5). Whatever fails, and whenever, leaves the set as it
 * was.
 *
 * @param incoming Set with the new frames.
 * @param entries Name in the bundle of each incoming frame.
 * @throws {PackError} If the disk is full, a file cannot be written, or the signal ends it (exit code 130).
 */
export async function publish(
  plan: Plan,
  incoming: Incoming | undefined,
  entries: (record: FrameRecord) => string,
  options: AppendOptions,
): Promise<AppendReport> {
  const { files, manifest } = plan.base;
  const { dir } = files;
  const restoreSignal = surviveFileSizeLimit();
  const partials = [manifest.header.annotations?.file ?? ANNOTATION_FILE, MANIFEST_FILE]
    .map((name) => join(dir, name + PARTIAL));
  try {
    const { bundle, history } = manifest.header;
    const { file, size } = bundle;
    forgetRun(dir, manifest.header);
    writeJournal(dir, {
      bundle: { file, size, media: plan.base.container.media, directory: plan.base.current.frames_end },
      history: history?.size ?? 0,
    });
    const report = await write(plan, incoming, entries, partials, options);
    renameSync(join(dir, MANIFEST_FILE + PARTIAL), join(dir, MANIFEST_FILE + COMMIT));
    recover(dir);
    return report;
  } catch (error) {
    if (existsSync(join(dir, MANIFEST_FILE + COMMIT))) throw error;
    for (const path of partials) rmSync(path, { force: true });
    cutBack(dir);
    if (options.signal?.aborted) throw new PackError("Interrupted: the set is as it was.", undefined, 130);
    throw error instanceof PackError ? error : fromFailure(toFailure(error));
  } finally {
    restoreSignal();
  }
}

/** Removes what a run that was interrupted here left: its files have the names of those that are renamed at the end. */
function forgetRun(dir: string, header: ManifestHeader): void {
  rmSync(join(dir, RUN_JOURNAL), { force: true });
  for (const name of [...filesOfSet(header), REJECTS_FILE]) {
    rmSync(join(dir, name + PARTIAL), { force: true });
  }
}

/** Writes everything but the renames. */
async function write(
  plan: Plan,
  incoming: Incoming | undefined,
  entries: (record: FrameRecord) => string,
  [annotationPath, manifestPath]: string[],
  options: AppendOptions,
): Promise<AppendReport> {
  const { coco } = plan.base;
  if (!coco) return await writeWith(undefined, plan, incoming, entries, manifestPath, options);
  const copier = new Copier({ path: annotationPath, sources: [coco.path], size: coco.file.size, seal: true });
  try {
    return await writeWith(copier, plan, incoming, entries, manifestPath, options);
  } finally {
    await copier.end();
  }
}

/** The same, with what writes the annotation file. */
async function writeWith(
  copier: Copier | undefined,
  plan: Plan,
  incoming: Incoming | undefined,
  entries: (record: FrameRecord) => string,
  manifestPath: string,
  { date, message, signal, onProgress }: AppendOptions,
): Promise<AppendReport> {
  const { base, generation, counts, born, labels } = plan;
  const { manifest, current, files: { dir } } = base;
  const { header } = manifest;
  let written = 0;
  const breathe = async (bytes: number) => {
    await setImmediate();
    if (signal?.aborted) throw new PackError("Interrupted.", undefined, 130);
    onProgress?.({ bytes: written + bytes, total: written + bytes });
  };
  const offsets = incomingOffsets(base, incoming, entries);
  const records = () => bornRecords(plan, incoming, offsets, entries);
  let labelled: WrittenAnnotations | undefined;
  let history: HistorySummary | undefined;
  if (copier) {
    const file = new HistoryWriter(join(dir, HISTORY_FILE), header.history?.size ?? 0);
    try {
      const places = records();
      labelled = await writeAnnotations(
        plan,
        copier,
        (text) => file.write(text),
        () => placeOf(places.next().value!),
        breathe,
      );
      history = file.finish();
    } finally {
      file.close();
    }
    written += labelled.size;
  }
  // The bundle grows while another thread writes the annotation file.
  const alive = aliveFrames(manifest, plan.ended, born);
  const grown: Grown = bundleGrows(plan, alive)
    ? await growBundle(base, incoming, alive, entries, breathe)
    : {
      size: current.bundle.size,
      crc32: parseInt(current.bundle.crc32, 16),
      framesEnd: current.frames_end,
    };
  written += grown.size - current.bundle.size;

  const next: GenerationRecord = {
    generation,
    ...date !== undefined && { date },
    ...message !== undefined && { message },
    images: current.images + aliveChange(plan),
    annotations: labelled?.annotations ?? 0,
    categories: labels.categories.length,
    ...nonZero(counts),
    lines: current.lines + born.length,
    next_image: plan.nextImage,
    next_annotation: labelled?.nextAnnotation ?? current.next_annotation,
    next_category: current.next_category + labels.categories.length - current.categories,
    bundle: {
      size: grown.size,
      crc32: grown.crc32.toString(16).padStart(8, "0"),
      frames_sha256: await framesDigest(base, records()),
    },
    frames_end: grown.framesEnd,
    ...plan.restores !== undefined && { restores: plan.restores },
  };
  let annotations: AnnotationSummary | null = null;
  if (copier) {
    const sha256 = (await copier.finish())!;
    annotations = { ...header.annotations!, size: labelled!.size, sha256 };
  }
  const footer = {
    frames: next.lines,
    images: next.images,
    annotations: next.annotations,
    categories: annotations ? next.categories : 0,
    bytes: aliveBytes(plan, records()),
    generation,
  };
  await writeManifest(
    plan,
    manifestPath,
    manifestHeader({ ...header.bundle, ...next.bundle }, annotations, { ...header, generation, history }),
    records(),
    [...base.list, next],
    footer,
    breathe,
  );
  return {
    generation,
    written: true,
    images: next.images,
    annotations: next.annotations,
    categories: labels.categories.map((text) => JSON.parse(text).name),
    ...counts,
    appended: grown.size - current.bundle.size,
    size: grown.size,
  };
}

/** Appends to the history file and takes the digest of all of it; the file is made with the first line. */
class HistoryWriter {
  readonly #path: string;
  readonly #size: number;
  readonly #digest = createHash("sha256");
  #out: FileWriter | undefined;

  constructor(path: string, size: number) {
    this.#path = path;
    this.#size = size;
    if (size === 0) return;
    const old = openRange(path);
    try {
      for (let at = 0; at < size; at += BLOCK) {
        this.#digest.update(readRange(old, at, Math.min(BLOCK, size - at)));
      }
    } finally {
      old.close();
    }
  }

  write(text: string): void {
    this.#out ??= new FileWriter(this.#path, this.#size, (bytes) => this.#digest.update(bytes));
    this.#out.text(text);
  }

  /** Undefined if there is no history yet. */
  finish(): HistorySummary | undefined {
    this.#out?.sync();
    const size = this.#out?.position ?? this.#size;
    return size === 0 ? undefined : { file: HISTORY_FILE, size, sha256: this.#digest.digest("hex") };
  }

  close(): void {
    this.#out?.close();
  }
}

/** The frame lines of the lives that begin. */
function* bornRecords(
  { base: { manifest }, born }: Plan,
  incoming: Incoming | undefined,
  offsets: Float64Array,
  entries: (record: FrameRecord) => string,
): Generator<FrameRecord, undefined> {
  const frames = incoming?.manifest.records();
  const { length } = manifest.lines();
  for (const [i, life] of born.entries()) {
    const index = length + i;
    const id = life.id === index + 1 ? undefined : life.id;
    if (life.line === undefined) {
      // Both are sorted by name, so frames come in the order of the lives.
      const { value: record } = frames!.next();
      const entry = entries(record!);
      yield {
        ...record!,
        index,
        id,
        offset: offsets[record!.index],
        entry: entry === record!.file_name ? undefined : entry,
      };
    } else {
      const old = manifest.recordOfLine(life.line);
      const entry = old.entry ?? old.file_name;
      yield {
        ...old,
        index,
        id,
        frame: old.frame ?? old.index,
        removed: undefined,
        file_name: life.name,
        entry: entry === life.name ? undefined : entry,
        split: chosen(life.split, old.split),
        labels: chosen(life.labels, old.labels),
      };
    }
  }
}

const chosen = (wanted: string | null | undefined, before: string | undefined) =>
  wanted === undefined ? before : wanted ?? undefined;

/** What an image record says of where the image is. */
function placeOf(record: FrameRecord): Record<string, unknown> {
  const { offset, size, method, split } = record;
  return { ...uprightSize(record), frame: frameNumberOf(record), offset, size, method, split };
}

/** How many images there are more than before. */
function aliveChange({ born, ended }: Plan): number {
  return born.length - ended.reduce((sum, is) => sum + is, 0);
}

/** Bytes in the bundle of the images that are alive then. */
function aliveBytes({ base, ended }: Plan, born: Iterable<FrameRecord>): number {
  const { length, sizes, removed } = base.manifest.lines();
  let bytes = 0;
  for (let line = 0; line < length; line++) if (!ended[line] && !removed?.[line]) bytes += sizes[line];
  for (const { size } of born) bytes += size;
  return bytes;
}

function nonZero(counts: Counts): Partial<Counts> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { appendTo } from "../generations/append.ts";
import { type Base, openBase } from "../generations/base.ts";
import type { GenerationChange, MovedImage, RelabelledImage } from "../generations/change.ts";
import { eachBlock } from "../io/each_block.ts";
import { SetLock } from "../publish/lock.ts";
import { type Manifest, openManifest } from "../manifest/reader.ts";
import { ANNOTATION_FILE, MANIFEST_FILE, REJECTS_FILE } from "../manifest/record.ts";
import { type Marked, markSince, sinceOf } from "../manifest/since.ts";
import { PARTIAL, resolveSet } from "../manifest/source_set.ts";
import type { Media } from "../media/container.ts";
import type { FrameRecord } from "../model/frame.ts";
import { type Issue, PackError } from "../model/issue.ts";
import { writeReject } from "../pack/issue_log.ts";
import type { LastingOptions } from "../pack/lasting_options.ts";
import type { PackOptions, PackReport } from "../pack/options.ts";
import { CLOCK_STEP } from "../io/clock_step.ts";
import { packFrames } from "../pack/pack.ts";
import { recover } from "../publish/publication.ts";
import { type ResolvedOptions, resolveOptions } from "../pack/resolve.ts";
import { compareBytes } from "../tree/byte_order.ts";
import { type FrameEntry, labelWithoutImage, type Scan, scan } from "../scan/scan.ts";
import { LineBuffer } from "../text/line_buffer.ts";
import { type Difference, findDifference, type Known, labelsOf } from "./difference.ts";
import { KnownFrames } from "./known_frames.ts";
import { StatusLister } from "./status_lister.ts";
import type { UpdateOptions, UpdateProgress, UpdateReport } from "./options.ts";

/** Folder below that of the set with what is packed for an update; gone when it ends. */
const WORKSHOP = "update" + PARTIAL;
/** Images for which a further worker is started. */
const WORKER_SHARE = 4096;

/**
 * Brings a set up to date with its dataset: appends new and changed images, marks those that are gone, and writes annotation
 * file and manifest anew (docs/dataset_spec.md §4). Images, annotations and classes keep their ids.
 *
 * @param options What was packed, and where the set is.
 * @throws {PackError} If there is no set, it cannot grow, another process is writing to it, or the update fails as a whole:
 *   the set is then as it was.
 */
export async function update(options: UpdateOptions): Promise<UpdateReport> {
  const dir = resolve(options.output ?? "output");
  resolveSet(dir);
  using _lock = options.dryRun ? undefined : new SetLock(dir);
  if (!options.dryRun) recover(dir);
  const workshop = join(dir, WORKSHOP);
  const base = openBase(dir);
  try {
    if (!options.dryRun) rmSync(workshop, { recursive: true, force: true });
    return await new Update(options, dir, workshop, base).carryOut();
  } catch (error) {
    if (options.signal?.aborted) throw new PackError("Interrupted: the set is as it was.", undefined, 130);
    throw error;
  } finally {
    base.close();
    if (!options.dryRun) rmSync(workshop, { recursive: true, force: true });
  }
}

/** One run of {@link update}. */
class Update {
  readonly #started = performance.now();
  /** When the first file may have been looked at, ms since 1970. */
  readonly #began = Date.now() - CLOCK_STEP;
  readonly #rejects = { image: 0, label: 0, annotation: 0 };
  readonly #rejectLines = new LineBuffer();
  readonly #issues: Record<string, number> = {};
  /** Folders that could not be listed, below their roots. */
  readonly #unlisted: string[] = [];
  readonly #resolved: ResolvedOptions;

  constructor(
    readonly options: UpdateOptions,
    readonly dir: string,
    readonly workshop: string,
    readonly base: Base,
  ) {
    this.#resolved = resolveOptions(this.#packOptions("run", join(workshop, "frames")));
  }

  get manifest(): Manifest {
    return this.base.manifest;
  }

  async carryOut(): Promise<UpdateReport> {
    const { dir, base, manifest, options } = this;
    const since = options.checksum ? 0 : sinceOf(this.#marked(manifest));
    using lister = since > 0 ? new StatusLister(since, this.#resolved.workers) : undefined;
    const { found, known } = await this.#look(lister);
    try {
      if (found.placeholders) {
        throw new PackError(
          `There are labels in "${this.#resolved.labels}", but no images.`,
          "Name the folder of the images with --images.",
        );
      }
      if (found.total === 0 && manifest.length > 0) {
        throw new PackError(
          `There are no images in "${this.#resolved.images}", so all images of the set (${manifest.length}) would be gone.`,
          "Check that it is the right folder, and that its disk is there.",
        );
      }
      const difference = findDifference(found, manifest, known, {
        statuses: await lister?.statuses(options.signal),
        otherMeaning: this.#lostClassNames(),
        signal: options.signal,
        onProgress: (done) => this.#progress("compare", done, found.total),
      });
      this.#refuseUnlisted(difference);
      this.#orphans(found);
      if (options.dryRun) return this.#predicted(found, difference);
      const { change, packed } = await this.#prepare(found, difference);
      this.#checkRejects();
      const { date, message, signal } = options;
      const report = await appendTo(base, change, {
        date,
        message,
        signal,
        onProgress: ({ bytes, total }) => this.#progress("write", bytes, total),
      });
      this.#publishRejects();
      // What was looked at and found unchanged need not be looked at again.
      const now = openManifest(join(dir, MANIFEST_FILE));
      now.close();
      markSince(this.#marked(now), this.#began);
      const { generation, written, images, annotations, appended, size } = report;
      const { added, changed, moved, removed, relabelled } = report;
      return {
        generation,
        written,
        dryRun: false,
        images,
        annotations,
        added,
        changed,
        moved,
        removed,
        relabelled,
        unchanged: difference.unchanged,
        hashed: difference.hashed,
        appended,
        size,
        ...this.#told(packed),
      };
    } finally {
      found.close();
    }
  }

  /** Images and labels in folders that cannot be listed are not gone. */
  #refuseUnlisted({ removed, moved }: Difference): void {
    if (this.#unlisted.length === 0) return;
    for (const position of [...removed, ...moved.map(({ position }) => position)]) {
      const { file_name, labels = "" } = this.manifest.record(position);
      const paths = [file_name, labels.slice(labels.indexOf(":") + 1)];
      const folder = this.#unlisted.find((folder) => paths.some((path) => path.startsWith(`${folder}/`)));
      if (folder === undefined) continue;
      throw new PackError(
        `The folder "${folder}" cannot be listed, so what the set has of it would be taken for gone.`,
        "Grant read and search permission, or remove the folder.",
      );
    }
  }

  /** True if classes go by their numbers now, and had names before: a list that is gone tells no time. */
  #lostClassNames(): boolean {
    const names = this.base.coco?.categories.map(({ name }) => name) ?? [];
    return "class-list-missing" in this.#issues && names.some((name) => !/^class_\d+$/.test(name));
  }

  #marked({ path, header, footer }: Manifest): Marked {
    const { images, labels } = this.#resolved;
    return {
      manifest: path,
      bundle: join(this.dir, header.bundle.file),
      seal: footer.sha256,
      inputs: [images, labels],
    };
  }

  #predicted(
    found: Scan,
    { added, changed, moved, suspects, removed, unchanged, hashed }: Difference,
  ): UpdateReport {
    const { manifest } = this;
    let appended = 0;
    for (const entry of [...added, ...changed.map(({ entry }) => entry)]) {
      const file = found.imageSource.open(entry.fileName);
      appended += file.size;
      file.close();
    }
    return {
      generation: manifest.header.generation ?? 1,
      written: false,
      dryRun: true,
      images: manifest.length + added.length - removed.length,
      annotations: manifest.footer.annotations,
      added: added.length,
      changed: changed.length,
      moved: moved.length,
      removed: removed.length,
      relabelled: suspects.length,
      unchanged,
      hashed,
      appended,
      size: manifest.header.bundle.size,
      ...this.#told([]),
    };
  }

  #told(packed: readonly PackReport[]): Pick<UpdateReport, "rejects" | "issues" | "output" | "seconds"> {
    const rejects = { ...this.#rejects };
    const issues = { ...this.#issues };
    for (const report of packed) {
      for (const kind of ["image", "label", "annotation"] as const) rejects[kind] += report.rejects[kind];
      for (const [code, times] of Object.entries(report.issues)) issues[code] = (issues[code] ?? 0) + times;
    }
    return { rejects, issues, output: this.dir, seconds: (performance.now() - this.#started) / 1000 };
  }

  #progress(phase: UpdateProgress["phase"], done: number, total: number): void {
    this.options.onProgress?.({ phase, done, total, seconds: (performance.now() - this.#started) / 1000 });
  }

  /** Counts an issue found on this thread and keeps its line if it is a reject. */
  #issue = (issue: Issue): void => {
    this.#issues[issue.code] = (this.#issues[issue.code] ?? 0) + 1;
    if (issue.code === "unreadable-folder") this.#unlisted.push(issue.path);
    if (issue.severity === "reject") {
      this.#rejects[issue.record ?? "annotation"]++;
      writeReject(this.#rejectLines, issue);
    }
    this.options.onIssue?.(issue);
  };

  #checkRejects(packed: readonly PackReport[] = []): void {
    const { rejects } = this.#told(packed);
    const { maxRejects } = this.options;
    if (maxRejects === undefined || rejects.image + rejects.label + rejects.annotation <= maxRejects) return;
    throw new PackError(
      `More than ${maxRejects} inputs were rejected (--max-rejects).`,
      "Run `inspect` on the dataset to see what is wrong with it.",
    );
  }

  /** What there is, and what there was. */
  async #look(lister: StatusLister | undefined): Promise<{ found: Scan; known: KnownFrames }> {
    const scanning = this.#scan(lister);
    // As soon as other threads are listing the dataset, this one reads the manifest.
    await Promise.race([lister?.busy, scanning.catch(() => {})]);
    try {
      const known = new KnownFrames(this.manifest);
      return { found: await scanning, known };
    } catch (error) {
      await scanning.then((found) => found.close(), () => {});
      throw error;
    }
  }

  #scan(lister: StatusLister | undefined): Promise<Scan> {
    const { images, labels, exclude, format, pattern, vocOffset, policy, shares, dedupe, videoPolicy } =
      this.#resolved;
    return scan({
      images,
      labels,
      exclude: [...exclude, this.dir],
      format: format ?? "auto",
      pattern: pattern ?? [],
      vocOffset: vocOffset ?? "auto",
      classes: policy.classes,
      split: shares,
      dedupe,
      // Else its frames would be taken for gone.
      videos: videoPolicy && { ...videoPolicy, needed: true },
      placeholders: true,
    }, {
      issue: this.#issue,
      progress: (files) => this.#progress("scan", files, 0),
      decoding: (done, total) => this.#progress("decode", done, total),
      spool: this.options.dryRun ? undefined : (input) => this.#spool(input),
      lister,
      signal: this.options.signal,
    });
  }

  /** A file for what has to be inflated or decoded. */
  #spool(input: string): string {
    mkdirSync(this.workshop, { recursive: true });
    const path = join(this.workshop, `${input}.inflated`);
    writeFileSync(path, "");
    return path;
  }

  /** Labels whose image is not there. */
  #orphans(found: Scan): void {
    if (this.#resolved.skipMissingImages) return;
    for (const orphan of found.orphans()) this.#issue(labelWithoutImage(orphan));
  }

  /** Packs what is new and annotates what may have other labels, each as a set of its own. */
  async #prepare(
    found: Scan,
    difference: Difference,
  ): Promise<{ change: GenerationChange; packed: PackReport[] }> {
    const { added, changed, moved, suspects, removed } = difference;
    const packed: PackReport[] = [];
    const change: { -readonly [key in keyof GenerationChange]: GenerationChange[key] } = {};
    if (removed.length > 0) change.removed = new Set(removed);
    if (moved.length > 0) {
      change.moved = new Map(moved.map((known) => [known.position, this.#moved(found, known)]));
    }
    const incoming = [...added, ...changed.map(({ entry }) => entry)];
    if (incoming.length > 0) {
      incoming.sort((a, b) => compareBytes(a.fileName, b.fileName));
      const output = join(this.workshop, "frames");
      packed.push(await this.#beside(this.#pack("run", output, chosen(found, incoming))));
      if (packed[0].frames > 0) {
        change.incoming = output;
        change.replaces = replaced(output, changed);
      }
    }
    if (suspects.length > 0 && this.manifest.header.annotations) {
      const output = join(this.workshop, "labels");
      const known = suspects.map(({ position, entry }) => ({
        ...this.manifest.record(position),
        file_name: entry.fileName,
      }));
      packed.push(
        await this.#pack("annotate", output, chosen(found, suspects.map(({ entry }) => entry)), known),
      );
      change.annotations = join(output, ANNOTATION_FILE);
      change.relabelled = new Map<number, RelabelledImage>(
        suspects.map(({ position }, frame) => [position, { frame }]),
      );
    }
    this.#checkRejects(packed);
    this.#takeRejects();
    return { change, packed };
  }

  /** Reads what the set will be asked for, while other threads pack. */
  async #beside(packing: Promise<PackReport>): Promise<PackReport> {
    packing.catch(() => {}); // It is awaited below.
    try {
      // The threads are to have something to do first.
      await setImmediate();
      await setImmediate();
      this.manifest.lines();
      await setImmediate();
      this.base.coco?.index();
    } catch (error) {
      await packing.catch(() => {});
      throw error;
    }
    return await packing;
  }

  #moved(found: Scan, { entry }: Known): MovedImage {
    return { fileName: entry.fileName, split: entry.split ?? null, labels: labelsOf(found, entry) ?? null };
  }

  #pack(
    stage: "run" | "annotate",
    output: string,
    found: Scan,
    known?: Iterable<FrameRecord>,
  ): Promise<PackReport> {
    mkdirSync(output, { recursive: true });
    return packFrames({
      ...this.#packOptions(stage, output),
      skipManifest: stage === "annotate",
      // Starting a worker takes as long as packing some thousand images.
      workers: Math.min(this.#resolved.workers, Math.ceil(found.total / WORKER_SHARE)),
      signal: this.options.signal,
      onIssue: this.options.onIssue,
      onProgress: ({ done, total }) => this.#progress("pack", done, total),
    }, { found, known });
  }

  #packOptions(stage: "run" | "annotate", output: string): PackOptions {
    const { dataset, images, labels } = this.options;
    const { bundle, split, options } = this.manifest.header;
    return {
      ...options as LastingOptions,
      stage,
      dataset,
      images,
      labels,
      output,
      media: bundle.media as Media,
      fps: bundle.fps,
      split: split?.shares,
      splitSeed: split?.seed,
      workers: this.options.workers,
    };
  }

  /** Takes over the rejects of what was packed. */
  #takeRejects(): void {
    for (const part of ["frames", "labels"]) {
      const path = join(this.workshop, part, REJECTS_FILE);
      if (existsSync(path)) eachBlock(path, (bytes) => this.#rejectLines.append(bytes));
    }
  }

  /** Replaces the list of rejects by that of this update; no list if there are none. */
  #publishRejects(): void {
    const path = join(this.dir, REJECTS_FILE);
    if (this.#rejectLines.length === 0) return rmSync(path, { force: true });
    writeFileSync(path + PARTIAL, this.#rejectLines.written);
    renameSync(path + PARTIAL, path);
  }
}

/** The same dataset with these frames only. */
function chosen(found: Scan, entries: readonly FrameEntry[]): Scan {
  return {
    ...found,
    total: entries.length,
    frames: () => entries,
    orphans: () => [],
    close: () => {},
  };
}

/** Frame of each image that was packed again → the position of what it replaces. */
function replaced(output: string, changed: readonly Known[]): Map<number, number> {
  const positions = new Map(changed.map(({ entry, position }) => [entry.fileName, position]));
  const replaces = new Map<number, number>();
  if (positions.size === 0) return replaces;
  const manifest = openManifest(join(output, MANIFEST_FILE));
  try {
    for (const { index, file_name } of manifest.records()) {
      const position = positions.get(file_name);
      if (position !== undefined) replaces.set(index, position);
    }
  } finally {
    manifest.close();
  }
  return replaces;
}

import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { cocoHead } from "../coco/lines.ts";
import { Publication, recover } from "../publish/publication.ts";
import { CLOCK_STEP } from "../io/clock_step.ts";
import { surviveFileSizeLimit } from "../io/runtime.ts";
import { writeAll } from "../io/write_all.ts";
import { type Manifest, openManifest } from "../manifest/reader.ts";
import { markSince } from "../manifest/since.ts";
import { PARTIAL } from "../manifest/source_set.ts";
import { HEADER_SIZE, MANIFEST_FILE, REJECTS_FILE, type SplitSummary } from "../manifest/record.ts";
import { MANIFEST_MIDDLE, manifestFooter, manifestHeader } from "../manifest/writer.ts";
import { containers } from "../media/containers.ts";
import { indexText } from "../media/layout.ts";
import type { FrameRecord } from "../model/frame.ts";
import { type Issue, PackError } from "../model/issue.ts";
import { type FrameEntry, labelWithoutImage, type Scan, scan } from "../scan/scan.ts";
import { withoutArchiveEnding } from "../archive/archive_kind.ts";
import { LineBuffer } from "../text/line_buffer.ts";
import { finishBundle, finishCoco, finishManifest } from "./assemble.ts";
import { batches, batchLength } from "./batches.ts";
import { finalClasses, SharedClasses } from "./classes.ts";
import { Crew } from "./crew.ts";
import { fromFailure, toFailure } from "../io/failure.ts";
import type { CompressedImages } from "./video.ts";
import { labelOfRejectedImage, writeReject } from "./issue_log.ts";
import type { PackOptions, PackReport, Progress } from "./options.ts";
import { writeOriginalLabels, type WrittenLabels } from "./original_labels.ts";
import type { Job, Outputs } from "./protocol.ts";
import { type ResolvedOptions, resolveOptions } from "./resolve.ts";
import { checkDone, NotResumable } from "./resume/check_done.ts";
import { Checkpointer } from "./resume/checkpointer.ts";
import { EntryList } from "./resume/entry_list.ts";
import { readRunJournal, type RunJournal } from "./resume/journal.ts";
import { datasetDigest, optionsDigest } from "./resume/same_run.ts";
import { Tally } from "./tally.ts";
import { type Counter, Tickets } from "./ticket.ts";
import { type LastingOptions, lastingOptions } from "./lasting_options.ts";

/** Milliseconds between two calls of `onProgress`. */
const PROGRESS_INTERVAL = 100;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Packs a dataset into a set: media bundle, COCO annotations and frame manifest (docs/dataset_spec.md).
 *
 * Nothing is published unless everything succeeded. Inputs that cannot be packed are left out and listed, with the reason, in
 * `rejects.jsonl`.
 *
 * @param options What to pack and where to; see {@link PackOptions}.
 * @throws {PackError} If the run fails as a whole: bad options, no images, a full disk, an abort.
 */
export function pack(options: PackOptions): Promise<PackReport> {
  return packAll(options);
}

/** What a dataset was found to be, and of which frames a set is to be made. */
export interface ChosenFrames {
  /** `frames` yields those that are wanted. It stays open. */
  readonly found: Scan;
  /** What is known of each, if the image files need not be read: `annotate`. */
  readonly known?: Iterable<FrameRecord>;
}

/**
 * As {@link pack}, with frames that a scan has found already. A set of no frames is no error here.
 *
 * @throws {PackError} As {@link pack}.
 */
export function packFrames(options: PackOptions, chosen: ChosenFrames): Promise<PackReport> {
  return packAll(options, { chosen });
}

/**
 * As {@link pack}, and what was scanned is not closed: its files can be read once more without being inflated again.
 *
 * @param handOver Gets it before the set is published, and closes it. Helper files it reads stay in the output folder.
 * @throws {PackError} As {@link pack}, maybe after `handOver`.
 */
export function packHandingOver(options: PackOptions, handOver: (found: Scan) => void): Promise<PackReport> {
  return packAll(options, { handOver });
}

/** A checkpoint after each batch, which the run waits for: tests end it there. */
export interface CheckpointPlan {
  /** Entries in a batch. */
  readonly batch: number;
  /** Told of each checkpoint: the entries that are done. */
  readonly written: (entries: number) => void;
}

/** As {@link pack} with `resume`, with checkpoints at known places. */
export function packWithCheckpoints(options: PackOptions, checkpoints: CheckpointPlan): Promise<PackReport> {
  return packAll({ ...options, resume: true }, { checkpoints });
}

/** What only this program says of a run. */
interface Inside {
  readonly chosen?: ChosenFrames;
  readonly handOver?: (found: Scan) => void;
  readonly checkpoints?: CheckpointPlan;
}

async function packAll(options: PackOptions, inside: Inside = {}): Promise<PackReport> {
  const started = performance.now();
  const resolved = resolveOptions(options);
  for (let obstacle: string | undefined;;) {
    const run = new Run(resolved, started, inside, obstacle);
    try {
      return await run.carryOut();
    } catch (error) {
      const aborted = options.signal?.aborted ?? false;
      const kept = await run.giveUp(aborted, error);
      if (aborted) throw interrupted(kept);
      if (!(error instanceof NotResumable)) {
        throw error instanceof PackError ? error : fromFailure(toFailure(error));
      }
      obstacle = error.message;
    }
  }
}

/** @param kept Entries that need not be done again. */
function interrupted(kept: number): PackError {
  return new PackError(
    "Interrupted: nothing was published.",
    kept > 0
      ? `The same command continues after the first ${kept} images; with --no-resume it begins anew.`
      : undefined,
    130,
  );
}

/** One run of {@link pack}, from scan to publication. */
class Run {
  readonly #tally = new Tally((issue) => this.#held ? this.#held.push(issue) : this.options.onIssue?.(issue));
  readonly #tickets = new Tickets();
  readonly #classes = new SharedClasses();
  readonly #crew: Crew;
  readonly #publication: Publication;
  /** Rejects found outside the workers, as lines. */
  readonly #rejectLines = new LineBuffer();
  #progress: Progress = { phase: "scan", done: 0, total: 0, bytes: 0, seconds: 0 };
  #timer: ReturnType<typeof setInterval> | undefined;
  /** When the first file may have been looked at; ms since 1970, with room for clocks that count in steps. */
  #began = Date.now() - CLOCK_STEP;
  /** Digest of the options; undefined if the run cannot be continued. */
  readonly #options: string | undefined;
  /** What is to be continued. */
  readonly #journal: RunJournal | undefined;
  /** Issues that wait until it is certain that the run is continued: else they would be told twice. */
  #held: Issue[] | undefined;
  #datasetDigest = "";
  readonly #list = new EntryList();
  #checkpointer: Checkpointer | undefined;
  /** Lines of what was rejected before the first frame. */
  #firstRejects = new Uint8Array(0);
  #manifest: Manifest | undefined;
  #found: Scan | undefined;
  /** Helper files with what had to be inflated of archives or decoded of videos. */
  readonly #inflated: string[] = [];
  readonly #restoreSignal = surviveFileSizeLimit();
  readonly #onAbort = () => this.#crew.fail(new PackError("Interrupted.", undefined, 130));

  /** @param obstacle Why the interrupted run before cannot be continued, if that was tried. */
  constructor(
    readonly options: ResolvedOptions,
    readonly started: number,
    readonly inside: Inside,
    obstacle: string | undefined,
  ) {
    const { bundleFile, annotationFile, indexFile } = options;
    const names = [bundleFile, annotationFile, ...indexFile === undefined ? [] : [indexFile]];
    this.#options = isResumable(options, inside) ? optionsDigest(options) : undefined;
    const journal = this.#options !== undefined && obstacle === undefined
      ? readRunJournal(options.output)
      : undefined;
    if (journal?.options === this.#options) this.#journal = journal;
    else if (journal) obstacle = "it had other options, or another version of the program";
    if (this.#journal) this.#held = [];
    this.#publication = new Publication(options.output, names, this.#journal !== undefined);
    this.#crew = new Crew(options.workers, { onPiece: (piece) => this.#tally.add(piece) });
    options.signal?.addEventListener("abort", this.#onAbort);
    if (options.signal?.aborted) this.#onAbort();
    if (options.onProgress) this.#timer = setInterval(() => this.#report(), PROGRESS_INTERVAL);
    if (obstacle !== undefined) this.#issue(begunAnew(obstacle));
  }

  async carryOut(): Promise<PackReport> {
    const { options } = this;
    if (options.manifest) {
      recover(options.output);
      this.#manifest = openManifest(options.manifest);
      // Ids would not be those that labels had before.
      if (this.#manifest.header.generation !== undefined) throw updated(options.output);
    }
    const { chosen } = this.inside;
    const found = chosen?.found ?? await this.#scan();
    if (chosen) this.#enter("pack", found.total);
    this.#compressed = await this.#compress(found);
    if (options.stage === "annotate") this.#keepImageRejects();
    this.#firstRejects = this.#rejectLines.written.slice();
    this.#rejectLines.clear();
    const work = this.#work(found);
    if (this.#options !== undefined) this.#datasetDigest = datasetDigest(found, this.#firstRejects);
    if (this.#journal) await this.#goOn(this.#journal, found, work);
    const outputs = this.#createOutputs(found);
    this.#tellHeld();
    if (this.#journal) this.#issue(continued(this.#journal.sums.entries, found.total));
    this.#crew.start(this.#job(found, outputs));
    await this.#packFrames(found, outputs, work);
    this.#orphans(found);
    this.#enter("publish");
    const labels = await this.#keepLabels(found, outputs);
    this.#letGo();
    const report = this.#publish(found, outputs, labels);
    this.#end();
    return report;
  }

  /** Closes what was scanned, or hands it over. */
  #letGo(): void {
    const found = this.#found;
    this.#found = undefined;
    const { handOver } = this.inside;
    if (found && handOver) handOver(found);
    else found?.close();
    for (const path of this.#inflated) {
      if (handOver) this.#publication.leave(path);
      else this.#publication.remove(path);
    }
  }

  /**
   * Ends a run that came to nothing. Of one that was aborted, what can be continued stays; a failed one makes room. As long
   * as an interrupted run before is only looked at, it stays in any case.
   *
   * @returns Entries that need not be done again.
   */
  async giveUp(aborted: boolean, error: unknown): Promise<number> {
    this.#end();
    await this.#checkpointer?.end().catch(() => {});
    const saved = this.#checkpointer?.saved || (this.#journal?.sums.entries ?? 0);
    const keeps = saved > 0 && (aborted || this.#held !== undefined && !(error instanceof NotResumable));
    if (!(error instanceof NotResumable)) this.#tellHeld();
    if (keeps) this.#publication.keep();
    else this.#publication.discard();
    return keeps ? saved : 0;
  }

  #end(): void {
    clearInterval(this.#timer);
    this.options.signal?.removeEventListener("abort", this.#onAbort);
    this.#restoreSignal();
    this.#crew.end();
    this.#found?.close();
    this.#found = undefined;
    this.#manifest?.file.close();
    this.#manifest = undefined;
  }

  #enter(phase: Progress["phase"], total = this.#progress.total): void {
    this.#progress = { ...this.#progress, phase, total };
    this.#report();
  }

  #report(): void {
    if (this.#progress.phase === "pack" || this.#progress.phase === "publish") {
      this.#progress.done = this.#tickets.get("doneEntries");
      this.#progress.bytes = this.#tickets.get("doneBytes");
    }
    this.#progress.seconds = (performance.now() - this.started) / 1000;
    this.options.onProgress?.({ ...this.#progress });
  }

  /** Counts an issue found on this thread and keeps its line if it is a reject. */
  #issue = (issue: Issue): void => {
    this.#tally.issue(issue);
    if (issue.severity === "reject") writeReject(this.#rejectLines, issue);
    this.#checkRejects();
  };

  #checkRejects(): void {
    const { maxRejects } = this.options;
    if (maxRejects === undefined || this.#tally.rejected <= maxRejects) return;
    throw new PackError(
      `More than ${maxRejects} inputs were rejected (--max-rejects).`,
      "Run `inspect` on the dataset to see what is wrong with it.",
    );
  }

  async #scan(): Promise<Scan> {
    const { options } = this;
    const manifest = this.#manifest;
    const found = await scan({
      images: options.images,
      labels: options.labels,
      exclude: options.exclude,
      format: options.format ?? "auto",
      pattern: options.pattern ?? [],
      vocOffset: options.vocOffset ?? "auto",
      classes: options.policy.classes,
      split: options.shares,
      dedupe: options.dedupe,
      placeholders: options.placeholders ?? true,
      expectLabels: options.stage !== "bundle",
      order: manifest && (() => fileNames(manifest)),
      // The frames are in the bundle already.
      videos: options.videoPolicy && { ...options.videoPolicy, listOnly: manifest !== undefined },
    }, {
      issue: this.#issue,
      progress: (files) => this.#progress.done = files,
      decoding: (done, total) => {
        this.#progress.phase = "decode";
        this.#progress.done = done;
        this.#progress.total = total;
      },
      signal: options.signal,
      spool: (input) => {
        const path = this.#publication.createInflated(input);
        this.#inflated.push(path);
        return path;
      },
    });
    this.#found = found;
    if (found.total === 0) {
      throw nothingToPack(options);
    }
    this.#enter("pack", found.total);
    return found;
  }

  /** Creates the output files with what stands before the first frame. */
  #createOutputs(found: Scan): Outputs {
    if (this.#journal) return this.#adoptOutputs(this.#journal);
    const outputs = this.#openOutputs((name, _, spool) => this.#publication.create(name, spool));
    const tickets = this.#tickets;
    if (outputs.bundle) tickets.take("offset", containers[this.options.media].prologueSize);
    if (outputs.coco) {
      const head = encoder.encode(cocoHead(found.plan?.licenses ?? []));
      put(outputs.coco, head, tickets.take("images", head.length));
    }
    if (outputs.manifest) tickets.take("manifest", HEADER_SIZE);
    put(outputs.rejects, this.#firstRejects, tickets.take("rejects", this.#firstRejects.length));
    return outputs;
  }

  /** The output files as an interrupted run left them, cut to what counts. */
  #adoptOutputs({ sums: { counts } }: RunJournal): Outputs {
    return this.#openOutputs((name, bytes, spool) => {
      const path = this.#publication.adopt(name, counts[bytes], spool);
      if (path === undefined) throw new NotResumable(`of "${name}", not all is there any more`);
      return path;
    });
  }

  /** The output files: which there are, and what counts their bytes. */
  #openOutputs(open: (name: string, bytes: Counter, spool?: ".directory" | ".lines") => string): Outputs {
    const { stage, bundleFile, annotationFile, video } = this.options;
    return {
      rejects: open(REJECTS_FILE, "rejects"),
      ...stage !== "annotate" && !video && {
        bundle: open(bundleFile, "offset"),
        directory: open(bundleFile, "directory", ".directory"),
      },
      ...stage !== "bundle" && {
        coco: open(annotationFile, "images"),
        annotations: open(annotationFile, "annotationText", ".lines"),
      },
      ...writesManifest(this.options) && { manifest: open(MANIFEST_FILE, "manifest") },
    };
  }

  /** `annotate` replaces the list of rejects, but images that `bundle` left out are still left out. */
  #keepImageRejects(): void {
    let text: string;
    try {
      text = readFileSync(join(this.options.output, REJECTS_FILE), "utf8");
    } catch {
      return; // No list, no rejects.
    }
    // The scan has told some of them again.
    const told = new Set(decoder.decode(this.#rejectLines.written).split("\n"));
    for (const line of text.split("\n")) {
      if (!line.startsWith('{"record":"image"')) continue;
      this.#rejectedImages.add(JSON.parse(line).path);
      if (!told.has(line)) this.#rejectLines.utf8(line + "\n");
    }
  }
  /** Images that `bundle` rejected, for `annotate`. */
  readonly #rejectedImages = new Set<string>();

  #job(found: Scan, outputs: Outputs): Job {
    const { stage, media, layout, deflate, video } = this.options;
    const videos = this.#compressed?.summary ?? this.#manifest?.header.bundle.video;
    const { plan } = found;
    for (const name of this.#journal?.classes ?? plan?.classes.map(({ name }) => name) ?? []) {
      this.#classes.number(name);
    }
    return {
      tickets: this.#tickets.memory,
      classes: this.#classes.memory,
      imageSource: found.imageSource.place,
      labelSource: found.labelSource.place,
      media: stage === "annotate" || video ? null : media,
      layout,
      videos: videos?.files?.map(({ file }) => file),
      deflate: deflate ?? false,
      // Grey frames have the size their labels declare, so bundle reads those, too.
      splitsDealt: this.#manifest?.header.split !== undefined,
      labels: plan && (stage !== "bundle" || found.placeholders)
        ? {
          parts: plan.parts.map(({ format, settings, classes }) => ({
            format,
            settings,
            declared: classes.map(({ name }) => name),
          })),
          declared: plan.classes.map(({ name }) => name),
          policy: this.options.policy,
        }
        : null,
      outputs,
    };
  }

  /** Encodes the images as a video, if that is wanted. */
  async #compress(found: Scan): Promise<CompressedImages | undefined> {
    const { video, bundleFile, fps, signal } = this.options;
    if (!video) return undefined;
    if (found.placeholders) {
      throw new PackError(
        "There are labels but no images, and grey frames are not worth a video.",
        "Use --codec copy, or name the folder of the images with --images.",
      );
    }
    const { compressImages } = await import("./video.ts");
    const spools: string[] = [];
    const compressed = await compressImages(found, {
      settings: video,
      fps,
      bundleFile,
      signal,
      issue: this.#issue,
      create: (name) => this.#publication.create(name),
      discard: (path) => this.#publication.remove(path),
      spool: (purpose) => {
        const path = this.#publication.create(bundleFile, `.${purpose}`);
        spools.push(path);
        return path;
      },
      progress: (phase, done, bytes) => {
        if (this.#progress.phase !== phase) this.#progress = { ...this.#progress, phase, done: 0, bytes: 0 };
        this.#progress.done += done;
        this.#progress.bytes += bytes;
      },
    });
    this.#inflated.push(...spools);
    this.#enter("pack");
    return compressed;
  }
  #compressed: CompressedImages | undefined;

  /** What is to be packed, from the first entry on. */
  #work(found: Scan): Work {
    const known = this.#compressed?.known() ?? this.inside.chosen?.known ?? this.#manifest?.records();
    const entries = this.#compressed?.entries() ?? found.frames();
    return { entries: entries[Symbol.iterator](), known: known?.[Symbol.iterator]() };
  }

  /**
   * Takes up an interrupted run behind the entries that it has done.
   *
   * @throws {NotResumable} If it would not become what it was to be.
   */
  async #goOn(journal: RunJournal, found: Scan, { entries, known }: Work): Promise<void> {
    const { images, labels, output, manifest, signal } = this.options;
    if (journal.dataset !== this.#datasetDigest) throw new NotResumable("the dataset is another now");
    const inputs = { found, images, labels, others: manifest === undefined ? [] : [manifest] };
    const path = join(output, MANIFEST_FILE + PARTIAL);
    const sha256 = await checkDone(journal, inputs, entries, this.#list, path, signal);
    for (let i = 0; i < journal.sums.entries; i++) known?.next();
    this.#tally.goOn(journal.sums, sha256);
    this.#tickets.goOn(journal.sums.entries, journal.sums.counts);
    this.#began = journal.began;
  }

  /** Tells what had to wait. */
  #tellHeld(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const issue of held) this.options.onIssue?.(issue);
  }

  /** How far the run has come, for the journal. */
  #state(): RunJournal | undefined {
    const { sums } = this.#tally;
    const { counts } = sums;
    const list = this.#list.at(sums.entries);
    if (!counts || sums.frames === 0 || list === undefined) return undefined;
    return {
      options: this.#options!,
      dataset: this.#datasetDigest,
      began: this.#began,
      sums: { ...sums, counts },
      list,
      frames: this.#tally.framesSha256(),
      classes: this.#classes.list().slice(0, sums.classes),
    };
  }

  async #packFrames(found: Scan, outputs: Outputs, { entries, known }: Work): Promise<void> {
    const plan = this.inside.checkpoints;
    const length = () =>
      plan?.batch ?? batchLength(this.#tickets.get("doneEntries"), this.#tickets.get("doneBytes"));
    const start = this.#journal?.sums.entries ?? 0;
    const resumable = this.#options !== undefined;
    const listed = resumable ? this.#listed(entries) : rest(entries);
    if (resumable) {
      const interval = plan ? 0 : undefined;
      const files = Object.values(outputs);
      const { output } = this.options;
      this.#checkpointer = new Checkpointer(output, files, () => this.#state(), interval, plan?.written);
    }
    for (const batch of batches(listed, found.placeholders, known, length, start)) {
      if (resumable) this.#list.mark(batch.start + batch.fileNames.length);
      await this.#crew.give(batch);
      this.#checkRejects();
      this.#checkpointer?.tick();
      if (plan) await this.#checkpointer?.end();
    }
    await this.#crew.finish();
    await this.#checkpointer?.end();
    this.#checkRejects();
    if (this.#tally.sums.frames === 0 && !this.inside.chosen) {
      throw new PackError(
        `None of the ${found.total} images in "${this.options.images}" could be packed.`,
        "Run `inspect` on the folder to see why.",
      );
    }
  }

  /** Takes note of the entries that come by. */
  *#listed(entries: Iterator<FrameEntry>): Generator<FrameEntry> {
    for (const entry of rest(entries)) {
      this.#list.add(entry);
      yield entry;
    }
  }

  /** Labels whose image is not there, or not in the bundle. */
  #orphans(found: Scan): void {
    if (this.options.stage === "bundle") return;
    let leftOut = 0;
    for (const orphan of found.orphans()) {
      const { label, imagePath } = orphan;
      if (this.#rejectedImages.has(imagePath)) this.#issue(labelOfRejectedImage(label.path, imagePath));
      else if (orphan.leftOut) leftOut++;
      else if (this.options.skipMissingImages) this.#skipped++;
      else this.#issue(labelWithoutImage(orphan));
    }
    if (leftOut === 0) return;
    this.#skipped += leftOut;
    this.#issue({
      code: "image-not-in-set",
      severity: "warning",
      path: "",
      message: leftOut === 1
        ? "The labels of one image that is there but not in the bundle were passed over."
        : `The labels of ${leftOut} images that are there but not in the bundle were passed over.`,
      suggestion: "Pack the dataset again if the images came after it was bundled.",
    });
  }
  #skipped = 0;

  /** Puts the original label files into an archive, if they are to be kept. */
  async #keepLabels(found: Scan, { bundle }: Outputs): Promise<KeptLabels | undefined> {
    const { keepLabels, bundleFile, images, labels, signal } = this.options;
    if (!keepLabels || !bundle) return undefined;
    // Labels of a folder of their own could have the names of images.
    const folder = images === labels ? "" : `${basename(withoutArchiveEnding(labels))}/`;
    const path = this.#publication.create(bundleFile, ".labels");
    return {
      path,
      ...await writeOriginalLabels(path, found.labelSource, found.labelFiles(), folder, this.#issue, signal),
    };
  }

  /** How the images were dealt out to splits, for the manifest. */
  #dealt(): SplitSummary | undefined {
    const { shares } = this.options;
    return shares ? { ...shares, shares: Object.fromEntries(shares.shares) } : this.#manifest?.header.split;
  }

  /** What updates must share with this run; `annotate` adds what concerns labels to what `bundle` has noted. */
  #lasting(): LastingOptions | undefined {
    const options = { ...this.#manifest?.header.options, ...lastingOptions(this.options) };
    return Object.keys(options).length > 0 ? options : undefined;
  }

  /** Classes whose names differ only by case are likely to be meant as one. */
  #tellAlike(classes: readonly { name: string }[]): void {
    const first = new Map<string, string>();
    for (const { name } of classes) {
      const folded = name.normalize("NFC").toLowerCase();
      const other = first.get(folded);
      if (other === undefined) first.set(folded, name);
      else {
        this.#issue({
          code: "class-names-alike",
          severity: "warning",
          path: "",
          message: `The classes "${other}" and "${name}" differ only in how they are written.`,
          suggestion: "If they are one class, join them with --class-map.",
        });
      }
    }
  }

  /** Puts the parts together and makes them the set. */
  #publish(found: Scan, outputs: Outputs, kept: KeptLabels | undefined): PackReport {
    const { options } = this;
    put(outputs.rejects, this.#rejectLines.written, this.#tickets.get("rejects"));
    const tickets = this.#tickets;
    const files: Record<string, number> = {};
    const firstCategory = options.profile === "dfine" ? 0 : 1;
    const categories = finalClasses(this.#classes.list(), found.plan?.classes ?? [], firstCategory);
    this.#tellAlike(categories.classes);
    let { bundle, labels } = this.#manifest?.header ?? {};
    if (outputs.bundle) {
      const container = containers[options.media];
      const whole = finishBundle(
        outputs.bundle,
        container,
        this.#tally.sums,
        outputs.directory!,
        options.fps,
        kept,
      );
      this.#publication.removeAtEnd(outputs.directory!);
      if (kept) {
        this.#publication.remove(kept.path);
        const { size, sha256, files } = kept;
        labels = { offset: whole.labelsOffset, size, crc32: hexCrc(kept.crc32), sha256, files };
      }
      files[options.bundleFile] = whole.size;
      bundle = {
        file: options.bundleFile,
        media: options.media,
        ...options.layout && { layout: options.layout },
        ...options.media === "mp4" && { fps: options.fps },
        size: whole.size,
        crc32: hexCrc(whole.crc32),
        frames_sha256: this.#tally.framesSha256(),
      };
    }
    if (this.#compressed) {
      const { summary, size, crc32 } = this.#compressed;
      for (const video of this.#compressed.files) files[video.file] = video.size;
      bundle = {
        file: this.#compressed.files[0].file,
        media: "video",
        fps: options.fps,
        size,
        crc32,
        frames_sha256: this.#tally.framesSha256(),
        video: summary,
      };
    }
    if (bundle && options.indexFile !== undefined) {
      const text = encoder.encode(indexText(bundle, this.#tally.sums.frames));
      put(this.#publication.create(options.indexFile), text, 0);
      files[options.indexFile] = text.length;
    }
    let annotations = null;
    if (outputs.coco) {
      const { classes, ids } = categories;
      const { imageClasses } = this.#tally.sums;
      // The image lines that are there are replaced.
      if (ids && imageClasses) this.#publication.dropJournal();
      const size = tickets.get("images");
      const whole = finishCoco(outputs.coco, size, outputs.annotations!, {
        ids,
        imageClasses,
        classes,
        firstCategory,
      });
      this.#publication.removeAtEnd(outputs.annotations!);
      files[options.annotationFile] = whole.size;
      annotations = {
        file: options.annotationFile,
        size: whole.size,
        sha256: whole.sha256,
        ...firstCategory === 0 && { first_category: 0 as const },
      };
    }
    let seal = "";
    if (outputs.manifest) {
      files[MANIFEST_FILE] = finishManifest(
        outputs.manifest,
        tickets.get("manifest"),
        manifestHeader(bundle!, annotations, { labels, split: this.#dealt(), options: this.#lasting() }),
        MANIFEST_MIDDLE,
        (sha256) =>
          manifestFooter({
            frames: this.#tally.sums.frames,
            annotations: tickets.get("annotations"),
            categories: annotations ? categories.classes.length : 0,
            bytes: this.#tally.sums.bytes,
            sha256: seal = sha256,
          }),
      );
    }
    if (this.#tally.rejected > 0) files[REJECTS_FILE] = statSync(outputs.rejects).size;
    this.#publication.commit();
    if (options.stage === "run" && outputs.manifest) {
      const at = (name: string) => join(options.output, name);
      markSince({ manifest: at(MANIFEST_FILE), bundle: at(bundle!.file) }, this.#began, seal);
    }
    return {
      frames: this.#tally.sums.frames,
      annotations: tickets.get("annotations"),
      categories: annotations ? categories.classes.map(({ name }) => name) : [],
      splits: this.#tally.sums.splits,
      formats: found.candidates.filter(({ chosen }) => chosen)
        .map(({ format, root, files }) => ({ format, root, files })),
      rejects: this.#tally.rejects,
      skippedLabels: this.#skipped,
      background: this.#tally.sums.background,
      issues: this.#tally.codes,
      ...this.#journal && { resumed: this.#journal.sums.entries },
      placeholders: this.#tally.sums.placeholders,
      ...this.#compressed && {
        video: {
          summary: this.#compressed.summary,
          originalBytes: this.#tally.sums.bytes,
          worstName: this.#compressed.worstName,
        },
      },
      files,
      output: options.output,
      seconds: (performance.now() - this.started) / 1000,
    };
  }
}

/** Entries that are not packed yet, and what is known of each, if the image files need not be read. */
interface Work {
  readonly entries: Iterator<FrameEntry>;
  readonly known: Iterator<FrameRecord | null> | undefined;
}

/** What an iterator has left. */
function* rest<T>(items: Iterator<T>): Generator<T> {
  for (let item; !(item = items.next()).done;) yield item.value;
}

/** True if the stage writes a manifest. */
function writesManifest({ stage, manifest, skipManifest }: ResolvedOptions): boolean {
  return stage === "annotate" ? manifest !== undefined : !skipManifest;
}

/** True if the run can be continued when it was interrupted. An encoder cannot take up its work in the middle. */
function isResumable(options: ResolvedOptions, { chosen, handOver }: Inside): boolean {
  return options.resume === true && !chosen && !handOver && !options.video && writesManifest(options);
}

function continued(entries: number, total: number): Issue {
  return {
    code: "run-continued",
    severity: "note",
    path: "",
    message: `The run that was interrupted is continued: ${entries} of ${total} images are done.`,
  };
}

function begunAnew(obstacle: string): Issue {
  return {
    code: "run-begun-anew",
    severity: "note",
    path: "",
    message: `The run that was interrupted cannot be continued, so packing begins anew: ${obstacle}.`,
  };
}

/** An archive of the label files that is to be put into the bundle. */
interface KeptLabels extends WrittenLabels {
  readonly path: string;
}

const hexCrc = (crc: number) => crc.toString(16).padStart(8, "0");

function nothingToPack({ images, pattern }: ResolvedOptions): PackError {
  if (pattern?.length) {
    const globs = pattern.map((glob) => `"${glob}"`).join(" or ");
    return new PackError(
      `There is nothing to pack in "${images}": no image's path below it matches ${globs}.`,
      'Check --pattern: "**/*.jpg" takes the JPEGs of all folders.',
    );
  }
  return new PackError(
    `There is nothing to pack in "${images}": no images were found.`,
    "Name the folder that holds the images.",
  );
}

function updated(dir: string): PackError {
  return new PackError(
    `The set in "${dir}" has more than one generation, which annotate cannot follow.`,
    "Change its labels with `update`, which keeps ids and history.",
    2,
  );
}

function* fileNames(manifest: Manifest): Generator<string> {
  for (const record of manifest.records()) yield record.file_name;
}

/** Writes bytes into a file that exists. */
function put(path: string, bytes: Uint8Array, position: number): void {
  const file = openSync(path, "r+");
  try {
    writeAll(file, bytes, position);
  } finally {
    closeSync(file);
  }
}

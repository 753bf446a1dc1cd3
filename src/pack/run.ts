import { alikeClasses } from "./alike_classes.ts";
import { basename, join } from "node:path";
import { CLOCK_STEP } from "../io/clock_step.ts";
import { surviveFileSizeLimit } from "../io/runtime.ts";
import { type Manifest, openManifest } from "../manifest/reader.ts";
import { MANIFEST_FILE } from "../manifest/record.ts";
import { markSince } from "../manifest/since.ts";
import { PARTIAL } from "../manifest/source_set.ts";
import type { FrameRecord } from "../model/frame.ts";
import { type Issue, PackError } from "../model/issue.ts";
import { Publication, recover } from "../publish/publication.ts";
import { type FrameEntry, type Scan, scan } from "../scan/scan.ts";
import { withoutArchiveEnding } from "../archive/archive_kind.ts";
import { batches, batchLength, FIRST_BATCH } from "./batches.ts";
import { finalClasses, SharedClasses } from "./classes.ts";
import type { CompressedImages } from "./compress/compress.ts";
import { Crew } from "./crew.ts";
import { finishSet, type KeptLabels } from "./finish_set.ts";
import { MainIssues } from "./main_issues.ts";
import type { PackReport, Progress } from "./options.ts";
import { writeOriginalLabels } from "./original_labels.ts";
import { adoptOutputs, createOutputs, put, writesManifest } from "./outputs.ts";
import type { Job, Outputs } from "./protocol.ts";
import type { ResolvedOptions } from "./resolve.ts";
import type { RunJournal } from "./resume/journal.ts";
import { type CheckpointPlan, Resumption, type RunState } from "./resume/resumption.ts";
import { SharedLister } from "../tree/shared_lister.ts";
import { SegmentFlow, type SegmentTarget } from "./segments/segment_flow.ts";
import { Tally } from "./tally.ts";
import { Tickets } from "./ticket.ts";

/** Milliseconds between two calls of `onProgress`. */
const PROGRESS_INTERVAL = 100;
/** What a dataset was found to be, and of which frames a set is to be made. */
export interface ChosenFrames {
  /** `frames` yields those that are wanted. It stays open. */
  readonly found: Scan;
  /** What is known of each, if the image files need not be read: `annotate`. */
  readonly known?: Iterable<FrameRecord>;
}

/** What only this program says of a run. */
export interface Inside {
  readonly chosen?: ChosenFrames;
  readonly handOver?: (found: Scan) => void;
  readonly checkpoints?: CheckpointPlan;
  /** Takes the bundle in segments, in place of a file. */
  readonly segments?: SegmentTarget;
}

/** One run of {@link pack}, from scan to publication. */
export class Run {
  readonly #resumption: Resumption;
  readonly #tally = new Tally((issue) => this.#resumption.tell(issue));
  readonly #tickets = new Tickets();
  readonly #classes = new SharedClasses();
  readonly #crew: Crew;
  /** Takes the bundle, if it is written in segments. */
  readonly #segments: SegmentFlow | undefined;
  readonly #publication: Publication;
  readonly #issues: MainIssues;
  #progress: Progress = { phase: "scan", done: 0, total: 0, bytes: 0, seconds: 0 };
  #timer: ReturnType<typeof setInterval> | undefined;
  /** When the first file may have been looked at; ms since 1970, with room for clocks that count in steps. */
  #began = Date.now() - CLOCK_STEP;
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
    this.#issues = new MainIssues(options, this.#tally);
    this.#resumption = new Resumption(options, isResumable(options, inside), obstacle);
    this.#publication = new Publication(options.output, names, this.#resumption.journal !== undefined);
    this.#crew = new Crew(options.workers, {
      onPiece: (piece) => this.#tally.add(piece),
      onSegment: (offset) => this.#segments!.filled(offset),
    });
    this.#segments = inside.segments && new SegmentFlow(
      inside.segments,
      this.#tickets,
      (error) => this.#crew.fail(error as Error),
    );
    options.signal?.addEventListener("abort", this.#onAbort);
    if (options.signal?.aborted) this.#onAbort();
    if (options.onProgress) this.#timer = setInterval(() => this.#report(), PROGRESS_INTERVAL);
    const begunAfter = this.#resumption.obstacle;
    if (begunAfter !== undefined) this.#issues.add(begunAnew(begunAfter));
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
    if (options.stage === "annotate") this.#issues.keepImageRejects();
    const rejects = this.#issues.takeLines();
    const work = this.#work(found);
    const { journal } = this.#resumption;
    this.#resumption.found(found, rejects);
    if (journal) await this.#goOn(journal, found, work);
    const licenses = found.plan?.licenses ?? [];
    const outputs = journal ? adoptOutputs(options, this.#publication, journal.sums.counts) : createOutputs(
      options,
      this.#publication,
      this.#tickets,
      licenses,
      rejects,
      this.#segments !== undefined,
    );
    this.#resumption.tellHeld();
    if (journal) this.#issues.add(continued(journal.sums.entries, found.total));
    // In segments, even one batch may have to wait until some of it is taken, which this thread does.
    const alone = found.total <= FIRST_BATCH && !this.#segments;
    await this.#crew.start(this.#job(found, outputs), alone);
    await this.#packFrames(found, outputs, work);
    this.#issues.orphans(found);
    this.#enter("publish");
    const labels = await this.#keepLabels(found, outputs);
    this.#letGo();
    const report = await this.#publish(found, outputs, labels);
    await this.#end();
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
    await this.#end();
    const kept = await this.#resumption.giveUp(aborted, error);
    if (kept > 0) this.#publication.keep();
    else this.#publication.discard();
    return kept;
  }

  async #end(): Promise<void> {
    clearInterval(this.#timer);
    this.options.signal?.removeEventListener("abort", this.#onAbort);
    await this.#crew.end();
    this.#restoreSignal();
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
      issue: this.#issues.add,
      // The walk keeps one processor busy itself.
      lister: new SharedLister(Math.max(1, this.#crew.size - 1), (folder) => this.#crew.list(folder)),
      progress: (files) => {
        this.#progress.done = files;
        // Images and labels of more than one batch: the threads load their modules while the scan goes on.
        if (files > 2 * FIRST_BATCH) this.#crew.startThreads();
      },
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

  #job(found: Scan, outputs: Outputs): Job {
    const { stage, media, layout, deflate, video } = this.options;
    const videos = this.#compressed?.summary ?? this.#manifest?.header.bundle.video;
    const { plan } = found;
    for (const name of this.#resumption.journal?.classes ?? plan?.classes.map(({ name }) => name) ?? []) {
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
      segments: this.#segments?.place,
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
    const { compressImages } = await import("./compress/compress.ts");
    const spools: string[] = [];
    const compressed = await compressImages(found, {
      settings: video,
      fps,
      bundleFile,
      signal,
      issue: this.#issues.add,
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
    const { images, labels, output, manifest } = this.options;
    const inputs = { found, images, labels, others: manifest === undefined ? [] : [manifest] };
    const path = join(output, MANIFEST_FILE + PARTIAL);
    const sha256 = await this.#resumption.skipDone(journal, inputs, entries, path);
    for (let i = 0; i < journal.sums.entries; i++) known?.next();
    this.#tally.goOn(journal.sums, sha256);
    this.#tickets.goOn(journal.sums.entries, journal.sums.counts);
    this.#began = journal.began;
  }

  /** How far the run has come, for the journal. */
  #state(): RunState | undefined {
    const { sums } = this.#tally;
    const { counts } = sums;
    if (!counts) return undefined;
    return {
      began: this.#began,
      sums: { ...sums, counts },
      frames: this.#tally.framesSha256(),
      classes: this.#classes.list().slice(0, sums.classes),
    };
  }

  async #packFrames(found: Scan, outputs: Outputs, { entries, known }: Work): Promise<void> {
    const plan = this.inside.checkpoints;
    const length = () =>
      plan?.batch ?? batchLength(this.#tickets.get("doneEntries"), this.#tickets.get("doneBytes"));
    const resumption = this.#resumption;
    resumption.begin(Object.values(outputs), () => this.#state(), plan);
    const listed = resumption.listed(rest(entries));
    for (const batch of batches(listed, found.placeholders, known, length, resumption.done)) {
      resumption.batch(batch.start + batch.fileNames.length);
      await this.#crew.give(batch);
      this.#issues.check();
      resumption.tick();
      if (plan) await resumption.settle();
    }
    await this.#crew.finish();
    await resumption.settle();
    this.#issues.check();
    if (this.#tally.sums.frames === 0 && !this.inside.chosen) {
      throw new PackError(
        `None of the ${found.total} images in "${this.options.images}" could be packed.`,
        "Run `inspect` on the folder to see why.",
      );
    }
  }

  /** Puts the original label files into an archive, if they are to be kept. */
  async #keepLabels(found: Scan, { directory }: Outputs): Promise<KeptLabels | undefined> {
    const { keepLabels, bundleFile, images, labels, signal } = this.options;
    if (!keepLabels || !directory) return undefined;
    // Labels of a folder of their own could have the names of images.
    const folder = images === labels ? "" : `${basename(withoutArchiveEnding(labels))}/`;
    const path = this.#publication.create(bundleFile, ".labels");
    return {
      path,
      ...await writeOriginalLabels(
        path,
        found.labelSource,
        found.labelFiles(),
        folder,
        this.#issues.add,
        signal,
      ),
    };
  }

  /** Puts the parts together and makes them the set. */
  async #publish(found: Scan, outputs: Outputs, kept: KeptLabels | undefined): Promise<PackReport> {
    const { options } = this;
    const tickets = this.#tickets;
    put(outputs.rejects, this.#issues.takeLines(), tickets.get("rejects"));
    const firstCategory = options.profile === "dfine" ? 0 : 1;
    const categories = finalClasses(this.#classes.list(), found.plan?.classes ?? [], firstCategory);
    for (const issue of alikeClasses(categories.classes.map(({ name }) => name))) this.#issues.add(issue);
    const { files, bundle, annotations, seal } = await finishSet({
      options,
      publication: this.#publication,
      outputs,
      tickets,
      tally: this.#tally,
      categories,
      bundled: this.#manifest?.header,
      compressed: this.#compressed,
      kept,
      segments: this.#segments,
    });
    this.#publication.commit();
    if (options.stage === "run" && outputs.manifest && !this.#segments) {
      const at = (name: string) => join(options.output, name);
      const set = { manifest: at(MANIFEST_FILE), bundle: at(bundle!.file), seal };
      markSince({ ...set, inputs: [options.images, options.labels] }, this.#began);
    }
    return {
      frames: this.#tally.sums.frames,
      annotations: tickets.get("annotations"),
      categories: annotations ? categories.classes.map(({ name }) => name) : [],
      splits: this.#tally.sums.splits,
      formats: found.candidates.filter(({ chosen }) => chosen)
        .map(({ format, root, files }) => ({ format, root, files })),
      rejects: this.#tally.rejects,
      skippedLabels: this.#issues.skipped,
      background: this.#tally.sums.background,
      issues: this.#tally.codes,
      ...this.#resumption.journal && { resumed: this.#resumption.done },
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

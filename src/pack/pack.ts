import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { cocoHead } from "../coco/lines.ts";
import { Publication, recover } from "./publish.ts";
import { surviveFileSizeLimit } from "../io/runtime.ts";
import { writeAll } from "../io/write_all.ts";
import { type Manifest, openManifest } from "../manifest/reader.ts";
import { markSince } from "../manifest/since.ts";
import { HEADER_SIZE, MANIFEST_FILE, REJECTS_FILE, type SplitSummary } from "../manifest/record.ts";
import { MANIFEST_MIDDLE, manifestFooter, manifestHeader } from "../manifest/writer.ts";
import { containers } from "../media/containers.ts";
import { indexText } from "../media/layout.ts";
import type { FrameRecord } from "../model/frame.ts";
import { type Issue, PackError } from "../model/issue.ts";
import { labelWithoutImage, type Scan, scan } from "../scan/scan.ts";
import { withoutArchiveEnding } from "../source/archive_kind.ts";
import { LineBuffer } from "../text/line_buffer.ts";
import { finishBundle, finishCoco, finishManifest } from "./assemble.ts";
import { batches, batchLength } from "./batches.ts";
import { finalClasses, SharedClasses } from "./classes.ts";
import { Crew } from "./crew.ts";
import { fromFailure, toFailure } from "./failure.ts";
import type { CompressedImages } from "./video.ts";
import { labelOfRejectedImage, writeReject } from "./issue_log.ts";
import type { PackOptions, PackReport, Progress } from "./options.ts";
import { writeOriginalLabels, type WrittenLabels } from "./original_labels.ts";
import type { Job, Outputs } from "./protocol.ts";
import { type ResolvedOptions, resolveOptions } from "./resolve.ts";
import { Tally } from "./tally.ts";
import { Tickets } from "./ticket.ts";
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

/** Milliseconds between two times that some file systems cannot tell apart. */
export const CLOCK_STEP = 2000;

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
  return packAll(options, chosen);
}

/**
 * As {@link pack}, and what was scanned is not closed: its files can be read once more without being inflated again.
 *
 * @param handOver Gets it before the set is published, and closes it. Helper files it reads stay in the output folder.
 * @throws {PackError} As {@link pack}, maybe after `handOver`.
 */
export function packHandingOver(options: PackOptions, handOver: (found: Scan) => void): Promise<PackReport> {
  return packAll(options, undefined, handOver);
}

async function packAll(
  options: PackOptions,
  chosen?: ChosenFrames,
  handOver?: (found: Scan) => void,
): Promise<PackReport> {
  const started = performance.now();
  const resolved = resolveOptions(options);
  const run = new Run(resolved, started, chosen, handOver);
  try {
    return await run.carryOut();
  } catch (error) {
    run.giveUp();
    if (options.signal?.aborted) throw new PackError("Interrupted: nothing was published.", undefined, 130);
    throw error instanceof PackError ? error : fromFailure(toFailure(error));
  }
}

/** One run of {@link pack}, from scan to publication. */
class Run {
  readonly #tally = new Tally((issue) => this.options.onIssue?.(issue));
  readonly #tickets = new Tickets();
  readonly #classes = new SharedClasses();
  readonly #crew: Crew;
  readonly #publication: Publication;
  /** Rejects found outside the workers, as lines. */
  readonly #rejectLines = new LineBuffer();
  #progress: Progress = { phase: "scan", done: 0, total: 0, bytes: 0, seconds: 0 };
  #timer: ReturnType<typeof setInterval> | undefined;
  /** When the first file may have been looked at; ms since 1970, with room for clocks that count in steps. */
  readonly #began = Date.now() - CLOCK_STEP;
  #manifest: Manifest | undefined;
  #found: Scan | undefined;
  /** Helper files with what had to be inflated of archives or decoded of videos. */
  readonly #inflated: string[] = [];
  readonly #restoreSignal = surviveFileSizeLimit();
  readonly #onAbort = () => this.#crew.fail(new PackError("Interrupted.", undefined, 130));

  constructor(
    readonly options: ResolvedOptions,
    readonly started: number,
    readonly chosen: ChosenFrames | undefined,
    readonly handOver: ((found: Scan) => void) | undefined,
  ) {
    const { bundleFile, annotationFile, indexFile } = options;
    const names = [bundleFile, annotationFile, ...indexFile === undefined ? [] : [indexFile]];
    this.#publication = new Publication(options.output, names);
    this.#crew = new Crew(options.workers, { onPiece: (piece) => this.#tally.add(piece) });
    options.signal?.addEventListener("abort", this.#onAbort);
    if (options.signal?.aborted) this.#onAbort();
    if (options.onProgress) this.#timer = setInterval(() => this.#report(), PROGRESS_INTERVAL);
  }

  async carryOut(): Promise<PackReport> {
    const { options } = this;
    if (options.manifest) {
      recover(options.output);
      this.#manifest = openManifest(options.manifest);
      // Ids would not be those that labels had before.
      if (this.#manifest.header.generation !== undefined) throw updated(options.output);
    }
    const found = this.chosen?.found ?? await this.#scan();
    if (this.chosen) this.#enter("pack", found.total);
    this.#compressed = await this.#compress(found);
    const outputs = this.#createOutputs(found);
    this.#crew.start(this.#job(found, outputs));
    await this.#packFrames(found);
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
    if (found && this.handOver) this.handOver(found);
    else found?.close();
    for (const path of this.#inflated) {
      if (this.handOver) this.#publication.leave(path);
      else this.#publication.remove(path);
    }
  }

  giveUp(): void {
    this.#end();
    this.#publication.discard();
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

  #createOutputs(found: Scan): Outputs {
    const { stage, bundleFile, annotationFile, skipManifest, video } = this.options;
    const publication = this.#publication;
    const outputs: { -readonly [output in keyof Outputs]: Outputs[output] } = {
      rejects: publication.create(REJECTS_FILE),
    };
    if (stage !== "annotate" && !video) {
      outputs.bundle = publication.create(bundleFile);
      outputs.directory = publication.create(bundleFile, ".directory");
      this.#tickets.take("offset", containers[this.options.media].prologueSize);
    }
    if (stage !== "bundle") {
      outputs.coco = publication.create(annotationFile);
      outputs.annotations = publication.create(annotationFile, ".lines");
      const head = encoder.encode(cocoHead(found.plan?.licenses ?? []));
      put(outputs.coco, head, this.#tickets.take("images", head.length));
    }
    if (stage === "annotate" ? this.#manifest : !skipManifest) {
      outputs.manifest = publication.create(MANIFEST_FILE);
      this.#tickets.take("manifest", HEADER_SIZE);
    }
    if (stage === "annotate") this.#keepImageRejects();
    const rejects = this.#rejectLines;
    put(outputs.rejects, rejects.written, this.#tickets.take("rejects", rejects.length));
    rejects.clear();
    return outputs;
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
    for (const { name } of plan?.classes ?? []) this.#classes.number(name);
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

  async #packFrames(found: Scan): Promise<void> {
    const length = () => batchLength(this.#tickets.get("doneEntries"), this.#tickets.get("doneBytes"));
    const known = this.#compressed?.known() ?? this.chosen?.known ?? this.#manifest?.records();
    const entries = this.#compressed?.entries() ?? found.frames();
    for (const batch of batches(entries, found.placeholders, known?.[Symbol.iterator](), length)) {
      await this.#crew.give(batch);
      this.#checkRejects();
    }
    await this.#crew.finish();
    this.#checkRejects();
    if (this.#tally.frames === 0 && !this.chosen) {
      throw new PackError(
        `None of the ${found.total} images in "${this.options.images}" could be packed.`,
        "Run `inspect` on the folder to see why.",
      );
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
        this.#tally,
        outputs.directory!,
        options.fps,
        kept,
      );
      this.#publication.remove(outputs.directory!);
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
      const text = encoder.encode(indexText(bundle, this.#tally.frames));
      put(this.#publication.create(options.indexFile), text, 0);
      files[options.indexFile] = text.length;
    }
    let annotations = null;
    if (outputs.coco) {
      const { classes, ids } = categories;
      const { imageClasses } = this.#tally;
      const size = tickets.get("images");
      const whole = finishCoco(outputs.coco, size, outputs.annotations!, {
        ids,
        imageClasses,
        classes,
        firstCategory,
      });
      this.#publication.remove(outputs.annotations!);
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
            frames: this.#tally.frames,
            annotations: tickets.get("annotations"),
            categories: annotations ? categories.classes.length : 0,
            bytes: this.#tally.bytes,
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
      frames: this.#tally.frames,
      annotations: tickets.get("annotations"),
      categories: annotations ? categories.classes.map(({ name }) => name) : [],
      splits: this.#tally.splits,
      formats: found.candidates.filter(({ chosen }) => chosen)
        .map(({ format, root, files }) => ({ format, root, files })),
      rejects: this.#tally.rejects,
      skippedLabels: this.#skipped,
      background: this.#tally.background,
      issues: this.#tally.codes,
      placeholders: this.#tally.placeholders,
      ...this.#compressed && {
        video: {
          summary: this.#compressed.summary,
          originalBytes: this.#tally.bytes,
          worstName: this.#compressed.worstName,
        },
      },
      files,
      output: options.output,
      seconds: (performance.now() - this.started) / 1000,
    };
  }
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

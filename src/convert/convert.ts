import { existsSync, renameSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { CocoAnnotation, CocoCategory, CocoImage } from "../model/dataset.ts";
import type { FormatEntry } from "../formats/format.ts";
import { writable } from "../formats/table.ts";
import type { LabelWriter, WriterImage } from "../formats/writer.ts";
import { REJECTS_FILE } from "../manifest/record.ts";
import { type Issue, PackError } from "../model/issue.ts";
import { FileSink } from "./file_sink.ts";
import { Fitting } from "./fit.ts";
import { ImageNames } from "./image_names.ts";
import { LossCounter, LossError, type Survey } from "./loss.ts";
import type { ConvertOptions, ConvertProgress, ConvertReport } from "./options.ts";
import { isSet, noGenerations } from "../manifest/source_set.ts";
import { isRemote } from "../store/location.ts";
import { localFolder } from "../store/local_folder.ts";
import { openSet, readDataset, type Source } from "./source.ts";
import { Staging } from "./staging.ts";
import { syncFolder } from "./sync_folder.ts";

/** Images between two looks at the signal. */
const BREATH = 64;
/** Milliseconds between two calls of `onProgress`. */
const PROGRESS_INTERVAL = 100;

/**
 * Writes the labels of a dataset or a set in another format, with the images in its layout if wanted.
 *
 * All is streamed: a folder is first read into an annotation file as {@link pack} with stage `annotate` does, which is gone
 * afterwards. What the format cannot hold is counted before anything is written. The result appears in the output folder
 * when it is complete; inputs that could not be read are listed there in `rejects.jsonl`.
 *
 * @param options What to convert and to which format; see {@link ConvertOptions}.
 * @throws {LossError} If something would be lost and `allowLoss` is not set.
 * @throws {PackError} If the conversion fails as a whole: bad options, no images, a full disk, an abort.
 */
export async function convert(options: ConvertOptions): Promise<ConvertReport> {
  const entry = writable.find(({ name }) => name === options.to);
  if (!entry) {
    throw new PackError(
      `There is no writer for the label format "${options.to}".`,
      `Choose one of: ${writable.map(({ name }) => name).join(", ")}.`,
      2,
    );
  }
  const writer = await entry.write!.load();
  const images = options.images ?? "none";
  if (writer.imagesAreLabels && images === "none") {
    throw new PackError(
      `In "${writer.name}" the folders of the images are the labels: there is nothing to write without images.`,
      "Add --images copy or --images link.",
      2,
    );
  }
  if (writer.packsImages && images === "link") {
    throw new PackError(
      `In "${writer.name}" the images lie inside the files that are written, so they cannot be linked.`,
      "Use --images copy.",
      2,
    );
  }
  const output = localFolder(options.output ?? "output");
  const set = isRemote(options.dataset) || isSet(options.dataset);
  if (set && images === "link") {
    throw new PackError(
      `The images of the set "${options.dataset}" lie inside its bundle, so they cannot be linked.`,
      "Use --images copy.",
      2,
    );
  }
  if (images === "link" && statSync(options.dataset, { throwIfNoEntry: false })?.isFile()) {
    throw new PackError(
      `The images lie inside the archive "${options.dataset}", so they cannot be linked.`,
      "Use --images copy.",
      2,
    );
  }
  if (output === resolve(options.dataset) || (options.labels && output === resolve(options.labels))) {
    throw new PackError(
      `The output folder "${output}" is the folder that is read.`,
      "Choose another --output.",
      2,
    );
  }
  return await new Conversion(options, entry, writer, output).carryOut(set);
}

/** One run of {@link convert}. */
class Conversion {
  readonly #started = performance.now();
  #told = 0;
  readonly #carries: NonNullable<FormatEntry["write"]>["carries"];

  constructor(
    readonly options: ConvertOptions,
    entry: FormatEntry,
    readonly writer: LabelWriter,
    readonly output: string,
  ) {
    this.#carries = entry.write!.carries;
  }

  async carryOut(set: boolean): Promise<ConvertReport> {
    const { options } = this;
    if (options.at !== undefined && !set) throw noGenerations(options.dataset);
    const staging = new Staging(this.output, options.overwrite ?? false);
    let source: Source | undefined;
    try {
      source = set
        ? await openSet(options.dataset, {
          ...options,
          withImages: (options.images ?? "none") !== "none" && !options.dryRun,
          aside: staging.folder("set"),
        })
        : await readDataset(
          options,
          staging.folder("labels"),
          staging.root,
          (progress) => this.#tell(progress, false),
        );
      const survey = await this.#survey(source);
      const { losses } = survey;
      if (losses.length > 0 && !options.allowLoss && !options.dryRun) {
        throw new LossError(this.writer.name, losses);
      }
      const report = this.#report(source, survey, staging.root);
      if (!options.dryRun) {
        const folder = staging.folder("files");
        await this.#write(source, survey, { folder, aside: staging.folder("aside") }, report);
        const { images, imageBytes: bytes } = report;
        this.#tell({ phase: "publish", done: 0, total: images, bytes, seconds: this.#seconds() }, false);
        await syncFolder(folder, options.signal);
        this.#checkSignal();
        staging.publish(folder);
        this.#publishRejects(source, staging);
      }
      report.seconds = this.#seconds();
      return report;
    } finally {
      await source?.close();
      staging.discard();
    }
  }

  async #survey(source: Source): Promise<Survey> {
    const counter = new LossCounter(this.#carries, this.writer);
    for await (const { image, annotations } of this.#stream(source, "survey", 0)) {
      counter.add(image, annotations);
    }
    return counter.finish(source.placeholders);
  }

  async #write(
    source: Source,
    survey: Survey,
    { folder, aside }: { folder: string; aside: string },
    report: ConvertReport,
  ): Promise<void> {
    const mode = this.options.images ?? "none";
    const fitting = new Fitting(this.#carries);
    const names = new ImageNames();
    const sink = new FileSink(folder, aside, (issue) => this.options.onIssue?.(issue));
    const packs = this.writer.packsImages === true;
    if (packs && mode === "none") this.#tellImagesLeftOut();
    try {
      const writing = this.writer.begin({
        ...survey,
        categories: numbered(source),
        licenses: source.annotations.licenses(),
      }, sink);
      for await (const { image, annotations } of this.#stream(source, "convert", survey.images, report)) {
        const { path, renamed } = names.place(
          image.file_name,
          image.split,
          (name) => writing.place(image, name),
        );
        if (path === undefined) continue;
        if (renamed) this.#tellRenamed(image, path, report);
        const fitted = annotations.map((annotation) => fitting.apply(annotation))
          .filter((annotation) => annotation !== undefined);
        const wanted = { ...image, path } as WriterImage;
        let bytes: number | undefined;
        if (packs && mode !== "none") {
          const file = await source.openImage(image, join(aside, "image"));
          try {
            writing.write(wanted, fitted, file);
            bytes = file?.size;
          } finally {
            file?.close();
          }
        } else writing.write(wanted, fitted);
        report.images++;
        report.annotations += fitted.length;
        report.splits[image.split ?? ""] = (report.splits[image.split ?? ""] ?? 0) + 1;
        if (mode === "none") continue;
        if (!packs) bytes = await source.putImage(image, sink.path(path), mode);
        if (bytes === undefined) report.missingImages++;
        else {
          report.imageFiles++;
          report.imageBytes += bytes;
        }
      }
      await writing.end();
      report.labelFiles = sink.files;
    } finally {
      sink.close();
    }
  }

  /** All images with their annotations, classes numbered from 1; gives the signal and the display their turn. */
  async *#stream(
    source: Source,
    phase: "survey" | "convert",
    total: number,
    report?: ConvertReport,
  ): AsyncGenerator<{ image: CocoImage; annotations: CocoAnnotation[] }> {
    const shift = 1 - (source.annotations.categories[0]?.id ?? 1);
    let done = 0;
    for (const { image, annotations } of source.images()) {
      if (done % BREATH === 0) {
        await setImmediate();
        this.#checkSignal();
        this.#tell({ phase, done, total, bytes: report?.imageBytes ?? 0, seconds: this.#seconds() });
      }
      yield shift === 0 ? { image, annotations } : shifted(image, annotations, shift);
      done++;
    }
    this.#tell({ phase, done, total: done, bytes: report?.imageBytes ?? 0, seconds: this.#seconds() }, false);
  }

  #report({ annotations, report }: Source, { losses }: Survey, output: string): ConvertReport {
    return {
      to: this.writer.name,
      images: 0,
      annotations: 0,
      categories: annotations.categories.map(({ name }) => name),
      splits: {},
      losses: [...losses],
      labelFiles: 0,
      imageFiles: 0,
      imageBytes: 0,
      renamed: 0,
      missingImages: 0,
      ...(report && {
        source: {
          formats: report.formats,
          rejects: report.rejects,
          skippedLabels: report.skippedLabels,
          issues: report.issues,
        },
      }),
      output,
      dryRun: this.options.dryRun ?? false,
      seconds: 0,
    };
  }

  #publishRejects(source: Source, staging: Staging): void {
    const place = join(staging.root, REJECTS_FILE);
    if (existsSync(place)) rmSync(place);
    if (source.rejects) renameSync(source.rejects, place);
  }

  #tellImagesLeftOut(): void {
    this.options.onIssue?.({
      code: "images-not-packed",
      severity: "note",
      path: "",
      message:
        `The files of "${this.writer.name}" hold the labels alone, though images belong into them, too.`,
      suggestion: "Add --images copy.",
    });
  }

  #tellRenamed(image: CocoImage, path: string, report: ConvertReport): void {
    report.renamed++;
    const issue: Issue = {
      code: "image-renamed",
      severity: "note",
      path: image.file_name,
      message:
        `The image becomes "${path}": another one has the name it would have had, or it cannot be one.`,
    };
    this.options.onIssue?.(issue);
  }

  #checkSignal(): void {
    if (!this.options.signal?.aborted) return;
    throw new PackError("Interrupted: nothing was written.", undefined, 130);
  }

  #tell(progress: ConvertProgress, seldom = true): void {
    const now = performance.now();
    if (seldom && now - this.#told < PROGRESS_INTERVAL) return;
    this.#told = now;
    this.options.onProgress?.(progress);
  }

  #seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }
}

/** A set for a trainer that counts classes from 0 has ids from 0. */
function numbered({ annotations }: Source): CocoCategory[] {
  return annotations.categories.map((category, i) => ({ ...category, id: i + 1 }));
}

function shifted(image: CocoImage, annotations: readonly CocoAnnotation[], shift: number) {
  const ids = image.category_ids as number[] | undefined;
  return {
    image: ids ? { ...image, category_ids: ids.map((id) => id + shift) } : image,
    annotations: annotations.map((each) => ({ ...each, category_id: each.category_id + shift })),
  };
}

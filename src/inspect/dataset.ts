import { alikeClasses } from "../pack/alike_classes.ts";
import { loadReader } from "../formats/table.ts";
import { openManifest } from "../manifest/reader.ts";
import { MANIFEST_FILE, REJECTS_FILE } from "../manifest/record.ts";
import type { Container, Media } from "../media/container.ts";
import { containers } from "../media/containers.ts";
import { DEFLATABLE } from "../media/deflatable.ts";
import { DEFAULT_SIZE, placeholderSize } from "../image/placeholder_size.ts";
import { type FrameRecord, type ImageHeader, uprightSize } from "../model/frame.ts";
import { FULL, ImageReader } from "../pack/images.ts";
import { LabelReader, type LabelSource } from "../pack/labels.ts";
import type { PackedFrame } from "../pack/packed_frame.ts";
import type { ResolvedOptions } from "../pack/resolve.ts";
import { type FrameEntry, labelWithoutImage, type Scan, scan } from "../scan/scan.ts";
import type { Inspection, InspectProgress, PredictedFile } from "./inspection.ts";
import { folderOf } from "../model/image_names.ts";
import type { VideoSummary } from "../tree/tree.ts";
import { memoryFile } from "../io/range_window.ts";
import { LineBuffer } from "../text/line_buffer.ts";
import { Summary } from "./summary.ts";
import { Ticker } from "./ticker.ts";

/** What is read of an image. */
interface Seen {
  header: ImageHeader;
  /** Bytes of the file; 0 for a placeholder, which is not made. */
  bytes: number;
  split?: string;
}

/**
 * Reads a dataset just as packing does, and writes nothing.
 *
 * @param options Resolved options of the run that would pack it.
 * @throws {PackError} If the dataset cannot be scanned, or with exit code 130 if the signal ends it.
 */
export async function inspectDataset(
  options: ResolvedOptions,
  onProgress?: (progress: InspectProgress) => void,
): Promise<Inspection> {
  const pass = new Pass(options, new Ticker({ signal: options.signal, onProgress }));
  try {
    return await pass.carryOut();
  } finally {
    pass.close();
  }
}

/** One pass over a dataset. */
class Pass {
  readonly #summary = new Summary();
  #found: Scan | undefined;
  /** Videos by the folder of their frames. */
  readonly #videos = new Map<string, VideoSummary>();
  #images: ImageReader | undefined;
  #labels: LabelReader | undefined;
  readonly #known: Iterator<FrameRecord> | undefined;
  readonly #closeManifest: () => void;
  readonly #order: (() => Iterable<string>) | undefined;
  readonly #bundle: BundleSize;

  constructor(readonly options: ResolvedOptions, readonly ticker: Ticker) {
    this.#bundle = new BundleSize(options.media, options.fps);
    // How far labels or a video compress, or how long they become, is only known afterwards.
    this.#bundle.unknown = options.keepLabels || options.layout !== undefined || options.video !== undefined;
    const manifest = options.manifest === undefined ? undefined : openManifest(options.manifest);
    this.#known = manifest?.records();
    this.#order = manifest && function* () {
      for (const { file_name } of manifest.records()) yield file_name;
    };
    this.#closeManifest = () => manifest?.close();
  }

  async carryOut(): Promise<Inspection> {
    const { options, ticker } = this;
    const summary = this.#summary;
    const { classes } = options.policy;
    const found = await scan({
      ...options,
      classes,
      split: options.shares,
      expectLabels: options.stage !== "bundle",
      order: this.#order,
      videos: options.videoPolicy && { ...options.videoPolicy, listOnly: true },
    }, {
      issue: summary.issue,
      progress: (files) => ticker.report(files, 0, 0),
      signal: options.signal,
    });
    this.#found = found;
    this.#images = this.#imageReader(found);
    for (const { folder, summary } of found.videos) this.#videos.set(folder, summary);
    this.#labels = await this.#labelReader(found);
    let done = 0;
    for (const entry of found.frames()) {
      await ticker.tick(done++, found.total, summary.bytes);
      await this.#look(entry);
    }
    this.#orphans(found);
    for (const issue of alikeClasses(this.#names(found))) summary.issue(issue);
    const formats = found.candidates.map(({ format, root, reason, files, chosen }) => ({
      format,
      root,
      reason,
      files,
      chosen,
    }));
    return summary.finish(
      "dataset",
      options.images,
      this.#names(found),
      formats,
      this.#files(),
      ticker.seconds,
      found.videos.map(({ summary }) => summary),
    );
  }

  close(): void {
    this.#labels?.close();
    this.#closeManifest();
    this.#found?.close();
  }

  #imageReader({ imageSource }: Scan): ImageReader {
    const { stage, deflate, video } = this.options;
    // A compressed bundle is made of more than an mp4 of files can hold.
    const media = video ? "zip" : this.options.media;
    const deflatable = deflate ? DEFLATABLE : new Set<string>();
    return new ImageReader(imageSource, stage === "annotate" ? null : media, deflatable, this.#summary.issue);
  }

  async #labelReader({ plan, labelSource, placeholders }: Scan): Promise<LabelReader | undefined> {
    // Without images it is the labels that tell the sizes.
    if (!plan || (this.options.stage === "bundle" && !placeholders)) return undefined;
    const parts = await Promise.all(plan.parts.map(async ({ format, settings, classes }) => ({
      format: await loadReader(format),
      settings,
      declared: classes.map(({ name }) => name),
    })));
    return new LabelReader(
      labelSource,
      parts,
      plan.classes.map(({ name }) => name),
      this.#summary.issue,
      this.options.policy,
    );
  }

  async #look(entry: FrameEntry): Promise<void> {
    const { label, placeholder } = entry;
    const seen = placeholder ? this.#placeholder(entry) : await this.#image(entry);
    if (!seen) {
      if (label && this.#labels) {
        this.#summary.issue({
          code: "label-of-rejected-image",
          severity: "reject",
          record: "label",
          path: label.path,
          message:
            `The labels in "${label.path}" were left out together with their image "${entry.fileName}".`,
        });
      }
      return;
    }
    const labels = label && this.options.stage !== "bundle" &&
      this.#labels?.read(sourceOf(entry), entry.fileName, seen.header);
    this.#summary.image({
      ...uprightSize(seen.header),
      codec: seen.header.codec,
      split: entry.split ?? seen.split,
      bytes: seen.bytes,
      placeholder,
      classes: labels ? [...labels.annotations.map(({ category }) => category), ...labels.classes ?? []] : [],
    });
  }

  async #image({ fileName, split }: FrameEntry): Promise<Seen | undefined> {
    if (this.#known) {
      for (let next = this.#known.next(); !next.done; next = this.#known.next()) {
        if (next.value.file_name !== fileName) continue;
        const { original_size, size, split } = next.value;
        return { header: next.value, bytes: original_size ?? size, split };
      }
    }
    const video = this.#videos.get(folderOf(fileName));
    if (video) return this.#videoFrame(video, split);
    this.#images!.clear();
    const frame = await this.#images!.read(fileName, split);
    if (frame === undefined || frame === FULL) return undefined;
    this.#bundle.add(frame);
    return { header: frame.header, bytes: frame.originalSize };
  }

  /** A frame of a video, which is not decoded: what its stream says, and no size. */
  #videoFrame({ width, height, as }: VideoSummary, split: string | undefined): Seen {
    this.#bundle.unknown = true;
    const codec = as === "jpg" ? "jpeg" : "png";
    return { header: { codec, width, height, orientation: 1 }, bytes: 0, split };
  }

  /** Size of the grey frame that would be made; it is not drawn, so the size of the bundle stays unknown. */
  #placeholder(entry: FrameEntry): Seen {
    this.#bundle.unknown = true;
    const { fileName } = entry;
    const source = sourceOf(entry);
    const parsed = this.#labels?.parse(source, fileName, DEFAULT_SIZE);
    const { width, height } = placeholderSize(
      parsed,
      (issue) => this.#summary.issue({ ...issue, path: source.path }),
    );
    const codec = /\.jpe?g$/i.test(fileName) ? "jpeg" : "png";
    return { header: { codec, width, height, orientation: 1 }, bytes: 0 };
  }

  #orphans(found: Scan): void {
    if (this.options.stage === "bundle" || this.options.skipMissingImages) return;
    for (const orphan of found.orphans()) this.#summary.issue(labelWithoutImage(orphan));
  }

  /** Class names by local number: declared ones, then the others as they were met; none of a bundle, which has no classes. */
  #names(found: Scan): readonly string[] {
    if (this.options.stage === "bundle") return [];
    return this.#labels?.names ?? found.plan?.classes.map(({ name }) => name) ?? [];
  }

  #files(): PredictedFile[] {
    if (this.#summary.images === 0) return [];
    const { stage, bundleFile, annotationFile, indexFile, skipManifest, manifest } = this.options;
    const files: PredictedFile[] = [];
    if (stage !== "annotate") files.push({ file: bundleFile, size: this.#bundle.size });
    if (stage !== "bundle") files.push({ file: annotationFile });
    if (indexFile !== undefined) files.push({ file: indexFile });
    if (stage === "annotate" ? manifest !== undefined : !skipManifest) files.push({ file: MANIFEST_FILE });
    if (this.#summary.rejected > 0) files.push({ file: REJECTS_FILE });
    return files;
  }
}

/** Where the labels of an entry that has some are. */
function sourceOf({ label, part = 0 }: FrameEntry): LabelSource {
  return { ...label!, part, ranges: label!.ranges ?? null };
}

/** Adds up the bytes a bundle would have. */
class BundleSize {
  unknown = false;
  readonly #container: Container;
  #frames = 0;
  #offset: number;
  #directory = 0;
  /** Directory records, where it is made of them. */
  readonly #records = new LineBuffer();

  constructor(media: Media, readonly fps: number) {
    this.#container = containers[media];
    this.#offset = this.#container.prologueSize;
  }

  add(frame: PackedFrame): void {
    const { name, size, envelope } = frame;
    const room = this.#container.directorySize(name, size, this.#offset);
    this.#directory += room;
    if (this.#container.tables) {
      this.#records.reserve(room);
      this.#container.writeDirectory(this.#records.bytes, this.#records.length, frame, this.#offset);
      this.#records.length += room;
    }
    this.#offset += envelope.before + size + envelope.after;
    this.#frames++;
  }

  /** Bytes; undefined if they cannot be known. */
  get size(): number | undefined {
    if (this.unknown) return undefined;
    let directory = this.#directory;
    if (this.#container.tables) {
      directory = 0;
      for (const { length } of this.#container.tables(memoryFile(this.#records.written), this.fps)) {
        directory += length;
      }
    }
    return this.#offset + directory + this.#container.end(this.#frames, this.#offset, directory).length;
  }
}

import { AnnotationLines } from "./annotation_lines.ts";
import { DEFLATABLE } from "../media/deflatable.ts";
import { imageMember } from "../media/webdataset.ts";
import type { LabelFormat } from "../formats/format.ts";
import { placeholder } from "../image/placeholder.ts";
import { DEFAULT_SIZE, placeholderSize } from "../image/placeholder_size.ts";
import type { FrameRecord, ImageHeader } from "../model/frame.ts";
import { FULL, ImageReader, type ReadResult } from "./images.ts";
import { IssueLog, labelOfRejectedImage } from "./issue_log.ts";
import { type FinishedLabels, LabelReader, type LabelSource } from "./labels.ts";
import type { PackedFrame } from "./packed_frame.ts";
import { PieceWriter } from "./piece_writer.ts";
import { SampleWriter } from "./sample.ts";
import { openSource } from "../source/open_source.ts";
import type { FileSource } from "../source/source.ts";
import type { Batch, Job, PieceReport } from "./protocol.ts";
import { SharedClasses } from "./classes.ts";
import { Tickets } from "./ticket.ts";

/** Bytes after which a piece is written, so that memory stays flat however large the images are. */
const PIECE = 4 << 20;
const NONE: ReadonlySet<string> = new Set();

/** Works off batches of entries: read, understand, wait for the turn, write. One for each worker. */
export class BatchPacker {
  readonly #log = new IssueLog();
  readonly #imageSource: FileSource;
  readonly #labelSource: FileSource;
  readonly #images: ImageReader;
  readonly #labels: LabelReader | null;
  readonly #samples: SampleWriter | undefined;
  readonly #lines = new AnnotationLines();
  readonly #writer: PieceWriter;
  readonly #tickets: Tickets;

  /**
   * @param formats Readers of the job's parts, in their order.
   * @param filled Told of the first byte of each segment of the bundle that is complete.
   * @param pause Awaited after each piece that was written; lets others have their turn in a thread that is not its own.
   */
  constructor(
    readonly job: Job,
    formats: readonly LabelFormat[],
    filled: (offset: number) => void,
    readonly pause: (() => Promise<void>) | undefined,
  ) {
    const log = this.#log.add.bind(this.#log);
    const images = this.#imageSource = openSource(job.imageSource);
    const labels = this.#labelSource = job.labelSource === job.imageSource
      ? images
      : openSource(job.labelSource);
    this.#images = new ImageReader(images, job.media, job.deflate ? DEFLATABLE : NONE, log);
    this.#labels = job.labels && new LabelReader(
      labels,
      job.labels.parts.map((part, i) => ({ ...part, format: formats[i] })),
      job.labels.declared,
      log,
      job.labels.policy,
    );
    this.#samples = job.layout && new SampleWriter(this.#labels?.names ?? [], this.#lines);
    this.#tickets = new Tickets(job.tickets);
    this.#writer = new PieceWriter(
      job,
      images,
      this.#tickets,
      new SharedClasses(job.classes),
      this.#labels?.names ?? [],
      filled,
    );
  }

  /** Packs a batch, in as many pieces as memory asks for, and reports what was written. */
  async pack(batch: Batch): Promise<PieceReport[]> {
    const reports: PieceReport[] = [];
    const count = batch.fileNames.length;
    let frames: PackedFrame[] = [];
    let first = 0;
    for (let i = 0; i < count;) {
      this.#tickets.beat();
      // Only placeholders and deflated images are made asynchronously; awaiting every frame would cost more than reading it.
      const pending = this.#read(batch, i);
      const frame = pending instanceof Promise ? await pending : pending;
      if (frame !== FULL) {
        i++;
        if (frame) {
          if (this.#samples) this.#images.append(frame, this.#samples.member(frame));
          frames.push(frame);
        }
      }
      if (i === count || frame === FULL || frame?.streamed || this.#held >= PIECE) {
        reports.push(this.#write(batch.start + first, batch.start + i, frames));
        frames = [];
        first = i;
        await this.pause?.();
      }
    }
    return reports;
  }

  /** Bytes of images and annotations that wait to be written. */
  get #held(): number {
    return this.#images.used + this.#lines.length;
  }

  close(): void {
    this.#labels?.close();
    this.#writer.close();
    this.#imageSource.close();
    this.#labelSource.close();
  }

  #read(batch: Batch, i: number): ReadResult | Promise<ReadResult> {
    const fileName = batch.fileNames[i];
    const known = batch.known?.[i];
    const split = known && this.job.splitsDealt ? known.split : batch.splits?.[i] ?? undefined;
    const entry = this.#samples && imageMember(batch.start + i, fileName);
    if (batch.placeholders) return this.#placeholder(batch, i, fileName, split, entry);
    const frame = known === undefined
      ? this.#images.read(fileName, split, entry)
      : known === null
      ? undefined
      : knownFrame(known, split);
    if (frame instanceof Promise) return frame.then((f) => this.#label(batch, i, f));
    if (entry !== undefined && frame !== undefined && frame !== FULL) frame.entry = entry;
    return this.#label(batch, i, frame);
  }

  /** Adds the labels to a frame. */
  #label(batch: Batch, i: number, frame: ReadResult): ReadResult {
    const path = batch.labels[i];
    if (frame && frame !== FULL) frame.extra = this.#imageSource.about?.(frame.fileName);
    if (!this.#labels || path === null || frame === FULL) return frame;
    if (frame === undefined) {
      this.#log.add(labelOfRejectedImage(path, batch.fileNames[i]));
      return frame;
    }
    const source = sourceOf(batch, i, path);
    const finished = this.#labels.read(source, batch.fileNames[i], frame.header);
    return finished ? this.#attach(frame, source, finished) : frame;
  }

  #attach(frame: PackedFrame, { part, path }: LabelSource, labels: FinishedLabels): PackedFrame {
    frame.labels = `${this.#labels!.parts[part].format.name}:${path}`;
    for (const annotation of labels.annotations) this.#lines.add(annotation);
    frame.annotations = labels.annotations.length;
    frame.classes = labels.classes;
    if (labels.extra) frame.extra = { ...frame.extra, ...labels.extra };
    return frame;
  }

  /** A grey frame of the size the labels declare. */
  async #placeholder(
    batch: Batch,
    i: number,
    fileName: string,
    split: string | undefined,
    entry: string | undefined,
  ): Promise<ReadResult> {
    const source = sourceOf(batch, i, batch.labels[i]!);
    const parsed = this.#labels!.parse(source, fileName, DEFAULT_SIZE);
    const { width, height } = placeholderSize(parsed, (issue) => this.#labels!.issue(source, issue));
    const codec = /\.jpe?g$/i.test(fileName) ? "jpeg" : "png";
    const header: ImageHeader = { codec, width, height, orientation: 1 };
    // Without a bundle nobody looks at the picture.
    const bytes = this.job.media ? await placeholder(width, height, codec) : new Uint8Array(0);
    const frame = this.#images.take(fileName, split, bytes, header, entry);
    frame.entry = entry;
    if (!parsed || !this.job.outputs.coco) return frame;
    return this.#attach(frame, source, this.#labels!.finish(parsed, source, header));
  }

  #write(start: number, end: number, frames: readonly PackedFrame[]): PieceReport {
    const bytes = this.#images.arena.subarray(0, this.#images.used);
    const log = this.#log;
    const { size, crc32, counts, classes } = this.#writer.write(
      {
        start,
        end,
        frames,
        annotations: this.#lines,
        bytes,
        crc32: this.#images.crc32,
        rejects: log.lines.written,
      },
      this.#images.arena,
    );
    const splits: Record<string, number> = {};
    let background = 0;
    let placeholders = 0;
    let imageClasses = false;
    let dataBytes = 0;
    for (const frame of frames) {
      splits[frame.split ?? ""] = (splits[frame.split ?? ""] ?? 0) + 1;
      if (frame.classes?.length) imageClasses = true;
      else if (frame.annotations === 0) background++;
      if (frame.placeholder) placeholders++;
      dataBytes += frame.size;
    }
    const report = {
      start,
      end,
      size,
      crc32,
      dataBytes,
      digests: Uint8Array.fromHex(frames.map(({ sha256 }) => sha256).join("")),
      frames: frames.length,
      background,
      placeholders,
      imageClasses,
      splits,
      rejects: log.rejects,
      codes: log.codes,
      examples: log.examples,
      counts,
      classes,
    };
    log.clear();
    this.#lines.clear();
    this.#images.clear();
    return report;
  }
}

function sourceOf(batch: Batch, i: number, path: string): LabelSource {
  return { ...batch.refs?.[i], part: batch.parts?.[i] ?? 0, path, ranges: batch.ranges?.[i] ?? null };
}

/** A frame as an existing manifest describes it; its image is not read again. */
function knownFrame(record: FrameRecord, split: string | undefined): PackedFrame {
  const { codec, width, height, orientation } = record;
  return {
    fileName: record.file_name,
    name: new Uint8Array(0),
    header: { codec, width, height, orientation },
    envelope: { before: 0, after: 0 },
    size: record.size,
    originalSize: record.original_size ?? record.size,
    deflated: record.method === "deflate",
    crc32: parseInt(record.crc32, 16),
    sha256: record.sha256,
    offset: record.offset,
    video: record.offset === undefined
      ? { file: record.video, frame: record.video_frame, decoded: record.decoded }
      : undefined,
    split: split ?? record.split,
    placeholder: record.placeholder,
    annotations: 0,
  };
}

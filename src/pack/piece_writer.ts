import { closeSync, openSync } from "node:fs";
import { writeImage } from "../coco/lines.ts";
import { writeAll } from "../io/write_all.ts";
import { writeFrame } from "../manifest/writer.ts";
import { containers } from "../media/containers.ts";
import { combineCrc32, crc32 } from "../media/crc32.ts";
import { uprightSize } from "../model/frame.ts";
import type { FileSource } from "../source/source.ts";
import { LineBuffer } from "../text/line_buffer.ts";
import type { AnnotationLines } from "./annotation_lines.ts";
import type { SharedClasses } from "./classes.ts";
import type { PackedFrame } from "./packed_frame.ts";
import type { Job, Outputs } from "./protocol.ts";
import { SegmentWriter } from "./segments/segment_writer.ts";
import { copyFile } from "./streamed.ts";
import type { Counts, Tickets } from "./ticket.ts";

/** First numbers of a piece. */
interface Numbers {
  offset: number;
  frame: number;
  annotation: number;
}

/** Consecutive frames with all that is known of them before their place is. */
export interface Piece {
  /** Index of the first entry, and of the one after the last. */
  start: number;
  end: number;
  frames: readonly PackedFrame[];
  /** Annotations of the frames. */
  annotations: AnnotationLines;
  /** The frames' bytes, envelopes included, and their CRC-32; unused if the only frame is streamed. */
  bytes: Uint8Array;
  crc32: number;
  /** Lines of `rejects.jsonl`. */
  rejects: Uint8Array;
}

/** What came of a piece, and where the run stands behind it. */
export interface WrittenPiece {
  /** Bytes added to the bundle and their CRC-32. */
  size: number;
  crc32: number;
  /** Of this piece and all before it. */
  counts: Counts;
  /** Number of classes met up to here. */
  classes: number;
}

/** Gives pieces their place and writes them, each to its own part of every output file. */
export class PieceWriter {
  readonly #images = new LineBuffer();
  readonly #manifest = new LineBuffer();
  readonly #directory = new LineBuffer();
  readonly #files: { -readonly [output in keyof Outputs]?: number } = {};
  readonly #segments: SegmentWriter | undefined;
  /** Local class number → provisional id of its category: the shared class number, from 1. */
  readonly #categoryIds: number[] = [];

  constructor(
    readonly job: Job,
    /** Images that were too large to be held are copied from here. */
    readonly source: FileSource,
    readonly tickets: Tickets,
    readonly classes: SharedClasses,
    /** Names of the local class numbers; grows while labels are read. */
    readonly classNames: readonly string[],
    /** Told of the first byte of each segment of the bundle that is complete, where it is written in segments. */
    filled: (offset: number) => void,
  ) {
    for (const [output, path] of Object.entries(job.outputs) as [keyof Outputs, string | undefined][]) {
      if (path !== undefined) this.#files[output] = openSync(path, "r+");
    }
    this.#segments = job.segments && new SegmentWriter(job.segments, tickets, filled);
  }

  /**
   * Waits for the turn of the piece and writes it.
   */
  write(piece: Piece, scratch: Uint8Array): WrittenPiece {
    const { frames } = piece;
    let size = 0;
    let annotationCount = 0;
    for (const frame of frames) {
      size += frame.envelope.before + (this.job.media ? frame.size : 0) + frame.envelope.after;
      annotationCount += frame.annotations;
    }
    const streamed = frames.length === 1 && frames[0].streamed;
    const crc = streamed ? this.#streamedCrc(frames[0]) : piece.crc32;

    this.tickets.wait("numbers", piece.start);
    const numbers: Numbers = {
      offset: this.tickets.take("offset", size),
      frame: this.tickets.take("frames", frames.length),
      annotation: this.tickets.take("annotations", annotationCount) + 1,
    };
    const ids = this.#categoryIds;
    while (ids.length < this.classNames.length) {
      ids.push(this.classes.number(this.classNames[ids.length]) + 1);
    }
    const classes = this.classes.count;
    this.tickets.pass("numbers", piece.end);

    this.#format(frames, numbers);
    const annotations = piece.annotations.number(
      frames.map((frame) => frame.annotations),
      numbers.annotation,
      numbers.frame + 1,
      ids,
    );

    this.tickets.wait("text", piece.start);
    const places = {
      coco: this.tickets.take("images", this.#images.length),
      annotations: this.tickets.take("annotationText", annotations.length),
      manifest: this.tickets.take("manifest", this.#manifest.length),
      directory: this.tickets.take("directory", this.#directory.length),
      rejects: this.tickets.take("rejects", piece.rejects.length),
    };
    const done = {
      entries: this.tickets.take("doneEntries", piece.end - piece.start),
      bytes: this.tickets.take("doneBytes", size),
    };
    this.tickets.pass("text", piece.end);

    if (streamed) this.#copyStreamed(frames[0], numbers.offset, scratch);
    else this.#putBundle(piece.bytes, numbers.offset);
    this.#put("coco", this.#images.written, places.coco);
    this.#put("annotations", annotations, places.annotations);
    this.#put("manifest", this.#manifest.written, places.manifest);
    this.#put("directory", this.#directory.written, places.directory);
    this.#put("rejects", piece.rejects, places.rejects);
    const counts = {
      offset: numbers.offset + size,
      frames: numbers.frame + frames.length,
      annotations: numbers.annotation - 1 + annotationCount,
      images: places.coco + this.#images.length,
      annotationText: places.annotations + annotations.length,
      manifest: places.manifest + this.#manifest.length,
      directory: places.directory + this.#directory.length,
      rejects: places.rejects + piece.rejects.length,
      doneEntries: done.entries + piece.end - piece.start,
      doneBytes: done.bytes + size,
    };
    return { size, crc32: crc, counts, classes };
  }

  close(): void {
    for (const file of Object.values(this.#files)) closeSync(file);
  }

  #put(output: keyof Outputs, bytes: Uint8Array, position: number): void {
    const file = this.#files[output];
    if (file !== undefined && bytes.length > 0) writeAll(file, bytes, position);
  }

  #putBundle(bytes: Uint8Array, position: number): void {
    if (this.#segments) this.#segments.write(bytes, position);
    else this.#put("bundle", bytes, position);
  }

  /** Formats all lines of the piece; a separator stands before every line but the first of its file. */
  #format(frames: readonly PackedFrame[], numbers: Numbers): void {
    const { outputs, media } = this.job;
    const container = media && containers[media];
    for (const buffer of [this.#images, this.#manifest, this.#directory]) buffer.clear();
    let { offset, frame: index } = numbers;
    for (const frame of frames) {
      const dataOffset = frame.offset ?? offset + frame.envelope.before;
      const placed = media !== null || frame.offset !== undefined;
      if (outputs.coco !== undefined) {
        const { width, height } = uprightSize(frame.header);
        if (index > 0) this.#images.ascii(",\n");
        writeImage(this.#images, {
          index,
          fileName: frame.fileName,
          width,
          height,
          offset: placed ? dataOffset : undefined,
          size: placed ? frame.size : undefined,
          deflated: frame.deflated,
          split: frame.split,
          video: frame.video?.file === undefined
            ? undefined
            : { file: this.job.videos![frame.video.file], frame: frame.video.frame! },
          categoryIds: frame.classes?.map((category) => this.#categoryIds[category]),
          extra: frame.extra,
        });
      }
      if (outputs.manifest !== undefined) {
        if (index > 0) this.#manifest.ascii(",\n");
        writeFrame(this.#manifest, {
          index,
          offset: frame.video ? undefined : dataOffset,
          size: frame.size,
          crc32: frame.crc32,
          sha256: frame.sha256,
          width: frame.header.width,
          height: frame.header.height,
          orientation: frame.header.orientation,
          codec: frame.header.codec,
          fileName: frame.fileName,
          entry: frame.entry,
          json: frame.json,
          originalSize: frame.deflated ? frame.originalSize : undefined,
          video: frame.video?.file,
          videoFrame: frame.video?.frame,
          decoded: frame.video?.decoded,
          split: frame.split,
          labels: frame.labels,
          placeholder: frame.placeholder,
        });
      }
      if (container) {
        const room = container.directorySize(frame.name, frame.size, offset);
        this.#directory.reserve(room);
        container.writeDirectory(this.#directory.bytes, this.#directory.length, frame, offset);
        this.#directory.length += room;
        offset += frame.envelope.before + frame.size + frame.envelope.after;
      }
      index++;
    }
  }

  /** CRC-32 of envelope and data of a frame that is not in memory. */
  #streamedCrc(frame: PackedFrame): number {
    const header = new Uint8Array(frame.envelope.before);
    containers[this.job.media!].writeHeader(header, 0, frame);
    const withData = combineCrc32(crc32(header), frame.crc32, frame.size);
    return crc32(trailerOf(frame), withData);
  }

  #copyStreamed(frame: PackedFrame, offset: number, scratch: Uint8Array): void {
    const header = new Uint8Array(frame.envelope.before);
    containers[this.job.media!].writeHeader(header, 0, frame);
    this.#putBundle(header, offset);
    const dataOffset = offset + header.length;
    const write = (bytes: Uint8Array, at: number) => this.#putBundle(bytes, dataOffset + at);
    copyFile(this.source, frame.fileName, write, frame, scratch);
    this.#putBundle(trailerOf(frame), dataOffset + frame.size);
  }
}

/** What stands after the data of a frame that is not in memory. */
function trailerOf({ trailer, envelope }: PackedFrame): Uint8Array {
  return trailer ?? new Uint8Array(envelope.after);
}

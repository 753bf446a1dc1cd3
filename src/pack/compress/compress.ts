import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { eachBlock } from "../../io/each_block.ts";
import { openRange } from "../../io/range_file.ts";
import { writeAll } from "../../io/write_all.ts";
import { beyondRgb } from "../../image/beyond_rgb.ts";
import { textLines } from "../../manifest/lines.ts";
import type { ProofSummary, VideoFileSummary, VideoSummary } from "../../manifest/record.ts";
import { combineCrc32, crc32 } from "../../media/crc32.ts";
import { type FrameRecord, type ImageHeader, uprightSize } from "../../model/frame.ts";
import { type Issue, PackError } from "../../model/issue.ts";
import type { FrameEntry, Scan } from "../../scan/scan.ts";
import type { FileSource } from "../../source/source.ts";
import { LineBuffer } from "../../text/line_buffer.ts";
import { canDecode, decodeImages, type ImageToDecode } from "../../video/decode_images.ts";
import { decodeFrames, frameHashes } from "../../video/decode_video.ts";
import { codedSize, startEncoder } from "../../video/encode.ts";
import { pictureBytes, type PixelFormat, placePicture } from "../../video/pixels.ts";
import { findEncoder } from "../../video/program.ts";
import { Proof } from "../../video/proof.ts";
import { settingsSummary, type VideoSettings } from "../../video/settings.ts";
import { FrameTable, KEPT, REFUSED, UNDECODED } from "./frame_table.ts";
import { FULL, ImageReader } from "../images.ts";
import type { PackedFrame } from "../packed_frame.ts";

/** Files of one set at most: their digests stand in the manifest's header, which has a fixed size. */
const MOST_FILES = 24;
/** Images between two looks at signals while headers are read. */
const BREATH = 64;
const NONE: ReadonlySet<string> = new Set();

/** Where a compressed bundle goes, and whom to tell what. */
export interface CompressionRun {
  readonly settings: VideoSettings;
  readonly fps: number;
  /** Name of the bundle. */
  readonly bundleFile: string;
  /** Makes an empty file beside the others that will become `name`; returns its path. */
  create(name: string): string;
  /** Removes a file that came to nothing. */
  discard(path: string): void;
  /** Makes an empty helper file; returns its path. */
  spool(purpose: "frames" | "hashes"): string;
  issue(issue: Issue): void;
  /** Told of each image that is done. */
  progress(phase: "encode" | "prove", done: number, bytes: number): void;
  readonly signal?: AbortSignal;
}

/** A compressed bundle that has been written. */
export interface CompressedImages {
  readonly summary: VideoSummary;
  /** Of all files: bytes, CRC-32 (8 hex digits). */
  readonly size: number;
  readonly crc32: string;
  readonly files: readonly VideoFileSummary[];
  /** Frames in all. */
  readonly frames: number;
  /** Name of the frame with the lowest PSNR. */
  readonly worstName?: string;
  /** Entries of the scan, once more. */
  entries(): Generator<FrameEntry>;
  /** What the manifest says of the frame of each entry; null if it was rejected. */
  known(): Generator<FrameRecord | null>;
}

/**
 * Encodes the images of a dataset as a video, and proves it (docs/dataset_spec.md §1.5).
 *
 * @throws {PackError} If ffmpeg is missing or fails, no image can be decoded, or the proof fails.
 */
export async function compressImages(found: Scan, run: CompressionRun): Promise<CompressedImages> {
  const { settings, signal } = run;
  const encoder = await findEncoder(settings.ffmpeg, settings.name, settings.codec, signal);
  return await new Compression(found.imageSource, run, encoder).carryOut(found);
}

/** What is known of an image when it goes into the decoder. */
interface Facts {
  /** Index of its entry. */
  readonly i: number;
  readonly fileName: string;
  /** Undefined if it was rejected on the way. */
  readonly frame: PackedFrame | undefined;
}

/** Images that go into one file. */
interface Target {
  /** Upright size of the largest, px. */
  width: number;
  height: number;
}

class Compression {
  readonly #table = new FrameTable();
  /** Kinds of images there are: codec and orientation. */
  readonly #kinds: { codec: string; orientation: number }[] = [];
  readonly #targets: Target[] = [];
  /** Those of which a file was written, by their index; the others held no image that can be decoded. */
  readonly #written: number[] = [];
  readonly #spool: string;
  /** Reads images for the encoder. A zip's envelope has nothing after the data: an image is the last in the arena. */
  readonly #reader: ImageReader;
  /** Reads them a second time for the proof; what there is to say of them has been said. */
  readonly #second: ImageReader;

  constructor(readonly source: FileSource, readonly run: CompressionRun, readonly encoder: string) {
    this.#spool = run.spool("frames");
    this.#reader = new ImageReader(source, "zip", NONE, (issue) => this.#tell(issue));
    this.#second = new ImageReader(source, "zip", NONE, () => {});
  }

  async carryOut(found: Scan): Promise<CompressedImages> {
    const { settings, bundleFile } = this.run;
    await this.#survey(found);
    const files: VideoFileSummary[] = [];
    const paths: string[] = [];
    for (const [file, target] of this.#targets.entries()) {
      const name = this.#targets.length > 1 || settings.groupBySize
        ? bundleFile.replace(/(\.[^.]*)?$/, `.${target.width}x${target.height}$1`)
        : bundleFile;
      const path = this.run.create(name);
      const coded = codedSize(settings, target);
      const frames = await this.#encode(file, path, coded);
      if (frames === 0) {
        this.run.discard(path);
        continue;
      }
      let crc = 0;
      eachBlock(path, (bytes) => crc = crc32(bytes, crc));
      this.#written.push(file);
      paths.push(path);
      files.push({ file: name, ...coded, frames, size: statSync(path).size, crc32: hex(crc) });
    }
    if (files.length === 0) {
      throw new PackError(
        "None of the images could be decoded.",
        "The list of rejects of `--codec copy --dry-run` or `inspect` tells what is wrong with them.",
      );
    }
    if (!settings.proof) return this.#result(files, undefined, "");
    const proof = new Proof(settings);
    const indexes = this.#indexes();
    for (const [k, video] of files.entries()) {
      await this.#prove(this.#written[k], paths[k], video, proof, indexes);
    }
    return this.#result(files, proof.finish((index) => this.#nameOf(index)), proof.worstName);
  }

  #result(files: VideoFileSummary[], proof: ProofSummary | undefined, worstName: string): CompressedImages {
    const { settings } = this.run;
    const whole = files.length > 1 || settings.groupBySize;
    const largest = (side: "width" | "height") => Math.max(...files.map((file) => file[side]));
    return {
      summary: {
        ...settingsSummary(settings, this.encoder),
        width: largest("width"),
        height: largest("height"),
        ...whole && { files },
        proof,
      },
      files,
      size: files.reduce((sum, { size }) => sum + size, 0),
      crc32: whole ? this.#crcOfAll(files) : files[0].crc32,
      frames: files.reduce((sum, { frames }) => sum + frames, 0),
      worstName: worstName || undefined,
      entries: () => this.#entries(),
      known: () => this.#known(whole),
    };
  }

  #crcOfAll(files: readonly VideoFileSummary[]): string {
    return hex(
      files.reduce((crc, { crc32, size }) => combineCrc32(crc, Number.parseInt(crc32, 16), size), 0),
    );
  }

  /** Reads the header of every image: how large the video is to be, and which decoders it takes. */
  async #survey(found: Scan): Promise<void> {
    const { signal } = this.run;
    const reader = new ImageReader(this.source, null, NONE, this.run.issue);
    const lines = new LineBuffer();
    const file = openSync(this.#spool, "r+");
    let at = 0;
    const flush = () => {
      writeAll(file, lines.written, at);
      at += lines.length;
      lines.clear();
    };
    try {
      for (const entry of found.frames()) {
        if (this.#table.length % BREATH === 0) {
          await setImmediate();
          signal?.throwIfAborted();
          flush();
        }
        lines.utf8(JSON.stringify(entry) + "\n");
        this.#table.add(await this.#look(reader, entry.fileName));
        reader.clear();
      }
      flush();
    } finally {
      closeSync(file);
    }
    this.#sort();
  }

  async #look(reader: ImageReader, fileName: string) {
    const frame = await reader.read(fileName, undefined);
    if (!frame || frame === FULL) return undefined;
    const { codec, orientation, width, height } = frame.header;
    if (!canDecode(codec)) {
      this.#refuse(
        fileName,
        `is a ${codec.toUpperCase()}, which cannot become a frame of a compressed video`,
      );
      return undefined;
    }
    let kind = this.#kinds.findIndex((kind) => kind.codec === codec && kind.orientation === orientation);
    if (kind < 0) kind = this.#kinds.push({ codec, orientation }) - 1;
    return { kind, width, height };
  }

  /** Deals the images out to files: one for all, or one for each size. */
  #sort(): void {
    const { groupBySize } = this.run.settings;
    const bySize = new Map<string, number>();
    for (let i = 0; i < this.#table.length; i++) {
      if (this.#table.state(i) !== KEPT) continue;
      const { width, height } = this.#uprightSize(i);
      const key = groupBySize ? `${width}x${height}` : "";
      let file = bySize.get(key);
      if (file === undefined) {
        file = this.#targets.push({ width, height }) - 1;
        bySize.set(key, file);
        if (bySize.size > MOST_FILES) throw tooManySizes();
      }
      this.#table.setFile(i, file);
      const target = this.#targets[file];
      target.width = Math.max(target.width, width);
      target.height = Math.max(target.height, height);
    }
  }

  #uprightSize(i: number): { width: number; height: number } {
    return uprightSize(this.#header(i));
  }

  #header(i: number): ImageHeader {
    const { kind } = this.#table.kindAndFile(i);
    return { ...this.#kinds[kind], ...this.#table.size(i) };
  }

  /** Encodes one file; returns its frames. */
  async #encode(file: number, path: string, coded: { width: number; height: number }): Promise<number> {
    const { settings, fps, signal, progress } = this.run;
    const format = settings.pixelFormat;
    const encoder = startEncoder(settings, { path, ...coded, fps, encoder: this.encoder }, signal);
    const canvas = new Uint8Array(pictureBytes(format, coded.width, coded.height));
    let frames = 0;
    try {
      for await (
        const { facts, picture, cause } of this.#pictures(
          file,
          format,
          // What this pass finds out about an image must not change the count of those before it.
          (i) => this.#table.state(i) !== REFUSED,
          (i, name) => this.#read(i, name),
        )
      ) {
        const { i, fileName, frame } = facts;
        const size = this.#uprightSize(i);
        progress("encode", 1, frame?.size ?? 0);
        if (!frame || !picture || picture.length !== pictureBytes(format, size.width, size.height)) {
          this.#table.setState(i, UNDECODED);
          if (frame) {
            this.#rejectUndecoded(
              fileName,
              picture ? "its picture has another size than its header says" : cause,
            );
          }
          continue;
        }
        placePicture(format, canvas, coded, picture, size);
        await encoder.write(canvas);
        const { crc32, sha256, size: bytes } = frame;
        this.#table.setDigests(i, { crc32, sha256, size: bytes, videoFrame: frames++ });
      }
      await encoder.end();
      if (frames > 0) await encoder.finish();
    } finally {
      await encoder.close();
    }
    return frames;
  }

  /** Decodes a file again and compares it with its images. */
  async #prove(
    file: number,
    path: string,
    video: VideoFileSummary,
    proof: Proof,
    indexes: Uint32Array,
  ): Promise<void> {
    const { settings, fps, signal, progress } = this.run;
    const hashes = settings.codec.exact ? this.run.spool("hashes") : undefined;
    const frames = decodeFrames(path, { fps, video: { pix_fmt: settings.pixelFormat } }, video, {
      hashes,
      signal,
      program: settings.ffmpeg,
    });
    const numbers: number[] = [];
    try {
      for await (
        const { facts, picture } of this.#pictures(
          file,
          "rgb24",
          (i) => this.#table.state(i) === KEPT,
          (i, name) => this.#readAgain(i, name),
        )
      ) {
        const { i, fileName } = facts;
        const { width, height } = this.#uprightSize(i);
        const { value } = await frames.next();
        if (!picture || !value) throw changed(fileName);
        proof.add(indexes[i], { name: fileName, width, height, pixels: picture }, value);
        numbers.push(i);
        progress("prove", 1, 0);
      }
      // The end of the video is where it is seen that there are no more frames.
      await frames.next();
    } finally {
      await frames.return(undefined);
    }
    if (hashes === undefined) return;
    const found = frameHashes(readFileSync(hashes, "utf8"));
    if (found.length !== numbers.length) {
      throw new Error(`${found.length} digests of ${numbers.length} frames`);
    }
    numbers.forEach((i, n) => this.#table.setDecoded(i, Number.parseInt(found[n], 16)));
  }

  /** Pictures of the images of a file, in order, from as many decoders as there are kinds. */
  async *#pictures(
    file: number,
    pixelFormat: PixelFormat,
    counts: (i: number) => boolean,
    read: (i: number, fileName: string) => ImageToDecode<Facts>,
  ) {
    const { settings, signal } = this.run;
    const options = { pixelFormat, program: settings.ffmpeg, signal };
    const decoders = this.#kinds.map((kind, k) =>
      decodeImages(kind, (from) => this.#imagesOf(file, k, from, counts, read), options)
    );
    try {
      for (let i = 0; i < this.#table.length; i++) {
        const row = this.#table.kindAndFile(i);
        if (row.file !== file || !counts(i)) continue;
        const { value } = await decoders[row.kind].next();
        if (!value || value.facts.i !== i) {
          throw new Error(`image ${i} did not come out of its decoder in turn`);
        }
        yield value;
      }
    } finally {
      await Promise.all(decoders.map((decoder) => decoder.return(undefined)));
    }
  }

  /** Images of a file and kind, from the n-th on. */
  *#imagesOf(
    file: number,
    kind: number,
    from: number,
    counts: (i: number) => boolean,
    read: (i: number, fileName: string) => ImageToDecode<Facts>,
  ): Generator<ImageToDecode<Facts>> {
    let i = -1, n = 0;
    for (const { fileName } of this.#entries()) {
      i++;
      const row = this.#table.kindAndFile(i);
      if (row.kind !== kind || row.file !== file || !counts(i)) continue;
      if (n++ >= from) yield read(i, fileName);
    }
  }

  /** True while an image is read for the first time: what is wrong with it is told once. */
  #telling = true;

  #tell(issue: Issue): void {
    if (this.#telling) this.run.issue(issue);
  }

  /** Reads an image whole; what is wrong with it is told. */
  #read(i: number, fileName: string): ImageToDecode<Facts> {
    this.#telling = this.#table.lookAt(i);
    const frame = this.#frameOf(fileName);
    if (!frame) return { facts: { i, fileName, frame: undefined }, bytes: undefined };
    const { codec, orientation, width, height } = frame.header;
    const header = this.#header(i);
    if (
      codec !== header.codec || orientation !== header.orientation || width !== header.width ||
      height !== header.height
    ) throw changed(fileName);
    const bytes = this.#reader.arena.subarray(this.#reader.used - frame.size, this.#reader.used);
    if (!this.#allowed(fileName, bytes, codec)) {
      return { facts: { i, fileName, frame: undefined }, bytes: undefined };
    }
    return { facts: { i, fileName, frame }, bytes };
  }

  #frameOf(fileName: string): PackedFrame | undefined {
    this.#reader.clear();
    const frame = this.#reader.read(fileName, undefined);
    if (!frame || frame === FULL || frame instanceof Promise) return undefined;
    if (!frame.streamed) return frame;
    this.#refuse(fileName, `has ${frame.size} bytes, and a compressed bundle takes images of up to 64 MiB`);
    return undefined;
  }

  /** Tells what 8-bit RGB cannot hold of an image; where nothing may be lost, it is rejected for it. */
  #allowed(fileName: string, bytes: Uint8Array, codec: string): boolean {
    const more = beyondRgb(bytes, codec);
    if (more === undefined) return true;
    const { lossless, name } = this.run.settings;
    if (lossless) {
      this.#refuse(fileName, `has ${more}, which --codec ${name} could not give back`);
      return false;
    }
    this.#tell({
      code: "image-reduced",
      severity: "warning",
      path: fileName,
      message: `"${fileName}" has ${more}: its frame is 8-bit RGB without it.`,
    });
    return true;
  }

  /** Reads an image a second time, for the proof. */
  #readAgain(i: number, fileName: string): ImageToDecode<Facts> {
    const reader = this.#second;
    reader.clear();
    const frame = reader.read(fileName, undefined);
    const { crc32, size } = this.#table.row(i);
    if (
      !frame || frame === FULL || frame instanceof Promise || frame.crc32 !== crc32 || frame.size !== size
    ) {
      throw changed(fileName);
    }
    const bytes = reader.arena.subarray(reader.used - frame.size, reader.used);
    return { facts: { i, fileName, frame }, bytes };
  }

  #refuse(fileName: string, reason: string): void {
    this.#tell({
      code: "image-not-for-media",
      severity: "reject",
      record: "image",
      path: fileName,
      message: `"${fileName}" ${reason}.`,
      suggestion: "Pack with --codec copy, which holds every image as it is.",
    });
  }

  #rejectUndecoded(fileName: string, cause: string | undefined): void {
    this.run.issue({
      code: "image-undecodable",
      severity: "reject",
      record: "image",
      path: fileName,
      message: `"${fileName}" gives no picture: ${cause ?? "ffmpeg does not say why"}.`,
    });
  }

  #nameOf(index: number): string {
    let i = 0;
    for (const { fileName } of this.#entries()) {
      if (this.#table.state(i) === KEPT && index-- === 0) return fileName;
      i++;
    }
    return "";
  }

  /** Index in the set of the frame of each entry that has one. */
  #indexes(): Uint32Array {
    const indexes = new Uint32Array(this.#table.length);
    let next = 0;
    for (let i = 0; i < indexes.length; i++) if (this.#table.state(i) === KEPT) indexes[i] = next++;
    return indexes;
  }

  *#entries(): Generator<FrameEntry> {
    const file = openRange(this.#spool);
    try {
      for (const line of textLines(file)) yield JSON.parse(line);
    } finally {
      file.close();
    }
  }

  *#known(whole: boolean): Generator<FrameRecord | null> {
    const { proof, codec } = this.run.settings;
    const proven = proof && codec.exact;
    let i = 0, index = 0;
    for (const { fileName, split } of this.#entries()) {
      const at = i++;
      if (this.#table.state(at) !== KEPT) {
        yield null;
        continue;
      }
      const { file, videoFrame, crc32, sha256, size } = this.#table.row(at);
      yield {
        index: index++,
        size,
        crc32: hex(crc32),
        sha256,
        ...this.#header(at),
        file_name: fileName,
        ...whole && { video: this.#written.indexOf(file), video_frame: videoFrame },
        ...proven && { decoded: hex(this.#table.decoded(at)) },
        split,
      };
    }
  }
}

const hex = (crc: number) => crc.toString(16).padStart(8, "0");

function changed(fileName: string): PackError {
  return new PackError(
    `"${fileName}" changed while it was packed.`,
    "Run again when nothing writes to the dataset.",
  );
}

function tooManySizes(): PackError {
  return new PackError(
    `The images have more than ${MOST_FILES} sizes, and a set has at most so many video files.`,
    "Leave out --group-by-size: smaller images are then padded, and boxes do not change.",
  );
}

import { readFileSync, statSync } from "node:fs";
import { eachBlock } from "../../io/each_block.ts";
import type { ProofSummary, VideoFileSummary, VideoSummary } from "../../manifest/record.ts";
import { combineCrc32, crc32 } from "../../media/crc32.ts";
import type { FrameRecord } from "../../model/frame.ts";
import { type Issue, PackError } from "../../model/issue.ts";
import type { FrameEntry, Scan } from "../../scan/scan.ts";
import type { FileSource } from "../../source/source.ts";
import { decodeImages, type ImageToDecode } from "../../video/decode_images.ts";
import { decodeFrames, frameHashes } from "../../video/decode_video.ts";
import { codedSize, startEncoder } from "../../video/encode.ts";
import { pictureBytes, type PixelFormat, placePicture } from "../../video/pixels.ts";
import { findEncoder } from "../../video/program.ts";
import { Proof } from "../../video/proof.ts";
import { settingsSummary, type VideoSettings } from "../../video/settings.ts";
import { KEPT, REFUSED, UNDECODED } from "./frame_table.ts";
import { changed, type Facts, ImageInput } from "./image_input.ts";
import { Survey } from "./survey.ts";

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

class Compression {
  readonly #survey: Survey;
  readonly #input: ImageInput;
  /** Those of which a file was written, by their index; the others held no image that can be decoded. */
  readonly #written: number[] = [];

  constructor(source: FileSource, readonly run: CompressionRun, readonly encoder: string) {
    this.#survey = new Survey(run.spool("frames"));
    this.#input = new ImageInput(source, this.#survey, run.settings, run.issue);
  }

  async carryOut(found: Scan): Promise<CompressedImages> {
    const { settings, bundleFile } = this.run;
    await this.#survey.carryOut(found, settings.groupBySize, this.run.issue, this.run.signal);
    const files: VideoFileSummary[] = [];
    const paths: string[] = [];
    for (const [file, target] of this.#survey.targets.entries()) {
      const name = this.#survey.targets.length > 1 || settings.groupBySize
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
    const indexes = this.#survey.indexes();
    for (const [k, video] of files.entries()) {
      await this.#prove(this.#written[k], paths[k], video, proof, indexes);
    }
    return this.#result(files, proof.finish((index) => this.#survey.nameOf(index)), proof.worstName);
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
      entries: () => this.#survey.entries(),
      known: () => this.#known(whole),
    };
  }

  #crcOfAll(files: readonly VideoFileSummary[]): string {
    return hex(
      files.reduce((crc, { crc32, size }) => combineCrc32(crc, Number.parseInt(crc32, 16), size), 0),
    );
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
          (i) => this.#survey.table.state(i) !== REFUSED,
          (i, name) => this.#input.read(i, name),
        )
      ) {
        const { i, fileName, frame } = facts;
        const size = this.#survey.uprightSize(i);
        progress("encode", 1, frame?.size ?? 0);
        if (!frame || !picture || picture.length !== pictureBytes(format, size.width, size.height)) {
          this.#survey.table.setState(i, UNDECODED);
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
        this.#survey.table.setDigests(i, { crc32, sha256, size: bytes, videoFrame: frames++ });
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
          (i) => this.#survey.table.state(i) === KEPT,
          (i, name) => this.#input.readAgain(i, name),
        )
      ) {
        const { i, fileName } = facts;
        const { width, height } = this.#survey.uprightSize(i);
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
    numbers.forEach((i, n) => this.#survey.table.setDecoded(i, Number.parseInt(found[n], 16)));
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
    const decoders = this.#survey.kinds.map((kind, k) =>
      decodeImages(kind, (from) => this.#imagesOf(file, k, from, counts, read), options)
    );
    try {
      for (let i = 0; i < this.#survey.table.length; i++) {
        const row = this.#survey.table.kindAndFile(i);
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
    for (const { fileName } of this.#survey.entries()) {
      i++;
      const row = this.#survey.table.kindAndFile(i);
      if (row.kind !== kind || row.file !== file || !counts(i)) continue;
      if (n++ >= from) yield read(i, fileName);
    }
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

  *#known(whole: boolean): Generator<FrameRecord | null> {
    const { proof, codec } = this.run.settings;
    const proven = proof && codec.exact;
    let i = 0, index = 0;
    for (const { fileName, split } of this.#survey.entries()) {
      const at = i++;
      if (this.#survey.table.state(at) !== KEPT) {
        yield null;
        continue;
      }
      const { file, videoFrame, crc32, sha256, size } = this.#survey.table.row(at);
      yield {
        index: index++,
        size,
        crc32: hex(crc32),
        sha256,
        ...this.#survey.header(at),
        file_name: fileName,
        ...whole && { video: this.#written.indexOf(file), video_frame: videoFrame },
        ...proven && { decoded: hex(this.#survey.table.decoded(at)) },
        split,
      };
    }
  }
}

const hex = (crc: number) => crc.toString(16).padStart(8, "0");

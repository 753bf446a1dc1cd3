import { beyondRgb } from "../../image/beyond_rgb.ts";
import { type Issue, PackError } from "../../model/issue.ts";
import type { FileSource } from "../../source/source.ts";
import type { ImageToDecode } from "../../video/decode_images.ts";
import type { VideoSettings } from "../../video/settings.ts";
import { FULL, ImageReader } from "../images.ts";
import type { PackedFrame } from "../packed_frame.ts";
import { notForVideo } from "./refusal.ts";
import type { Survey } from "./survey.ts";

const NONE: ReadonlySet<string> = new Set();

/** What is known of an image when it goes into the decoder. */
export interface Facts {
  /** Index of its entry. */
  readonly i: number;
  readonly fileName: string;
  /** Undefined if it was rejected on the way. */
  readonly frame: PackedFrame | undefined;
}

/** Reads the images for the decoder: once for the encoder, a second time for the proof. */
export class ImageInput {
  /** Reads images for the encoder. A zip's envelope has nothing after the data: an image is the last in the arena. */
  readonly #reader: ImageReader;
  /** Reads them a second time for the proof; what there is to say of them has been said. */
  readonly #second: ImageReader;

  constructor(
    source: FileSource,
    readonly survey: Survey,
    readonly settings: VideoSettings,
    readonly issue: (issue: Issue) => void,
  ) {
    this.#reader = new ImageReader(source, "zip", NONE, (issue) => this.#tell(issue));
    this.#second = new ImageReader(source, "zip", NONE, () => {});
  }

  /** True while an image is read for the first time: what is wrong with it is told once. */
  #telling = true;

  #tell(issue: Issue): void {
    if (this.#telling) this.issue(issue);
  }

  /** Reads an image whole; what is wrong with it is told. */
  read(i: number, fileName: string): ImageToDecode<Facts> {
    this.#telling = this.survey.table.lookAt(i);
    const frame = this.#frameOf(fileName);
    if (!frame) return { facts: { i, fileName, frame: undefined }, bytes: undefined };
    const { codec, orientation, width, height } = frame.header;
    const header = this.survey.header(i);
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
    const { lossless, name } = this.settings;
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
  readAgain(i: number, fileName: string): ImageToDecode<Facts> {
    const reader = this.#second;
    reader.clear();
    const frame = reader.read(fileName, undefined);
    const { crc32, size } = this.survey.table.row(i);
    if (
      !frame || frame === FULL || frame instanceof Promise || frame.crc32 !== crc32 || frame.size !== size
    ) {
      throw changed(fileName);
    }
    const bytes = reader.arena.subarray(reader.used - frame.size, reader.used);
    return { facts: { i, fileName, frame }, bytes };
  }

  #refuse(fileName: string, reason: string): void {
    this.#tell(notForVideo(fileName, reason));
  }
}

/** The error of a dataset that somebody writes to. */
export function changed(fileName: string): PackError {
  return new PackError(
    `"${fileName}" changed while it was packed.`,
    "Run again when nothing writes to the dataset.",
  );
}

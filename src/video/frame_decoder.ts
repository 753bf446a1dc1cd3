import type { ManifestHeader } from "../manifest/record.ts";
import { type FrameRecord, uprightSize } from "../model/frame.ts";
import type { Picture } from "../image/picture.ts";
import { PackError } from "../model/issue.ts";
import { type DecodedFrame, decodeFrames } from "./decode_video.ts";
import { type VideoFile, videoFiles, videoPlace } from "./video_files.ts";

/** Frames that are decoded and passed over, rather than starting ffmpeg anew at a later one. */
const AHEAD = 50;

/** Options of {@link FrameDecoder}. */
export interface FrameDecoderOptions {
  /** Name or path of ffmpeg. @default {"ffmpeg"} */
  program?: string;
  /** Ends the work. */
  signal?: AbortSignal;
}

/**
 * Decodes frames of a compressed bundle, any one at any time. One ffmpeg goes on from frame to frame as long as they ascend
 * with small gaps; for any other it is started anew, at the key frame before.
 */
export class FrameDecoder implements AsyncDisposable {
  readonly #header: ManifestHeader;
  readonly #files: readonly VideoFile[];
  readonly #pathOf: (name: string) => string;
  readonly #program: string | undefined;
  readonly #closing = new AbortController();
  readonly #signal: AbortSignal;
  /** The ffmpeg that runs: the frame of the file it gives next. */
  #running: { file: number; next: number; frames: AsyncGenerator<DecodedFrame> } | undefined;
  /** Settles when the frame asked for last is there. */
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @param header Of the set's manifest, of a compressed bundle.
   * @param frames Number of frames of the set.
   * @param pathOf Path of a file of the set.
   */
  constructor(
    header: ManifestHeader,
    frames: number,
    pathOf: (name: string) => string,
    { program, signal }: FrameDecoderOptions = {},
  ) {
    this.#header = header;
    this.#files = videoFiles(header, frames);
    this.#pathOf = pathOf;
    this.#program = program;
    this.#signal = AbortSignal.any([this.#closing.signal, ...signal ? [signal] : []]);
  }

  /**
   * Decodes a frame. Calls are answered in the order they came.
   *
   * @throws {PackError} If ffmpeg is missing or fails, or the video ends before the frame; if the decoder was closed.
   */
  read(record: FrameRecord): Promise<Picture> {
    const answer = this.#last.then(() => this.#read(record));
    this.#last = answer.catch(() => {});
    return answer;
  }

  /** Ends ffmpeg at once; frames that were asked for and are not there yet fail. */
  close(): void {
    this.#closing.abort();
  }

  /** Ends ffmpeg, and waits until it is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#last;
    await this.#stop();
  }

  async #read(record: FrameRecord): Promise<Picture> {
    if (this.#closing.signal.aborted) throw new PackError("The frames of the video are closed.");
    const { file, frame } = videoPlace(record);
    const now = this.#running;
    const gap = now?.file === file ? frame - now.next : -1;
    if (gap < 0 || gap > AHEAD) await this.#start(file, frame);
    const running = this.#running!;
    try {
      for (;;) {
        const { value } = await running.frames.next();
        if (!value) throw lost(record);
        running.next = value.frame + 1;
        if (value.frame === frame) return cropped(value, record);
      }
    } catch (error) {
      await this.#stop();
      throw error;
    }
  }

  async #start(file: number, first: number): Promise<void> {
    await this.#stop();
    const video = this.#files[file];
    if (!video || first >= video.frames) throw new RangeError(`There is no frame ${first} of video ${file}.`);
    const options = { first, program: this.#program, signal: this.#signal };
    const frames = decodeFrames(this.#pathOf(video.file), this.#header.bundle, video, options);
    this.#running = { file, next: first, frames };
  }

  async #stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.frames.return(undefined);
  }
}

/** Frames lie at the top left of the video. */
function cropped(frame: DecodedFrame, record: FrameRecord): Picture {
  const { width, height } = uprightSize(record);
  if (width > frame.width || height > frame.height) throw lost(record);
  const pixels = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const from = row * frame.width * 3;
    pixels.set(frame.pixels.subarray(from, from + width * 3), row * width * 3);
  }
  return { width, height, pixels };
}

function lost({ index, file_name }: FrameRecord): PackError {
  return new PackError(
    `Frame ${index} "${file_name}" is not in the video as the manifest says.`,
    "Run verify to see all damage, then fetch or pack the set again.",
    4,
  );
}

import { encodeStill } from "../image/still.ts";
import type { Manifest } from "../manifest/reader.ts";
import { FrameDecoder } from "../video/frame_decoder.ts";

/** Frames of a compressed bundle as PNG files. ffmpeg is started when the first is asked for. */
export class VideoFrames implements AsyncDisposable {
  readonly #decoder: FrameDecoder;

  /** @param pathOf Path of a file of the set. */
  constructor(readonly manifest: Manifest, pathOf: (name: string) => string, ffmpeg?: string) {
    this.#decoder = new FrameDecoder(manifest.header, manifest.length, pathOf, { program: ffmpeg });
  }

  /** @throws {PackError} As {@link FrameDecoder.read} does. */
  async png(index: number): Promise<Uint8Array<ArrayBuffer>> {
    const picture = await this.#decoder.read(this.manifest.record(index));
    return await encodeStill(picture, "png") as Uint8Array<ArrayBuffer>;
  }

  /** Ends ffmpeg. */
  close(): void {
    this.#decoder.close();
  }

  /** Ends ffmpeg, and waits until it is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#decoder[Symbol.asyncDispose]();
  }
}

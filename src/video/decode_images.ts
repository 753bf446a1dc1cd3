import { type Ffmpeg, ffmpegFailed, PASSTHROUGH, startFfmpeg } from "./ffmpeg.ts";
import { blockHead, type MatroskaBlock, matroskaHead, readBlocks } from "./matroska.ts";
import type { PixelFormat } from "./pixels.ts";

/** ffmpeg's decoder for each kind of image that can become a frame of a compressed video. */
const DECODERS: Readonly<Record<string, string>> = {
  jpeg: "mjpeg",
  png: "png",
  webp: "webp",
  bmp: "bmp",
  tiff: "tiff",
  gif: "gif",
  pnm: "ppm",
};

/** Filters that show an image upright, by EXIF orientation; from 2 on. */
const UPRIGHT = [
  ...["hflip", "hflip,vflip", "vflip", "transpose=cclock_flip", "transpose=clock"],
  ...["transpose=clock_flip", "transpose=cclock"],
];

/** True if ffmpeg's images of this codec can be decoded. */
export const canDecode = (codec: string): boolean => Object.hasOwn(DECODERS, codec);

/** What images must have in common to go through the same decoder. */
export interface ImageKind {
  /** As the manifest tells it. */
  readonly codec: string;
  /** EXIF orientation, 1–8. */
  readonly orientation: number;
}

/** Options of {@link ImageDecoder}. */
export interface ImageDecoderOptions {
  /** What the pictures are wanted in. */
  pixelFormat: PixelFormat;
  /** Name or path of ffmpeg. */
  program: string;
  signal?: AbortSignal;
}

/** An image on its way through the decoder. */
export interface ImageToDecode<Facts> {
  /** What is known of it; comes back with its picture. */
  readonly facts: Facts;
  /** The file; undefined if it cannot be read, and then it has no picture. Valid until the next image is asked for. */
  readonly bytes: Uint8Array | undefined;
}

/** What became of an image. */
export interface DecodedImage<Facts> {
  readonly facts: Facts;
  /** Upright, in the format asked for; valid until the next one is asked for. Undefined if there is none. */
  readonly picture: Uint8Array | undefined;
  /** Why there is none, if ffmpeg gave none. */
  readonly cause?: string;
}

/**
 * Decodes images of one kind, in order, one picture for each or the reason why there is none.
 *
 * One ffmpeg decodes them all, fed as fast as it reads. Each image travels with its number, so that one that gives no picture
 * is known. It is then tried alone, since an image may fail for what came before it; what fails alone has no picture. An
 * ffmpeg that dies is started again after the image it died of.
 *
 * @param images Called with the number of the image to begin with; images from there on.
 * @throws {PackError} If ffmpeg is missing or cannot even decode a picture known to be sound.
 */
export async function* decodeImages<Facts>(
  kind: ImageKind,
  images: (from: number) => Iterator<ImageToDecode<Facts>>,
  options: ImageDecoderOptions,
): AsyncGenerator<DecodedImage<Facts>> {
  for (let from = 0;;) {
    const run = new Run(kind, images(from), options);
    try {
      for (;;) {
        const next = await run.next();
        if (next === undefined) return;
        from++;
        if (!next.missing) {
          yield next.image;
          continue;
        }
        const { facts } = next.image;
        const again = images(from - 1);
        const { bytes } = again.next().value as ImageToDecode<Facts>;
        again.return?.();
        const alone = bytes && await decodeAlone(kind, bytes, options);
        yield { facts, picture: alone?.picture, cause: alone?.cause };
        if (run.over) break;
      }
    } finally {
      await run.close();
    }
  }
}

/** One run of ffmpeg. */
class Run<Facts> {
  readonly #ffmpeg: Ffmpeg;
  readonly #blocks: AsyncGenerator<MatroskaBlock>;
  /** Images that were read, in order; those without bytes were not sent. */
  readonly #sent: { facts: Facts; time: number | undefined }[] = [];
  #allSent = false;
  #wake: () => void = () => {};
  #failure: unknown;
  readonly #feeding: Promise<void>;
  readonly #images: Iterator<ImageToDecode<Facts>>;
  /** A block that came for a later image than the one that was asked for. */
  #early: MatroskaBlock | undefined;
  /** True if ffmpeg has given all it gives. */
  over = false;

  constructor(kind: ImageKind, images: Iterator<ImageToDecode<Facts>>, options: ImageDecoderOptions) {
    this.#images = images;
    this.#ffmpeg = start(kind, options);
    this.#blocks = readBlocks((into) => this.#ffmpeg.read(into));
    this.#feeding = this.#feed(images).catch((error) => {
      this.#failure ??= error;
    }).finally(() => {
      this.#allSent = true;
      this.#wake();
    });
  }

  async #feed(images: Iterator<ImageToDecode<Facts>>): Promise<void> {
    await this.#ffmpeg.write(matroskaHead());
    for (let time = 0;;) {
      const { value, done } = images.next();
      if (done) break;
      const { facts, bytes } = value;
      this.#sent.push({ facts, time: bytes && time });
      this.#wake();
      if (!bytes) continue;
      try {
        await this.#ffmpeg.write(blockHead(time++, bytes.length));
        await this.#ffmpeg.write(bytes);
      } catch {
        return; // It is gone; what it did not give is seen when it is asked for.
      }
    }
    await this.#ffmpeg.end();
  }

  /** The next image; `missing` if ffmpeg gave no picture for it. */
  async next(): Promise<{ image: DecodedImage<Facts>; missing: boolean } | undefined> {
    while (this.#sent.length === 0) {
      if (this.#failure) throw this.#failure;
      if (this.#allSent) return undefined;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    const { facts, time } = this.#sent.shift()!;
    if (time === undefined) return { image: { facts, picture: undefined }, missing: false };
    if (!this.#early && !this.over) {
      const { value, done } = await this.#blocks.next();
      if (done) this.over = true;
      else this.#early = value;
    }
    const block = this.#early;
    if (block?.time !== time) return { image: { facts, picture: undefined }, missing: true };
    this.#early = undefined;
    return { image: { facts, picture: block.data }, missing: false };
  }

  async close(): Promise<void> {
    await this.#ffmpeg.close();
    await this.#feeding;
    this.#images.return?.();
  }
}

/** Decodes one image in a process of its own. */
async function decodeAlone(
  kind: ImageKind,
  bytes: Uint8Array,
  options: ImageDecoderOptions,
): Promise<{ picture?: Uint8Array; cause?: string }> {
  const found = await tryAlone(kind, bytes, options);
  if (found.picture) return found;
  // Is it the image, or is it ffmpeg?
  const sound = await tryAlone({ codec: "bmp", orientation: 1 }, SOUND, options);
  if (!sound.picture) throw ffmpegFailed(options.program, "decoding the images", sound.result);
  return { cause: found.result.words[0] };
}

async function tryAlone(kind: ImageKind, bytes: Uint8Array, options: ImageDecoderOptions) {
  const ffmpeg = start(kind, options);
  try {
    const feeding = (async () => {
      for (const part of [matroskaHead(), blockHead(0, bytes.length), bytes]) await ffmpeg.write(part);
      await ffmpeg.end();
    })().catch(() => {}); // Its end tells.
    let picture: Uint8Array | undefined;
    for await (const { data } of readBlocks((into) => ffmpeg.read(into))) picture ??= data.slice();
    await feeding;
    return { picture, result: await ffmpeg.result() };
  } finally {
    await ffmpeg.close();
  }
}

function start(kind: ImageKind, { pixelFormat, program, signal }: ImageDecoderOptions): Ffmpeg {
  return startFfmpeg([
    ...["-f", "matroska", "-threads", "1", "-noautorotate", "-c:v", DECODERS[kind.codec], "-i", "pipe:0"],
    ...["-map", "0:v:0", "-vf", filters(kind, pixelFormat), "-autoscale", "0", ...PASSTHROUGH],
    ...["-enc_time_base", "1:1000", "-c:v", "rawvideo", "-cluster_size_limit", "1", "-allow_raw_vfw", "1"],
    ...["-f", "matroska", "pipe:1"],
  ], { program, task: "decoding the images", input: true, output: true, signal });
}

/**
 * Upright, then in the format; turned as RGB, as halved chroma cannot be turned exactly when a size is odd. Chroma is made of
 * all pixels of a row: without `full_chroma_inp` the last column of an odd width is mixed with what lies behind it in memory.
 */
function filters({ orientation }: ImageKind, format: PixelFormat): string {
  const turn = orientation > 1 ? ["format=rgb24", UPRIGHT[orientation - 2]] : [];
  const target = format === "rgb24"
    ? ["format=rgb24"]
    : ["scale=out_range=pc:out_color_matrix=bt601:flags=bicubic+full_chroma_inp", `format=${format}`];
  return [...turn, ...target].join(",");
}

/** A BMP of one grey pixel: any ffmpeg decodes it. */
const SOUND = Uint8Array.from([
  ...[0x42, 0x4d, 58, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0], // "BM", bytes of the file, place of the pixels
  ...[40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24, 0], // 1 × 1 px, 24 bits
  ...new Array(24).fill(0),
  ...[128, 128, 128, 0],
]);

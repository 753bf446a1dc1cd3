import type { VideoSummary } from "../manifest/record.ts";
import { PackError } from "../model/issue.ts";
import { type CodecName, CODECS } from "./codec_names.ts";
import { codecs, type VideoCodec, type VideoContainer } from "./codecs.ts";
import { FFMPEG } from "./ffmpeg.ts";
import type { PixelFormat } from "./pixels.ts";

/** What a caller can ask of a compressed bundle. */
export interface CompressionOptions {
  /** `copy` keeps the original files; the others encode them with ffmpeg, which loses something unless they are lossless. */
  codec?: string;
  /** Quality: less is better. Of `mjpeg` its `-q:v`. @default {of the codec} */
  crf?: number;
  /** Preset of the encoder. @default {of the codec} */
  preset?: string;
  /** Frames from one key frame to the next. @default {10, or every frame where the codec has no others} */
  gop?: number;
  /** Pixel format: `yuv420p`, `yuv444p`, `rgb24`. @default {of the codec} */
  pixelFormat?: string;
  /** One file for each size of the images, in place of padding all to the largest. @default {false} */
  groupBySize?: boolean;
  /** The run fails if a frame comes back with less than this, dB. */
  minPsnr?: number;
  /** Decode everything again and compare. @default {true} */
  proof?: boolean;
  /** Name or path of ffmpeg. @default {"ffmpeg"} */
  ffmpeg?: string;
}

/** A compressed bundle with every default filled in. */
export interface VideoSettings {
  readonly name: string;
  readonly codec: VideoCodec;
  readonly container: VideoContainer;
  readonly crf?: number;
  readonly preset?: string;
  readonly gop?: number;
  readonly pixelFormat: PixelFormat;
  readonly groupBySize: boolean;
  readonly minPsnr?: number;
  readonly proof: boolean;
  readonly ffmpeg: string;
  /** Every pixel must come back as it was. */
  readonly lossless: boolean;
}

/**
 * Checks the options of a compressed bundle.
 *
 * @param media Container that was asked for; undefined for the codec's own.
 * @returns Undefined for `copy`.
 * @throws {PackError} With exit code 2 if options contradict each other.
 */
export function videoSettings(
  options: CompressionOptions,
  media: string | undefined,
): VideoSettings | undefined {
  const { codec: name = "copy", crf, preset, gop, pixelFormat, minPsnr, proof = true } = options;
  if (!(CODECS as readonly string[]).includes(name)) {
    throw wrong(`"${name}" is no codec.`, `Choose one of: ${CODECS.join(", ")}.`);
  }
  if (name === "copy") {
    refuseForCopy(options, media);
    return undefined;
  }
  const codec: VideoCodec = codecs[name as CodecName];
  const container = containerFor(name, codec, media);
  const format = (pixelFormat ?? codec.pixelFormats[0]) as PixelFormat;
  if (!codec.pixelFormats.includes(format)) {
    throw wrong(
      `--codec ${name} does not take --pix-fmt ${format}.`,
      `Choose one of: ${codec.pixelFormats.join(", ")}.`,
    );
  }
  refuse(crf !== undefined && !codec.crf, name, "--crf", "it is lossless");
  refuse(preset !== undefined && codec.preset === undefined, name, "--preset", "it has none");
  refuse(gop !== undefined && codec.gop === undefined, name, "--gop", "every frame is a key frame");
  if (crf !== undefined && !(crf >= 0 && crf <= codec.crf!.most)) {
    throw wrong(
      `--crf ${crf} is not possible for ${name}.`,
      `Give a number from 0 (best) to ${codec.crf!.most}.`,
    );
  }
  if (gop !== undefined && !(Number.isInteger(gop) && gop >= 1 && gop <= 1000)) {
    throw wrong(`--gop ${gop} is not possible.`, "Give a whole number from 1 to 1000.");
  }
  if (preset !== undefined && !/^[a-z0-9]+$/.test(preset)) {
    throw wrong(`"${preset}" is no preset.`, "Give one the encoder knows, as fast or 8.");
  }
  if (minPsnr !== undefined && !(proof && minPsnr > 0 && minPsnr <= 100)) {
    throw wrong(
      `--min-psnr ${minPsnr} cannot be checked.`,
      proof ? "Give decibels, from 0 to 100." : "Leave out --no-proof: it is the proof that measures.",
    );
  }
  const quality = crf ?? codec.crf?.default;
  return {
    name,
    codec,
    container,
    crf: quality,
    preset: preset ?? codec.preset,
    gop: gop ?? codec.gop,
    pixelFormat: format,
    groupBySize: options.groupBySize ?? false,
    minPsnr,
    proof,
    ffmpeg: options.ffmpeg ?? FFMPEG,
    lossless: codec.lossless(quality),
  };
}

/** The settings as the manifest tells them. */
export function settingsSummary(
  { name, container, crf, preset, gop, pixelFormat }: VideoSettings,
  encoder: string,
): Pick<VideoSummary, "container" | "codec" | "encoder" | "pix_fmt" | "crf" | "preset" | "gop"> {
  return { container, codec: name, encoder, pix_fmt: pixelFormat, crf, preset, gop };
}

function containerFor(name: string, codec: VideoCodec, media: string | undefined): VideoContainer {
  if (media === undefined) return codec.containers[0];
  const found = codec.containers.find((container) => container === media);
  if (found) return found;
  const fits = codec.containers.map((container) => `--media ${container}`).join(" or ");
  throw wrong(
    `--codec ${name} does not go into --media ${media}.`,
    `Use ${fits}, or --codec copy, which keeps the files.`,
  );
}

function refuseForCopy(options: CompressionOptions, media: string | undefined): void {
  if (media === "mkv") {
    throw wrong(
      "--media mkv is for compressed video.",
      "Use --media mp4, which keeps every file as it is, or choose a --codec: ffv1 is lossless.",
    );
  }
  const { crf, preset, gop, pixelFormat, groupBySize, minPsnr } = options;
  const given = Object.entries({
    "--crf": crf,
    "--preset": preset,
    "--gop": gop,
    "--pix-fmt": pixelFormat,
    "--group-by-size": groupBySize || undefined,
    "--min-psnr": minPsnr,
  }).find(([, value]) => value !== undefined);
  if (given) {
    throw wrong(
      `${given[0]} is for compressed video, and --codec copy keeps every file as it is.`,
      `Leave it out, or choose a codec: ${CODECS.slice(1).join(", ")}.`,
    );
  }
}

function refuse(condition: boolean, name: string, option: string, reason: string): void {
  if (condition) throw wrong(`--codec ${name} has no ${option}: ${reason}.`, `Leave out ${option}.`);
}

const wrong = (message: string, suggestion: string) => new PackError(message, suggestion, 2);

import type { VideoSettings } from "./settings.ts";
import { type Ffmpeg, startFfmpeg } from "./ffmpeg.ts";

/** A file to be encoded. */
export interface EncodingTarget {
  readonly path: string;
  /** Coded size, px. */
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** ffmpeg's encoder. */
  readonly encoder: string;
}

/**
 * Coded size of a video whose largest frames are so wide and high: even where chroma is halved, and not less than the encoder takes.
 *
 * @param largest Upright, px.
 */
export function codedSize(
  { codec, pixelFormat }: Pick<VideoSettings, "codec" | "pixelFormat">,
  largest: { width: number; height: number },
): { width: number; height: number } {
  const odd = pixelFormat === "yuv420p" ? 1 : 0;
  const coded = (length: number) => Math.max(codec.least, length + (length & odd));
  return { width: coded(largest.width), height: coded(largest.height) };
}

/**
 * Starts the ffmpeg that encodes a video of raw pictures, written to it one after the other in the settings' pixel format and
 * the coded size. Every picture becomes one frame.
 *
 * @throws {PackError} If it cannot be started.
 */
export function startEncoder(settings: VideoSettings, target: EncodingTarget, signal?: AbortSignal): Ffmpeg {
  const { codec, container, pixelFormat, ffmpeg } = settings;
  const { path, width, height, fps, encoder } = target;
  const rgb = pixelFormat === "rgb24";
  const colour = rgb
    ? "setparams=range=pc:color_primaries=bt709:color_trc=iec61966-2-1"
    : "setparams=range=pc:colorspace=smpte170m:color_primaries=bt709:color_trc=iec61966-2-1";
  const ticks = Math.round(fps * 1000);
  return startFfmpeg([
    ...["-f", "rawvideo", "-pixel_format", pixelFormat, "-video_size", `${width}x${height}`],
    ...["-framerate", `${ticks}/1000`, "-color_range", "pc", "-i", "pipe:0"],
    ...["-map", "0:v:0", "-vf", colour, "-c:v", encoder, ...rgb ? [] : ["-pix_fmt", fullRange(settings)]],
    ...["-color_range", "pc", "-color_primaries", "bt709", "-color_trc", "iec61966-2-1"],
    ...rgb ? [] : ["-colorspace", "smpte170m"],
    ...codec.arguments(settings, encoder),
    ...["-fflags", "+bitexact", "-flags:v", "+bitexact"],
    ...container === "mp4"
      ? ["-movflags", "+faststart", "-video_track_timescale", `${ticks}`, "-f", "mp4"]
      : ["-f", "matroska"],
    ...["-y", path],
  ], { program: ffmpeg, task: `encoding the video with ${encoder}`, input: true, signal });
}

/** The JPEG encoder knows the full range by a name of its own. */
function fullRange({ name, pixelFormat }: VideoSettings): string {
  return name === "mjpeg" ? pixelFormat.replace("yuv", "yuvj") : pixelFormat;
}

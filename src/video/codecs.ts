import type { CodecName } from "./codec_names.ts";
import type { PixelFormat } from "./pixels.ts";

/** Container of a compressed video. */
export type VideoContainer = "mp4" | "mkv";

/** What can be asked of a codec. */
export interface VideoCodec {
  /** ffmpeg's encoders for it, the best first. */
  readonly encoders: readonly string[];
  /** The default first. */
  readonly containers: readonly VideoContainer[];
  /** The default first. */
  readonly pixelFormats: readonly PixelFormat[];
  /** Least and greatest quality setting, and the default; absent if there is none. */
  readonly crf?: { readonly default: number; readonly most: number };
  readonly preset?: string;
  /** Frames from one key frame to the next; absent if every frame is one. */
  readonly gop?: number;
  /** What is lossless, at which settings. */
  lossless(crf: number | undefined): boolean;
  /** True if every decoder gives the same pixels, by the codec's standard. */
  readonly exact: boolean;
  /** Least width and height the encoder takes, px. */
  readonly least: number;
  /** Arguments of the encoder. */
  arguments(settings: { crf?: number; preset?: string; gop?: number }, encoder: string): string[];
}

const never = () => false;

/** Key frames at every multiple of the group's length and nowhere else; no frames that refer to later ones. */
const fixedGroups = (gop: number) => ["-g", `${gop}`, "-keyint_min", `${gop}`, "-bf", "0"];

/** Codecs that the system's ffmpeg encodes, by the name `--codec` takes (docs/dataset_spec.md §1.5). */
export const codecs: Readonly<Record<CodecName, VideoCodec>> = {
  h264: {
    encoders: ["libx264"],
    containers: ["mp4", "mkv"],
    pixelFormats: ["yuv420p", "yuv444p"],
    crf: { default: 18, most: 51 },
    preset: "medium",
    gop: 10,
    lossless: never,
    exact: true,
    least: 2,
    arguments: ({ crf, preset, gop }) => [
      ...["-crf", `${crf}`, "-preset", preset!, ...fixedGroups(gop!), "-sc_threshold", "0"],
    ],
  },
  hevc: {
    encoders: ["libx265"],
    containers: ["mp4", "mkv"],
    pixelFormats: ["yuv420p", "yuv444p"],
    crf: { default: 20, most: 51 },
    preset: "medium",
    gop: 10,
    lossless: never,
    exact: true,
    least: 64,
    arguments: ({ crf, preset, gop }) => [
      ...["-crf", `${crf}`, "-preset", preset!, ...fixedGroups(gop!), "-tag:v", "hvc1"],
      ...["-x265-params", `log-level=error:scenecut=0:open-gop=0:bframes=0:keyint=${gop}:min-keyint=${gop}`],
    ],
  },
  av1: {
    encoders: ["libsvtav1", "libaom-av1"],
    containers: ["mp4", "mkv"],
    pixelFormats: ["yuv420p"],
    crf: { default: 25, most: 63 },
    preset: "8",
    gop: 10,
    lossless: never,
    exact: true,
    least: 64,
    arguments: ({ crf, preset, gop }, encoder) =>
      encoder === "libsvtav1" ? ["-crf", `${crf}`, "-preset", preset!, "-g", `${gop}`] : [
        ...["-crf", `${crf}`, "-b:v", "0", "-cpu-used", preset!, "-row-mt", "1"],
        ...["-g", `${gop}`, "-keyint_min", `${gop}`, "-lag-in-frames", "0"],
      ],
  },
  ffv1: {
    encoders: ["ffv1"],
    containers: ["mkv"],
    pixelFormats: ["rgb24"],
    lossless: () => true,
    exact: true,
    least: 2,
    arguments: () => ["-level", "3", "-g", "1", "-slicecrc", "1", "-pix_fmt", "bgr0"],
  },
  x264rgb: {
    encoders: ["libx264rgb"],
    containers: ["mp4", "mkv"],
    pixelFormats: ["rgb24"],
    crf: { default: 0, most: 51 },
    preset: "medium",
    gop: 10,
    lossless: (crf) => crf === 0,
    exact: true,
    least: 2,
    arguments: ({ crf, preset, gop }) => [
      ...["-crf", `${crf}`, "-preset", preset!, ...fixedGroups(gop!), "-sc_threshold", "0"],
      ...["-pix_fmt", "rgb24"],
    ],
  },
  mjpeg: {
    encoders: ["mjpeg"],
    containers: ["mp4", "mkv"],
    pixelFormats: ["yuv420p", "yuv444p"],
    crf: { default: 3, most: 31 },
    lossless: never,
    exact: false,
    least: 2,
    arguments: ({ crf }) => ["-q:v", `${crf}`, "-qmin", "1"],
  },
};

import type { PackOptions } from "../pack/options.ts";
import {
  type FrameFlags,
  type LabelFlags,
  type SourceFlags,
  type VideoFlags,
  videoOptions,
} from "./flags/input.ts";
import type { MediaFlags, RunFlags } from "./flags/output.ts";
import { readClassMap } from "./class_map.ts";
import { outputChoice } from "./output_path.ts";
import type { StraightFlags } from "./flags/sending.ts";
import { chooseSource, type Surroundings } from "./source.ts";

/** The commands that pack. */
export type Stage = "run" | "bundle" | "annotate";

/** All options of `run`, `bundle` and `annotate`. */
export interface PackFlags
  extends SourceFlags, RunFlags, MediaFlags, LabelFlags, FrameFlags, VideoFlags, StraightFlags {
  readonly input?: string;
  readonly allowMissingManifest?: boolean;
}

/** Options of a run, and whether it packs the sample. */
export interface ChosenOptions {
  readonly options: PackOptions;
  readonly isSample: boolean;
}

/**
 * Turns the command line into the library's options.
 *
 * @throws {PackError} With exit code 2 if options contradict each other.
 */
export function packOptions(
  stage: Stage,
  flags: PackFlags,
  dataset: string | undefined,
  surroundings: Surroundings,
): ChosenOptions {
  const { isSample, ...source } = chooseSource({ ...flags, dataset }, surroundings);
  const options: PackOptions = {
    stage,
    ...source,
    ...outputChoice(stage, flags.output, flags.media, surroundings.isFolder),
    compression: {
      codec: flags.codec,
      crf: flags.crf,
      preset: flags.preset,
      gop: flags.gop,
      pixelFormat: flags.pixFmt,
      groupBySize: flags.groupBySize,
      minPsnr: flags.minPsnr,
      proof: !flags.noProof,
      ffmpeg: flags.ffmpeg,
    },
    layout: flags.layout,
    fps: flags.fps,
    deflate: flags.deflate,
    keepLabels: flags.keepLabels,
    format: flags.format,
    pattern: flags.pattern,
    videos: videoOptions(flags),
    vocOffset: flags.vocOffset,
    keepIgnore: flags.keepIgnore,
    classMap: flags.classMap === undefined ? undefined : readClassMap(flags.classMap),
    classes: flags.classes,
    dropClasses: flags.dropClass,
    task: flags.task,
    area: flags.area,
    profile: flags.profile,
    split: flags.split,
    splitSeed: flags.splitSeed,
    dedupe: flags.dedupe,
    overwrite: flags.overwrite,
    skipMissingImages: flags.skipMissingImages,
    skipManifest: flags.skipManifest,
    allowMissingManifest: flags.allowMissingManifest,
    placeholders: !flags.noAutoGeneratePlaceholders,
    workers: flags.workers,
    resume: !flags.noResume,
    maxRejects: flags.maxRejects,
  };
  return { options, isSample };
}

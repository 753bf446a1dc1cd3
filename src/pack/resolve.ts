import { existsSync, type Stats, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { ANNOTATION_FILE, filesOfSet, MANIFEST_FILE, REJECTS_FILE } from "../manifest/record.ts";
import { manifestHeaderOf } from "../manifest/reader.ts";
import { COMMIT } from "../manifest/source_set.ts";
import { PackError } from "../model/issue.ts";
import { MEDIA, type Media } from "../media/container.ts";
import { indexFile, LAYOUTS } from "../media/layout.ts";
import type { LabelPolicy } from "../model/label_policy.ts";
import { type SplitShares, splitShares } from "../scan/splits.ts";
import type { VideoPolicy } from "../scan/scan.ts";
import { checkArchive } from "../archive/archive_kind.ts";
import { type VideoSettings, videoSettings } from "../video/settings.ts";
import { FRAME_FORMATS } from "../video/input/frame_format.ts";
import { isRemote, parseLocation, withoutQuery } from "../store/location.ts";
import { isVideoName } from "../video/input/video_name.ts";
import { checkFileNames } from "./file_names.ts";
import type { PackOptions } from "./options.ts";

/** Options with every default filled in and every path absolute. */
export interface ResolvedOptions extends Omit<PackOptions, "media"> {
  stage: "run" | "bundle" | "annotate";
  images: string;
  labels: string;
  output: string;
  media: Media;
  /** Settings of a compressed bundle; undefined if the files are kept as they are. */
  video: VideoSettings | undefined;
  fps: number;
  bundleFile: string;
  annotationFile: string;
  /** Name of the index beside the bundle; undefined if there is none. */
  indexFile: string | undefined;
  workers: number;
  /** Paths the scan passes over: the output folder, and the set's files if it is the dataset folder itself. */
  exclude: string[];
  /** Manifest that `annotate` follows, if there is one. */
  manifest: string | undefined;
  policy: LabelPolicy;
  /** Shares of {@link PackOptions.split}, checked. */
  shares: SplitShares | undefined;
  /** {@link PackOptions.videos}, checked; undefined if they are passed over. */
  videoPolicy: VideoPolicy | undefined;
}

/**
 * Fills in the defaults and checks what can be checked before any work.
 *
 * @throws {PackError} With exit code 2 if the options contradict each other or the folders.
 */
export function resolveOptions(options: PackOptions): ResolvedOptions {
  const stage = options.stage ?? "run";
  oneOf("stage", stage, ["run", "bundle", "annotate"]);
  if (options.media !== undefined) oneOf("media", options.media, [...MEDIA, "mkv"]);
  const compression = videoSettings(options.compression ?? {}, options.media);
  if (compression) checkCompression(options, stage);
  // Of a compressed bundle it is the nearest of the containers of files, for what the two have in common.
  const media = compression ? "mp4" : (options.media ?? "zip") as Media;
  const images = input(
    options.images ?? options.dataset ?? options.labels,
    options.images === undefined ? "dataset" : "images",
  );
  const labels = input(options.labels ?? options.dataset ?? options.images, "labels");
  const straight = isRemote(options.output ?? "");
  if (straight) checkStraight(options, stage);
  const output = straight ? options.output! : resolve(options.output ?? "output");
  const bundleFile = options.bundleFile ?? `media_bundle.${compression?.container ?? media}`;
  const annotationFile = options.annotationFile ?? ANNOTATION_FILE;
  checkLayout(options, stage, media);
  const index = indexFile({ file: bundleFile, layout: options.layout });
  checkFileNames([bundleFile, annotationFile, ...index === undefined ? [] : [index]]);
  const workers = options.workers ?? Math.max(1, availableParallelism());
  if (!Number.isInteger(workers) || workers < 1 || workers > 256) {
    throw new PackError(`"${workers}" workers are not possible.`, "Give a whole number from 1 to 256.", 2);
  }
  const { maxRejects } = options;
  if (maxRejects !== undefined && !(Number.isInteger(maxRejects) && maxRejects >= 0)) {
    throw new PackError(
      `At most "${maxRejects}" rejects are not possible.`,
      "Give a whole number from 0 on.",
      2,
    );
  }
  if (options.keepLabels && stage === "annotate") {
    throw new PackError(
      "A bundle that is there already cannot take up label files.",
      "Give --keep-labels to `run` or `bundle`.",
      2,
    );
  }
  if (options.deflate && media !== "zip") {
    throw new PackError(
      `${media === "mp4" ? "An" : "A"} ${media} bundle cannot hold deflated frames.`,
      "Leave out --deflate, or use --media zip.",
      2,
    );
  }
  const fps = framesASecond(options.fps, media);
  oneOf("task", options.task ?? "detect", ["detect", "segment"]);
  oneOf("area", options.area ?? "exact", ["exact", "mask"]);
  if (options.profile !== undefined) oneOf("profile", options.profile, ["dfine", "mmdet"]);
  const exclude = [
    ...(options.exclude ?? []).map((path) => resolve(path)),
    output,
    ...[bundleFile, annotationFile, ...index === undefined ? [] : [index], MANIFEST_FILE, REJECTS_FILE]
      .map((name) => join(output, name)),
  ];
  const resolved = {
    ...options,
    stage,
    images,
    labels,
    output,
    media,
    video: compression,
    fps,
    bundleFile,
    annotationFile,
    indexFile: index,
    workers,
    exclude,
    policy: policyOf(options),
    shares: sharesOf(options),
    videoPolicy: videoPolicyOf(options),
  };
  const manifest = stage === "annotate" && !options.skipManifest ? followed(resolved) : undefined;
  if (manifest !== undefined && options.pattern?.length) {
    throw new PackError(
      `The manifest "${manifest}" says which frames there are, so --pattern "${
        options.pattern[0]
      }" cannot choose others.`,
      "Leave out --pattern, or add --skip-manifest and another --output to write labels alone.",
      2,
    );
  }
  if (manifest !== undefined && (options.split || options.dedupe)) {
    throw new PackError(
      `The manifest "${manifest}" says which frames there are and of which split.`,
      "Give --split and --dedupe to `bundle` or `run`, which choose the frames.",
      2,
    );
  }
  if (manifest !== undefined && manifestHeaderOf(manifest).bundle.layout !== undefined) {
    throw new PackError(
      `The labels stand in the bundle of "${manifest}", too, and cannot be changed there.`,
      "Pack again with `run --media tar --layout webdataset --overwrite`, or write labels alone: add " +
        "--skip-manifest and another --output.",
      2,
    );
  }
  refuseOwnInput(resolved);
  // What is there already is looked up when the place is opened.
  if (straight) return { ...resolved, manifest };
  if (!options.overwrite) refuseExisting(resolved);
  else if (options.skipManifest) refuseStaleManifest(resolved);
  return { ...resolved, manifest };
}

/** What cannot be sent straight to a store. */
function checkStraight(
  { output, compression, skipManifest }: PackOptions,
  stage: ResolvedOptions["stage"],
): void {
  const folder = "Write into a folder, then send it with `upload`";
  const { kind } = parseLocation(output!);
  const wrong = kind !== "s3" && kind !== "az"
    ? [`A set can be packed straight into s3: and az: only, not into "${withoutQuery(output!)}"`, folder]
    : stage !== "run"
    ? [
      `${stage} writes into a folder, not to "${withoutQuery(output!)}"`,
      "`run` packs straight into a store",
    ]
    : videoSettings(compression ?? {}, undefined)
    ? ["An encoder goes back in the file it writes, so a video cannot be sent while it is made", folder]
    : skipManifest
    ? ["Only a set with its manifest is sent to a store", "Leave out --skip-manifest"]
    : undefined;
  if (wrong) throw new PackError(`${wrong[0]}.`, `${wrong[1]}.`, 2);
}

/** What a compressed bundle cannot have. */
function checkCompression(
  { keepLabels, deflate, layout }: PackOptions,
  stage: ResolvedOptions["stage"],
): void {
  const wrong = stage === "annotate"
    ? ["annotate writes no bundle", "Give --codec to `run` or `bundle`"]
    : keepLabels
    ? ["A compressed bundle cannot take up label files", "Leave out --keep-labels, or use --codec copy"]
    : deflate
    ? ["A video cannot hold deflated frames", "Leave out --deflate, or use --codec copy with --media zip"]
    : layout
    ? ["WebDataset reads tar files", "Leave out --layout, or use --codec copy with --media tar"]
    : undefined;
  if (wrong) throw new PackError(`${wrong[0]}.`, `${wrong[1]}.`, 2);
}

/** `--layout`: which bundles can have one. */
function checkLayout({ layout, keepLabels }: PackOptions, stage: string, media: Media): void {
  if (layout === undefined) return;
  oneOf("layout", layout, LAYOUTS);
  if (stage !== "run") {
    throw new PackError(
      `${stage} writes no labels into a bundle, and --layout ${layout} puts them behind each image.`,
      `Use \`run --media tar --layout ${layout}\`, which writes both.`,
      2,
    );
  }
  if (media !== "tar") {
    throw new PackError(
      `${
        media === "mp4" ? "An" : "A"
      } ${media} bundle cannot be laid out for WebDataset, which reads tar files.`,
      "Add --media tar, or leave out --layout.",
      2,
    );
  }
  if (keepLabels) {
    throw new PackError(
      "A reader of WebDataset would take the original label files for a sample.",
      "Leave out --keep-labels, or --layout.",
      2,
    );
  }
}

/** `--fps`: times in an mp4 are counted in thousandths of a frame. */
function framesASecond(fps: number | undefined, media: Media): number {
  if (fps === undefined) return 30;
  if (media !== "mp4") {
    throw new PackError(
      `A ${media} bundle has no times.`,
      "Leave out --fps, or use --media mp4.",
      2,
    );
  }
  const ticks = Math.round(fps * 1000);
  if (ticks >= 1 && ticks <= 1_000_000 && Math.abs(fps * 1000 - ticks) < 1e-6) return ticks / 1000;
  throw new PackError(
    `"${fps}" frames a second are not possible.`,
    "Give a number from 0.001 to 1000 with at most three decimals.",
    2,
  );
}

function policyOf(options: PackOptions): LabelPolicy {
  return {
    keepIgnore: options.keepIgnore ?? false,
    outlineBoxes: options.task === "segment",
    maskArea: options.area === "mask",
    classes: {
      rename: new Map(Object.entries(options.classMap ?? {})),
      only: options.classes && [...new Set(options.classes)],
      drop: new Set(options.dropClasses),
    },
  };
}

function sharesOf({ split, splitSeed = 0 }: PackOptions): SplitShares | undefined {
  if (!split) return undefined;
  try {
    return splitShares(split, splitSeed);
  } catch (error) {
    throw new PackError(
      `The splits cannot be dealt: ${(error as Error).message}.`,
      "Give a share for each split, as --split train=0.8,val=0.1,test=0.1.",
      2,
    );
  }
}

function videoPolicyOf({ videos = {} }: PackOptions): VideoPolicy | undefined {
  if (videos === false) return undefined;
  const { every, at, format = "png", ffmpeg } = videos;
  oneOf("frame format", format, FRAME_FORMATS);
  if (every !== undefined && at !== undefined) {
    throw new PackError(
      "Frames are chosen by their number (--every) or by times (--at), not by both.",
      "Give one of them.",
      2,
    );
  }
  if (every !== undefined && !(Number.isInteger(every) && every >= 1)) {
    throw new PackError(`Every "${every}"th frame is not possible.`, "Give a whole number from 1 on.", 2);
  }
  const wrong = at?.find((seconds) => !(seconds >= 0 && seconds < Infinity));
  if (wrong !== undefined) {
    throw new PackError(`There is no frame at "${wrong}" seconds.`, "Give times from 0 on.", 2);
  }
  return { choice: { every, at }, format, ffmpeg };
}

/** Scripts without types may give anything. */
function oneOf(option: string, value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return;
  throw new PackError(`"${value}" is no ${option}.`, `Choose one of: ${allowed.join(", ")}.`, 2);
}

function input(path: string | undefined, what: string): string {
  if (path === undefined) {
    throw new PackError(
      `No ${what} folder was named.`,
      "Name a folder with images and labels, or use --images.",
      2,
    );
  }
  let found: Stats;
  try {
    found = statSync(path);
  } catch (error) {
    if ((error as { code?: string }).code !== "ENOENT") throw error;
    throw new PackError(`The ${what} folder "${path}" does not exist.`, "Check the spelling of the path.", 2);
  }
  if (!found.isDirectory() && !found.isFile()) {
    throw new PackError(
      `"${path}" is neither a folder nor a file.`,
      "Name a folder, a zip, a tar or a video.",
      2,
    );
  }
  if (found.isFile() && !isVideoName(path)) checkArchive(path);
  return resolve(path);
}

/** A bundle can be packed again, but not into its own place. */
function refuseOwnInput(
  { stage, images, labels, output, bundleFile }: Omit<ResolvedOptions, "manifest">,
): void {
  const inside = [images, labels].filter((path) => dirname(path) === output);
  if (stage === "annotate" || inside.length === 0) return;
  const manifest = join(output, MANIFEST_FILE);
  const replaced = [bundleFile, ...existsSync(manifest) ? [manifestHeaderOf(manifest).bundle.file] : []];
  const input = inside.find((path) => replaced.includes(basename(path)));
  if (input === undefined) return;
  throw new PackError(`"${input}" would be replaced by what is made of it.`, "Choose another --output.", 2);
}

/** Files that a stage would replace. */
function refuseExisting(options: Omit<ResolvedOptions, "manifest">): void {
  const { stage, output } = options;
  const written = [...mediaAndLabels(options), ...stage === "annotate" ? [] : [MANIFEST_FILE]];
  const there = [...written, MANIFEST_FILE + COMMIT].find((name) => existsSync(join(output, name)));
  if (there !== undefined && !(stage === "annotate" && there === MANIFEST_FILE + COMMIT)) {
    throw new PackError(
      `"${join(output, there)}" exists already.`,
      "Add --overwrite to replace it, or choose another --output.",
      2,
    );
  }
}

/** Names of the bundle, the annotation file and the index, as far as a stage writes them. */
function mediaAndLabels(
  { stage, bundleFile, annotationFile, indexFile }: Omit<ResolvedOptions, "manifest">,
): string[] {
  const index = indexFile === undefined ? [] : [indexFile];
  return {
    run: [bundleFile, annotationFile, ...index],
    bundle: [bundleFile],
    annotate: [annotationFile],
  }[stage];
}

/** Without a new manifest, one that describes the files to be replaced would be wrong from then on. */
function refuseStaleManifest(options: Omit<ResolvedOptions, "manifest">): void {
  const manifest = [MANIFEST_FILE + COMMIT, MANIFEST_FILE].map((name) => join(options.output, name))
    .find((path) => existsSync(path));
  if (manifest === undefined) return;
  const described = filesOfSet(manifestHeaderOf(manifest));
  const stale = mediaAndLabels(options).find((name) => described.includes(name));
  if (stale === undefined) return;
  throw new PackError(
    `"${manifest}" describes the "${stale}" that is there, and --skip-manifest would leave it wrong.`,
    "Leave out --skip-manifest, choose another --output, or remove the manifest first.",
    2,
  );
}

/** The manifest beside the annotation file. Without one, a bundle that is there could not be matched. */
function followed(options: Omit<ResolvedOptions, "manifest">): string | undefined {
  const manifest = join(options.output, MANIFEST_FILE);
  if (existsSync(manifest) || existsSync(manifest + COMMIT)) return manifest;
  const bundle = [...MEDIA, "mkv"].map((media) => `media_bundle.${media}`).find((f) =>
    existsSync(join(options.output, f))
  );
  if (bundle !== undefined && !options.allowMissingManifest) {
    throw new PackError(
      `"${
        join(options.output, bundle)
      }" has no ${MANIFEST_FILE} beside it, so its frames cannot be matched with labels.`,
      "Write both with `run`, or add --allow-missing-manifest to go by file names alone.",
      2,
    );
  }
  return undefined;
}

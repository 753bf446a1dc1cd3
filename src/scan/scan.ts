import { existsSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import zeptomatch from "zeptomatch";
import type { LabelRef, Orphan, VocOffset } from "../formats/format.ts";
import type { Issue } from "../model/issue.ts";
import { type ClassPolicy, finalDeclared } from "../model/label_policy.ts";
import { listArchive } from "../archive/list_archive.ts";
import type { FileSource } from "../source/source.ts";
import { plural } from "../text/format.ts";
import { compareBytes } from "../tree/byte_order.ts";
import { type DatasetPlan, type Finding, type PartOrphan, understandLabels } from "./dataset_plan.ts";
import { countIn, countOf } from "../tree/extensions.ts";
import { ListedTree } from "../tree/file_tree.ts";
import type { FolderLister } from "../tree/list_folder.ts";
import { folderOf, isImageName } from "../model/image_names.ts";
import { splitOfLayout } from "../tree/split.ts";
import type { FileTree, VideoFrames } from "../tree/tree.ts";
import type { FrameChoice } from "../video/input/frame_choice.ts";
import type { FrameFormat } from "../video/input/frame_format.ts";
import { isVideoName, VIDEO_EXTENSIONS } from "../video/input/video_name.ts";
import { findDuplicates } from "./duplicates.ts";
import { labelsMissing, labelsOfNamedFormatMissing } from "./labels_missing.ts";
import { LeftOut } from "./left_out.ts";
import { SplitDealer, type SplitShares } from "./splits.ts";
import { View } from "./view.ts";
import { walk } from "../tree/walk.ts";

/** Extensions of archives, of which only one that is named itself is looked into. */
const ARCHIVE_EXTENSIONS: ReadonlySet<string> = new Set("zip tar tgz gz bz2 xz zst 7z rar".split(" "));

export interface ScanOptions {
  /** Absolute path of the folder or archive with the images. */
  images: string;
  /** Absolute path of the folder or archive with the labels, may be the same; false to look for none. */
  labels: string | false;
  /** Absolute paths of files and folders to pass over: the tool's own output. */
  exclude?: readonly string[];
  /** Name of a label format. @default {"auto"} */
  format?: string;
  /** Globs on the path below the image folder; an image is taken if one matches. @default {all} */
  pattern?: readonly string[];
  /** @default {"auto"} */
  vocOffset?: VocOffset;
  /** Which classes are wanted. @default {all} */
  classes?: ClassPolicy;
  /** Deals the images out to splits, in place of what layout and labels say. */
  split?: SplitShares;
  /** Leave out images that are byte for byte the same as one before. @default {false} */
  dedupe?: boolean;
  /** Images of a manifest, in its order, in place of those in the folder; the folder may be gone then. */
  order?: Iterable<string> | (() => Iterable<string>);
  /** Say so if there are no labels. @default {true} */
  expectLabels?: boolean;
  /** Plan grey frames if there are labels but no images. @default {true} */
  placeholders?: boolean;
  /** Take the frames of videos among the images; they are passed over, which is told, if it is left out. */
  videos?: VideoPolicy;
}

/** What becomes of videos among the images. */
export interface VideoPolicy {
  readonly choice: FrameChoice;
  /** Images that are made of frames that are none yet. */
  readonly format: FrameFormat;
  /** List the frames, but do not decode them. @default {false} */
  readonly listOnly?: boolean;
  /** Name or path of ffmpeg. @default {"ffmpeg"} */
  readonly ffmpeg?: string;
  /** A missing ffmpeg is an error, even where there are images as well. @default {false} */
  readonly needed?: boolean;
}

export interface ScanHooks {
  /** Told about every problem. */
  issue(issue: Issue): void;
  /** Told now and then how many files were seen. */
  progress?(files: number): void;
  signal?: AbortSignal;
  /** Told now and then how many frames of videos were taken. */
  decoding?(done: number, total: number): void;
  /**
   * Makes an empty file for what of an archive has to be inflated as a stream, or for the frames of videos.
   * @default {a temporary file for archives; frames are listed only}
   */
  spool?(input: "images" | "labels" | "frames"): string;
  /** Lists folders ahead. */
  readonly lister?: FolderLister;
}

/** One frame to be. */
export interface FrameEntry {
  /** Path below the image root. */
  readonly fileName: string;
  /** Where its labels lie; absent for an image without. */
  readonly label?: LabelRef;
  /** Part of the plan the labels belong to. @default {0} */
  readonly part?: number;
  readonly split?: string;
  /** There is no image: a grey one is to be made. */
  readonly placeholder?: true;
}

/** Labels that no frame has. */
export interface UnusedLabel extends PartOrphan {
  /** The image is there, but the manifest does not have it. */
  readonly leftOut?: true;
}

/** A dataset, found out and ready to be packed. */
export interface Scan {
  /** Reads the images. */
  readonly imageSource: FileSource;
  /** Reads the labels; may be the same. */
  readonly labelSource: FileSource;
  /** Listing of the label root. */
  readonly labelTree: FileTree;
  /** How the labels are to be read; absent if there are images only. */
  readonly plan?: DatasetPlan;
  /** What detection saw, most likely first. */
  readonly candidates: readonly Finding[];
  /** Number of entries that {@link Scan.frames} yields. */
  readonly total: number;
  /** There are labels but no images. */
  readonly placeholders: boolean;
  /** Videos whose frames are among the images. */
  readonly videos: readonly VideoFrames[];
  /** Frames in bundle order. To be called once. */
  frames(): Iterable<FrameEntry>;
  /** Labels whose image is no frame. To be called after the frames were exhausted. */
  orphans(): Iterable<UnusedLabel>;
  /** Paths below the label root of all files but the images, in byte order. */
  labelFiles(): Iterable<string>;
  /** True of one of these, which is there. */
  isLabelFile(path: string): boolean;
  /** Closes the sources. */
  close(): void;
}

/**
 * Lists a dataset, finds its label format and the labels of each image.
 *
 * @throws {PackError} If a folder is missing, or the format is unknown or ambiguous.
 * @throws The signal's reason when it is aborted.
 */
export async function scan(options: ScanOptions, hooks: ScanHooks): Promise<Scan> {
  const [images, labels] = await listBoth(options, hooks);
  try {
    return await understand(images, labels, options, hooks);
  } catch (error) {
    closeBoth(images, labels);
    throw error;
  }
}

async function understand(
  images: FileTree,
  labels: FileTree,
  options: ScanOptions,
  hooks: ScanHooks,
): Promise<Scan> {
  const { order } = options;
  const view = new View(images, labels, {
    pattern: options.pattern ?? [],
    vocOffset: options.vocOffset ?? "auto",
    order: typeof order === "function" || order === undefined ? order : repeatable(order),
    issue: hooks.issue,
  });
  const format = options.labels === false ? "none" : options.format ?? "auto";
  const { plan: planned, findings: candidates } = await understandLabels(view, format);
  const plan = planned && options.classes
    ? { ...planned, classes: finalDeclared(options.classes, planned.classes) }
    : planned;
  tellUnreadable(view, plan);
  const claims = plan && images === labels && !order ? plan.claims : undefined;
  const isLabelFile = (path: string) =>
    images !== labels || !isImageName(path) || plan?.claims?.(path) === true;
  const found = {
    imageSource: images.source,
    labelSource: labels.source,
    labelTree: labels,
    plan,
    candidates,
    videos: images.videos ?? [],
    *labelFiles() {
      for (const path of labels.paths()) if (isLabelFile(path)) yield path;
    },
    isLabelFile,
    close: () => closeBoth(images, labels),
  };

  const total = claims ? count(view.imagePaths(), claims) : view.countImages();
  if (total === 0 && plan && !order && (options.placeholders ?? true) && !hasOnlyUnmatched(view, claims)) {
    const entries = placeholderEntries(plan, hooks);
    if (entries.length > 0) {
      return {
        ...found,
        total: entries.length,
        placeholders: true,
        frames: () => entries,
        orphans: () => [],
      };
    }
  }
  const copies = options.split || options.dedupe
    ? findDuplicates(framesOf(view, claims), (path) => view.openImage(path), hooks.signal)
    : undefined;
  const dealer = options.split && new SplitDealer(options.split, copies!);
  const expectLabels = options.labels !== false && options.format !== "none" &&
    (options.expectLabels ?? true);
  if (!plan && expectLabels) hooks.issue(labelsMissing(images, labels));
  const leftOut = order && plan && new LeftOut(images);
  return {
    ...found,
    total: options.dedupe ? total - copies!.count : total,
    placeholders: false,
    *frames() {
      let labelled = 0;
      for (const fileName of framesOf(view, claims)) {
        leftOut?.frame(fileName);
        const found = plan?.labelFor(fileName);
        if (found) labelled++;
        const original = options.dedupe ? copies!.firstOf(fileName) : undefined;
        if (original !== undefined) {
          hooks.issue(imageDuplicate(fileName, original, found?.label));
          continue;
        }
        const split = dealer
          ? dealer.splitOf(fileName)
          : plan
          ? plan.splitOf(fileName)
          : splitOfLayout(fileName);
        if (found) yield { fileName, label: found.label, part: found.part, split };
        else yield { fileName, split };
      }
      // A format that was named is read even if detection saw nothing of it.
      if (plan && expectLabels && labelled === 0 && candidates.every(({ files }) => files === 0)) {
        hooks.issue(labelsOfNamedFormatMissing(plan.parts[0].format));
      }
    },
    *orphans() {
      for (const imagePath of leftOut?.paths() ?? []) {
        const found = plan!.claims?.(imagePath) ? undefined : plan!.labelFor(imagePath);
        if (found) yield { ...found, imagePath, leftOut: true };
      }
      for (const orphan of plan?.unused() ?? []) {
        // An image that is there but was not asked for by --pattern is not missing.
        if (images.has(orphan.imagePath) && !view.matches(orphan.imagePath)) continue;
        if (isLeftOut(images, orphan.imagePath)) continue;
        yield orphan;
      }
    },
  };
}

/** Paths of the images that become frames. */
function* framesOf(view: View, claims: ((path: string) => boolean) | undefined): Generator<string> {
  for (const path of view.imagePaths()) if (!claims?.(path)) yield path;
}

function imageDuplicate(path: string, original: string, label: LabelRef | undefined): Issue {
  return {
    code: "image-duplicate",
    severity: "note",
    path,
    message: `"${path}" is byte for byte the same as "${original}" and left out, as --dedupe says` +
      (label ? `, with its labels in "${label.path}".` : "."),
  };
}

/** Files that could not be looked into may have held labels; those that are read one by one are told when that fails. */
function tellUnreadable(view: View, plan: DatasetPlan | undefined): void {
  for (const [path, cause] of view.unreadable) {
    if (plan?.isLabel(path)) continue;
    view.issue({
      code: "label-unreadable",
      severity: "reject",
      record: "label",
      path,
      message: `Cannot read labels from "${path}": ${cause}.`,
    });
  }
}

/** True for a frame of a video that was not asked for. */
function isLeftOut({ videos = [] }: FileTree, path: string): boolean {
  const video = videos.find(({ folder }) => folder === folderOf(path));
  const number = Number(/\d+(?=\.\w+$)/.exec(path)?.[0] ?? NaN);
  return video !== undefined && number < video.summary.frames && video.framePath(number) === path &&
    !video.chosen.includes(number);
}

/** What to tell of labels whose image is not there. */
export function labelWithoutImage({ label: { path }, imagePath }: Orphan): Issue {
  return {
    code: "label-without-image",
    severity: "reject",
    record: "label",
    path,
    message: `The labels in "${path}" have no image: "${imagePath}" is not there.`,
  };
}

async function listBoth(options: ScanOptions, hooks: ScanHooks): Promise<[FileTree, FileTree]> {
  let before = 0;
  const list = async (root: string, input: "images" | "labels") => {
    const listing = {
      issue: hooks.issue,
      progress: (files: number) => hooks.progress?.(before + files),
      signal: hooks.signal,
      lister: hooks.lister,
    };
    const isFile = statSync(root, { throwIfNoEntry: false })?.isFile();
    const tree = isFile && isVideoName(root)
      ? fileAlone(root)
      : isFile
      ? await listArchive(root, { ...listing, spool: hooks.spool && (() => hooks.spool!(input)) })
      : await walk(root, { ...listing, exclude: options.exclude });
    before += tree.fileCount;
    tellArchives(tree, hooks);
    if (input === "labels") return tree;
    if (!options.videos) {
      tellLeftOut(tree, hooks);
      return tree;
    }
    try {
      return await takeVideos(tree, options, hooks);
    } catch (error) {
      tree.source.close();
      throw error;
    }
  };
  const { images, labels } = options;
  const gone = !existsSync(images) &&
    (options.order !== undefined || (labels !== false && labels !== images));
  const imageTree = gone ? emptyTree(images) : await list(images, "images");
  if (labels === false || labels === images) return [imageTree, imageTree];
  try {
    return [imageTree, await list(labels, "labels")];
  } catch (error) {
    imageTree.source.close();
    throw error;
  }
}

/** Says so if archives lie among the files: what is in them may be just what is missed. */
function tellArchives(tree: FileTree, { issue }: ScanHooks): void {
  const archives = countIn(tree, ARCHIVE_EXTENSIONS);
  if (archives === 0) return;
  const [path] = tree.paths(ARCHIVE_EXTENSIONS);
  issue({
    code: "archive-left-out",
    severity: "note",
    path: "",
    message: (archives === 1
      ? `The archive "${path}" was not looked into`
      : `${plural(archives, "archive")} were not looked into, like "${path}"`) +
      "; --images and --labels name one that is wanted.",
  });
}

function tellLeftOut(tree: FileTree, { issue }: ScanHooks): void {
  const videos = countIn(tree, VIDEO_EXTENSIONS);
  if (videos === 0) return;
  issue({
    code: "video-left-out",
    severity: "note",
    path: "",
    message: videos === 1 ? "A video was passed over." : `${videos} videos were passed over.`,
  });
}

async function takeVideos(tree: FileTree, options: ScanOptions, hooks: ScanHooks): Promise<FileTree> {
  if (!tree.folders.values().some((folder) => countOf(folder, VIDEO_EXTENSIONS) > 0)) return tree;
  const { listOnly, ...policy } = options.videos!;
  const { order, pattern = [] } = options;
  const { withVideos } = await import("../video/input/with_videos.ts");
  return await withVideos(tree, {
    ...policy,
    order: order && (typeof order === "function" ? order : () => order),
    matches: pattern.length === 0 ? undefined : (path) => pattern.some((glob) => zeptomatch(glob, path)),
    spool: listOnly || !hooks.spool ? undefined : () => hooks.spool!("frames"),
    issue: hooks.issue,
    progress: hooks.decoding,
    signal: hooks.signal,
  });
}

function closeBoth(images: FileTree, labels: FileTree): void {
  images.source.close();
  if (labels !== images) labels.source.close();
}

/** A file that was named by itself, as the only one of its folder. */
function fileAlone(path: string): FileTree {
  return new ListedTree(dirname(path), new Map([["", { path: "", files: [basename(path)], folders: [] }]]));
}

function emptyTree(root: string): FileTree {
  return new ListedTree(root, new Map([["", { path: "", files: [], folders: [] }]]));
}

/** True if there are images, but the pattern fits none of them: then none are to be made up. */
function hasOnlyUnmatched(view: View, claims?: (path: string) => boolean): boolean {
  if (view.options.pattern.length === 0) return false;
  const all = new View(view.images, view.labels, { ...view.options, pattern: [] });
  return (claims ? count(all.imagePaths(), claims) : all.countImages()) > 0;
}

/** Number of paths that the plan leaves to be frames. */
function count(paths: Iterable<string>, claims: (path: string) => boolean): number {
  let frames = 0;
  for (const path of paths) if (!claims(path)) frames++;
  return frames;
}

/** One frame for each image the labels speak of, in bundle order. */
function placeholderEntries(plan: DatasetPlan, hooks: ScanHooks): FrameEntry[] {
  const entries: FrameEntry[] = [];
  for (const { label, part, imagePath } of plan.unused()) {
    entries.push({ fileName: imagePath, label, part, split: plan.splitOf(imagePath), placeholder: true });
  }
  entries.sort((a, b) => compareBytes(a.fileName, b.fileName));
  return entries.filter((entry, i) => {
    if (i === 0 || entries[i - 1].fileName !== entry.fileName) return true;
    hooks.issue({
      code: "frame-name-taken",
      severity: "reject",
      path: entry.label!.path,
      message: `Another label file already stands for the frame "${entry.fileName}".`,
      suggestion: "Rename one of the label files.",
      record: "label",
    });
    return false;
  });
}

/** Lets something that can be iterated once be iterated again. */
function repeatable(paths: Iterable<string>): () => Iterable<string> {
  const list = Array.isArray(paths) ? paths : Array.from(paths);
  return () => list;
}

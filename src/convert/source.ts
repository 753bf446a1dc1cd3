import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  openSync,
  rmSync,
  statSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { type AnnotationReader, Annotations } from "../coco/annotations.ts";
import type { CocoAnnotation, CocoImage } from "../model/dataset.ts";
import type { FrameFiles } from "../extract/frame_files.ts";
import { openSetReader } from "../extract/open_set_reader.ts";
import { SelectedFrames, selects } from "../dataset/selection.ts";
import { openRange, type RangeReader } from "../io/range_file.ts";
import { writeAll } from "../io/write_all.ts";
import type { Manifest } from "../manifest/parse.ts";
import { accessOf, type ReadAccess } from "../store/access.ts";
import { ANNOTATION_FILE, REJECTS_FILE } from "../manifest/record.ts";
import type { FrameRecord } from "../model/frame.ts";
import { PackError } from "../model/issue.ts";
import type { PackOptions, PackReport } from "../pack/options.ts";
import { pack, packHandingOver } from "../pack/pack.ts";
import type { Scan } from "../scan/scan.ts";
import type { ConvertOptions, ConvertProgress } from "./options.ts";

/** Bytes copied out of a bundle at once. */
const PIECE = 4 * 1024 * 1024;

/** What is converted: an annotation file and the images it speaks of. */
export interface Source {
  readonly annotations: AnnotationReader;
  /** Its images with their annotations, in order. */
  images(): Iterable<{ image: CocoImage; annotations: CocoAnnotation[] }>;
  /** Images that are not there; of a set, grey frames stand for them. */
  readonly placeholders: number;
  /** What reading the dataset told; absent for a set. */
  readonly report?: PackReport;
  /** List of rejects, if there were any. */
  readonly rejects?: string;
  /**
   * Puts the file of an image to a path where nothing is yet.
   *
   * @returns Bytes copied, 0 for a link; undefined if the image is not there.
   */
  putImage(image: CocoImage, path: string, mode: "copy" | "link"): Promise<number | undefined>;
  /**
   * Opens the file of an image; the caller closes it.
   *
   * @param aside Path for a copy, where one has to be made; what is there is replaced.
   * @returns Undefined if the image is not there.
   */
  openImage(image: CocoImage, aside: string): Promise<RangeReader | undefined>;
  close(): Promise<void>;
}

/** What is wanted of a set. */
export interface SetOptions
  extends ReadAccess, Pick<ConvertOptions, "at" | "select" | "imageFormat" | "ffmpeg" | "signal"> {
  /** True if image files are wanted. */
  readonly withImages: boolean;
  /** Folder for files that are needed for a moment. */
  readonly aside: string;
}

/**
 * Opens a set.
 *
 * @throws {PackError} If it is damaged or has no annotations; with exit code 2 if there are no such frames.
 */
export async function openSet(
  dir: string,
  options: SetOptions,
): Promise<Source> {
  const { at, select = {}, imageFormat: format, ffmpeg, withImages, aside, signal } = options;
  const set = await openSetReader(dir, { ...accessOf(options), at, signal });
  const close = () => Promise.resolve(set[Symbol.asyncDispose]());
  try {
    const { manifest } = set;
    const coco = await set.annotations();
    if (!coco) {
      throw new PackError(
        `The set in "${dir}" has no annotations.`,
        "Write them with `annotate`, or restore the images alone with `extract`.",
      );
    }
    const chosen = selects(select) ? new SelectedFrames(manifest, select) : undefined;
    const bundle = withImages
      ? await set.frameFiles(chosen ?? manifest.records(), { format, ffmpeg, aside, signal })
      : undefined;
    const put = (image: CocoImage, path: string) =>
      bundle!.write(manifest.record(manifest.positionOfId(image.id)!), path);
    return {
      annotations: coco,
      images: () => renamed(chosen ? imagesOf(coco, manifest, chosen) : coco.stream(), bundle),
      placeholders: 0,
      putImage: put,
      openImage: (image, aside) => openCopy(aside, (path) => put(image, path)),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Images under the names of the files they become. */
function* renamed(images: ReturnType<Source["images"]>, bundle: FrameFiles | undefined) {
  for (const { image, annotations } of images) {
    const file_name = bundle?.nameOf(image.file_name) ?? image.file_name;
    yield { image: file_name === image.file_name ? image : { ...image, file_name }, annotations };
  }
}

function* imagesOf(coco: AnnotationReader, manifest: Manifest, frames: Iterable<FrameRecord>) {
  for (const { index } of frames) {
    const position = manifest.positionOf(index)!;
    yield { image: coco.image(position), annotations: coco.of(position) };
  }
}

/**
 * Reads a dataset into an annotation file of our form.
 *
 * @param folder Empty folder for the file.
 * @param output Folder of the result, which is not read.
 * @throws {PackError} As {@link pack} does.
 */
export async function readDataset(
  options: ConvertOptions,
  folder: string,
  output: string,
  onProgress: (progress: ConvertProgress) => void,
): Promise<Source> {
  const {
    dataset,
    to: _to,
    images: _images,
    select: _select,
    at: _at,
    allowLoss: _loss,
    dryRun: _dry,
    // Of AWS; that of packing is another.
    profile: _profile,
    ...reading
  } = options;
  const isArchive = options.images === "copy" &&
    statSync(resolve(dataset), { throwIfNoEntry: false })?.isFile() === true;
  const packOptions: PackOptions = {
    ...reading,
    dataset,
    output: folder,
    exclude: [output],
    stage: "annotate",
    skipManifest: true,
    overwrite: false,
    // The images are taken from the dataset's own files.
    videos: false,
    onProgress,
  };
  let found: Scan | undefined;
  let report: PackReport;
  try {
    report = isArchive ? await packHandingOver(packOptions, (scan) => found = scan) : await pack(packOptions);
  } catch (error) {
    found?.close();
    throw error;
  }
  const rejects = join(folder, REJECTS_FILE);
  const root = resolve(dataset);
  const annotations = new Annotations(join(folder, ANNOTATION_FILE), report.frames);
  const images = found && copiesFrom(found);
  const fileOf = ({ file_name }: CocoImage) => {
    const file = join(root, ...file_name.split("/"));
    // Of a dataset of labels alone, or one that is changed in this moment.
    return report.placeholders > 0 || !existsSync(file) ? undefined : file;
  };
  const unpack = ({ file_name }: CocoImage, path: string) =>
    report.placeholders > 0 ? undefined : images!.put(file_name, path);
  return {
    annotations,
    images: () => annotations.stream(),
    placeholders: report.placeholders,
    report,
    rejects: existsSync(rejects) ? rejects : undefined,
    // deno-lint-ignore require-await -- only a set's images may have to be decoded
    async putImage(image, path, mode) {
      if (images) return unpack(image, path);
      const file = fileOf(image);
      if (file === undefined) return undefined;
      if (mode === "link") return link(file, path);
      copyFileSync(file, path, constants.COPYFILE_EXCL);
      return statSync(path).size;
    },
    async openImage(image, aside) {
      if (images) return await openCopy(aside, (path) => unpack(image, path));
      const file = fileOf(image);
      return file === undefined ? undefined : openRange(file);
    },
    close() {
      annotations.close();
      images?.close();
      return Promise.resolve();
    },
  };
}

/** The images of an archive, to be copied out of it. */
function copiesFrom(found: Scan): { put(name: string, path: string): number; close(): void } {
  const buffer = new Uint8Array(PIECE);
  return {
    put(name, path) {
      const file = openSync(path, "wx");
      try {
        return found.imageSource.readPieces(name, buffer, (bytes, at) => writeAll(file, bytes, at));
      } finally {
        closeSync(file);
      }
    },
    close: () => found.close(),
  };
}

/** Opens an image by way of a file of its own, whose making proves the bytes. */
async function openCopy(
  aside: string,
  put: (path: string) => number | undefined | Promise<number>,
): Promise<RangeReader | undefined> {
  rmSync(aside, { force: true });
  return await put(aside) === undefined ? undefined : openRange(aside);
}

function link(file: string, path: string): number {
  try {
    linkSync(file, path);
  } catch (error) {
    if ((error as { code?: string }).code !== "EXDEV") throw error;
    throw new PackError(
      `"${file}" cannot be linked: it lies on another disk than the output.`,
      "Use --images copy, or an output folder on the disk of the images.",
    );
  }
  return 0;
}

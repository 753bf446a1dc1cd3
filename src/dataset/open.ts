import { openRange, readRange } from "../io/range_file.ts";
import { storedMedia } from "../manifest/stored_bundle.ts";
import { missingFile, resolveSet } from "../manifest/source_set.ts";
import { openManifest } from "../manifest/reader.ts";
import { PackError } from "../model/issue.ts";
import { openAnnotations } from "../generations/open_annotations.ts";
import { NameTable } from "./name_table.ts";
import { crc32 } from "../media/crc32.ts";
import { findName } from "./find_name.ts";
import { imageOf } from "./image_record.ts";
import { streamImages } from "./stream_images.ts";
import type { RemoteDataset } from "./remote/dataset.ts";
import type { RemoteOptions } from "./remote/open.ts";
import { isRemote } from "../store/location.ts";
import { inflate } from "./inflate.ts";
import type { CocoCategory, DatasetFrame, DatasetImage } from "../model/dataset.ts";

/**
 * A set that is open for reading. Iterating streams all images in frame order with flat memory; `image`, `frame` and `bytes`
 * read any one of them. `await using` closes it; so do `using` and `close`, which do not wait until ffmpeg is gone.
 */
export interface Dataset extends AsyncIterable<DatasetImage>, Disposable, AsyncDisposable {
  /** Number of images. */
  readonly length: number;
  /** Number of the generation that is open; 1 for a set that was never updated. */
  readonly generation: number;
  /** Classes; empty if the set has no annotation file. */
  readonly categories: readonly CocoCategory[];
  /**
   * One image with its annotations. The first call makes an index of the annotation file (about 0.1 s for 500,000 annotations).
   *
   * @param index Place of the image, from 0: {@link DatasetImage.index}.
   * @throws {RangeError} If there is no such frame.
   * @throws {PackError} If its lines are damaged.
   */
  image(index: number): DatasetImage;
  /**
   * One image with its annotations and an image file: the original one, or, of a compressed video, the decoded picture. The
   * video is decoded by ffmpeg, which goes on from frame to frame while these ascend; it ends when the dataset is closed.
   *
   * @param index Place of the image, from 0: {@link DatasetImage.index}.
   * @throws {RangeError} If there is no such frame.
   * @throws {PackError} As `image` and `bytes` do; if ffmpeg is missing or fails.
   */
  frame(index: number): Promise<DatasetFrame>;
  /**
   * The image file, byte for byte as it was packed. A compressed video does not have it: see `frame`.
   *
   * @param index Place of the image, from 0: {@link DatasetImage.index}.
   * @throws {RangeError} If there is no such frame.
   * @throws {PackError} If the bundle is a compressed video, ends before the data does, or deflated data is damaged.
   */
  bytes(index: number): Uint8Array<ArrayBuffer>;
  /**
   * Finds an image by its path below the dataset folder.
   *
   * @param fileName `file_name` of the image.
   * @returns Its index, for `image` and `bytes`; undefined if there is none.
   */
  byName(fileName: string): number | undefined;
  /** Closes the files. The dataset cannot be used afterwards. */
  close(): void;
}

/** A place in a store, as TypeScript can tell it from a folder. */
export type RemoteLocation = `${"s3" | "az" | "hf" | "https" | "http"}://${string}`;

/** Options of {@link openDataset}. */
export interface OpenOptions {
  /** Number of the generation to read, as `history` shows it. @default {the current one} */
  at?: number;
  /** Name or path of the program that decodes a compressed video. @default {"ffmpeg"} */
  ffmpeg?: string;
}

/**
 * Opens a set where it lies, in a store. If a program knows the location only when it runs, it calls `openRemoteDataset`.
 *
 * @param location `s3://bucket/prefix`, `az://account/container/prefix`, `hf://datasets/owner/name`, or a URL.
 * @throws {PackError} As `openRemoteDataset` does.
 */
export function openDataset(location: RemoteLocation, options?: RemoteOptions): Promise<RemoteDataset>;
/**
 * Opens a set that {@link pack} wrote. Nothing is read but the manifest's begin and end, and the class list.
 *
 * @param dir Folder of the set.
 * @throws {PackError} If there is no set, one of its files is missing, or the manifest is damaged or of an unknown version;
 *   with exit code 2 if there is no generation `at`.
 */
export function openDataset(dir: string, options?: OpenOptions): Promise<Dataset>;
export async function openDataset(
  place: string,
  options: OpenOptions | RemoteOptions = {},
): Promise<Dataset | RemoteDataset> {
  if (!isRemote(place)) return await openLocal(place, options as OpenOptions);
  const { openRemoteDataset } = await import("./remote/open.ts");
  return await openRemoteDataset(place, options as RemoteOptions);
}

async function openLocal(dir: string, { at, ffmpeg }: OpenOptions): Promise<Dataset> {
  const files = resolveSet(dir);
  const manifest = openManifest(files.manifest, { at });
  const opened: { close(): void }[] = [manifest];
  const { bundle: { file: name } } = manifest.header;
  const open = <T extends { close(): void } | undefined>(make: () => T): T => {
    try {
      const file = make();
      if (file) opened.push(file);
      return file;
    } catch (error) {
      for (const file of opened) file.close();
      if ((error as { code?: string }).code !== "ENOENT") throw error;
      throw missingFile(dir, name);
    }
  };
  const bundle = open(() => openRange(files.file(name)));
  const coco = open(() => openAnnotations(files, manifest));
  let names: NameTable | undefined;

  const video = manifest.header.bundle.media === "video"
    ? new (await import("./video_frames.ts")).VideoFrames(manifest, files.file, ffmpeg)
    : undefined;
  const close = () => {
    video?.close();
    for (const file of opened) file.close();
  };

  const dataset: Dataset = {
    length: manifest.length,
    generation: manifest.generation,
    categories: coco?.categories ?? [],
    image(index) {
      const record = manifest.record(index);
      const annotations = coco?.of(index) ?? [];
      return { ...(coco?.image(index) ?? imageOf(record)), index, record, annotations };
    },
    async frame(index) {
      const image = dataset.image(index);
      if (!video) return { ...image, bytes: dataset.bytes(index), codec: image.record.codec };
      return { ...image, bytes: await video.png(index), codec: "png" };
    },
    bytes(index) {
      storedMedia(manifest.header.bundle);
      const { offsets, sizes, deflated } = manifest.index();
      if (!(index >= 0 && index < manifest.length && Number.isInteger(index))) {
        throw new RangeError(`There is no frame ${index}: the set has ${manifest.length}, counted from 0.`);
      }
      const data = readRange(bundle, offsets[index], sizes[index]);
      if (data.length !== sizes[index]) {
        throw new PackError(
          `The bundle of "${dir}" ends at byte ${bundle.size}, inside or before frame ${index}.`,
          "Run verify, then fetch or pack the set again.",
          4,
        );
      }
      return deflated?.[index] ? inflate(data, manifest.record(index)) : data;
    },
    byName(fileName) {
      if (!manifest.sorted) return (names ??= new NameTable(manifest, crc32)).find(fileName);
      const index = findName(fileName, manifest.length, (i) => manifest.record(i).file_name);
      return index < 0 ? undefined : index;
    },
    [Symbol.asyncIterator]: () => streamImages(manifest, coco),
    close,
    [Symbol.dispose]: close,
    async [Symbol.asyncDispose]() {
      close();
      await video?.[Symbol.asyncDispose]();
    },
  };
  return dataset;
}

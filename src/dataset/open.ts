import { openRange, readRange } from "../io/range_file.ts";
import { storedMedia } from "../manifest/stored_bundle.ts";
import { missingFile, resolveSet } from "../manifest/source_set.ts";
import { openManifest } from "../manifest/reader.ts";
import { type FrameRecord, uprightSize } from "../model/frame.ts";
import { PackError } from "../model/issue.ts";
import { Annotations } from "./annotations.ts";
import { compareBytes } from "../tree/byte_order.ts";
import { inflate } from "./inflate.ts";
import type { CocoCategory, CocoImage, DatasetImage } from "./types.ts";

/**
 * A set that is open for reading. Iterating streams all images in frame order with flat memory; `image` and `bytes` read
 * any one of them.
 */
export interface Dataset extends AsyncIterable<DatasetImage>, Disposable, AsyncDisposable {
  /** Number of images. */
  readonly length: number;
  /** Classes; empty if the set has no annotation file. */
  readonly categories: readonly CocoCategory[];
  /**
   * One image with its annotations. The first call makes an index of the annotation file (about 0.1 s for 500,000 annotations).
   *
   * @param index Frame index, from 0.
   * @throws {RangeError} If there is no such frame.
   * @throws {PackError} If its lines are damaged.
   */
  image(index: number): DatasetImage;
  /**
   * The image file, byte for byte as it was packed.
   *
   * @param index Frame index, from 0.
   * @throws {RangeError} If there is no such frame.
   * @throws {PackError} If the bundle ends before the data does, or deflated data is damaged.
   */
  bytes(index: number): Uint8Array<ArrayBuffer>;
  /**
   * Finds an image by its path below the dataset folder.
   *
   * @param fileName `file_name` of the image.
   * @returns Its frame index, for `image` and `bytes`; undefined if there is none.
   */
  byName(fileName: string): number | undefined;
  /** Closes the files. The dataset cannot be used afterwards. */
  close(): void;
}

/**
 * Opens a set that {@link pack} wrote. Nothing is read but the manifest's begin and end, and the class list.
 *
 * @param dir Folder of the set.
 * @throws {PackError} If there is no set, one of its files is missing, or the manifest is damaged or of an unknown version.
 */
// deno-lint-ignore require-await -- a source that is not a local file will need the promise
export async function openDataset(dir: string): Promise<Dataset> {
  const files = resolveSet(dir);
  const manifest = openManifest(files.manifest);
  const opened: { close(): void }[] = [manifest];
  const open = <T extends { close(): void }>(make: (path: string) => T, name: string): T => {
    try {
      const file = make(files.file(name));
      opened.push(file);
      return file;
    } catch (error) {
      for (const file of opened) file.close();
      if ((error as { code?: string }).code !== "ENOENT") throw error;
      throw missingFile(dir, name);
    }
  };
  const bundle = open(openRange, manifest.header.bundle.file);
  const coco = manifest.header.annotations &&
    open((path) => new Annotations(path, manifest.length), manifest.header.annotations.file);

  async function* images(): AsyncGenerator<DatasetImage> {
    const lines = coco?.stream();
    for (const record of manifest.records()) {
      const next = lines?.next().value;
      if (coco && next?.image.frame !== record.index) {
        throw new PackError(
          `"${coco.path}" does not follow the manifest: frame ${record.index} is not the next image.`,
          "Run verify, then fetch or pack the set again.",
          4,
        );
      }
      yield { ...(next?.image ?? imageOf(record)), record, annotations: next?.annotations ?? [] };
    }
    lines?.next();
  }

  const close = () => {
    for (const file of opened) file.close();
  };

  return {
    length: manifest.length,
    categories: coco?.categories ?? [],
    image(index) {
      const record = manifest.record(index);
      return { ...(coco?.image(index) ?? imageOf(record)), record, annotations: coco?.of(index) ?? [] };
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
      const index = findName(fileName, manifest.length, (i) => manifest.record(i).file_name);
      return index < 0 ? undefined : index;
    },
    [Symbol.asyncIterator]: images,
    close,
    [Symbol.dispose]: close,
    [Symbol.asyncDispose]: () => Promise.resolve(close()),
  };
}

/** COCO image record of a set that has no annotation file. */
function imageOf(record: FrameRecord): CocoImage {
  const { index, offset, size, method, split, file_name } = record;
  const place = offset === undefined ? {} : { offset, size };
  const image = { id: index + 1, ...uprightSize(record), file_name, frame: index, ...place };
  return { ...image, ...(method && { method }), ...(split !== undefined && { split }) };
}

/** Binary search: frames are sorted by name, compared as UTF-8 bytes. Returns -1 if the name is not there. */
function findName(name: string, length: number, nameOf: (index: number) => string): number {
  let low = 0, high = length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const order = compareBytes(nameOf(middle), name);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

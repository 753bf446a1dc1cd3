import { type AnnotationReader, CocoFile } from "../../coco/coco_file.ts";
import { History } from "../../generations/history.ts";
import { PastAnnotations } from "../../generations/past_annotations.ts";
import { findName } from "../find_name.ts";
import { imageOf } from "../image_record.ts";
import { NameTable } from "../name_table.ts";
import { streamImages } from "../stream_images.ts";
import type { CocoCategory, DatasetFrame, DatasetImage } from "../../model/dataset.ts";
import { growthObstacle } from "../../manifest/growth.ts";
import type { Manifest } from "../../manifest/parse.ts";
import { storedMedia } from "../../manifest/stored_bundle.ts";
import type { FrameRecord } from "../../model/frame.ts";
import { PackError } from "../../model/issue.ts";
import { changed, type ObjectInfo, type RangeStore } from "../../store/store.ts";
import { ByteCache } from "./byte_cache.ts";
import { categoriesIn } from "./categories.ts";
import { RangeQueue } from "./frame_ranges.ts";
import type { Host } from "./copy.ts";
import { inflateFrame } from "./inflate_frame.ts";
import { fetchManifest, fetchProven } from "./whole_file.ts";

/** End of the annotation file that is read at opening: room for some thousand classes. */
const TAIL = 256 * 1024;
const LANES = 32;
const CACHE = 16 * 2 ** 20;

/**
 * A set that is read where it lies, by range requests. Every image is compared with the CRC-32 in the manifest. If the set is
 * replaced while it is open, reading fails with a `StoreError` of kind `changed`; open it again then.
 *
 * Calls in the same turn whose images are neighbours in the bundle share a request, as in
 * `Promise.all(batch.map((index) => dataset.bytes(index)))`.
 */
export interface RemoteDataset extends AsyncIterable<DatasetImage>, Disposable, AsyncDisposable {
  /** Where the set lies; never with a secret. */
  readonly location: string;
  /** Number of images. */
  readonly length: number;
  /** Number of the generation that is open; 1 for a set that was never updated. */
  readonly generation: number;
  /** Classes; empty if the set has no annotation file. */
  readonly categories: readonly CocoCategory[];
  /**
   * One image with its annotations. The first call reads the annotation file as a whole: into a temporary file, in a browser
   * into memory.
   *
   * @param index Place of the image, from 0: {@link DatasetImage.index}.
   * @throws {RangeError} If there is no such frame.
   * @throws {PackError} If its lines are damaged; a `StoreError` if they cannot be read.
   */
  image(index: number): Promise<DatasetImage>;
  /**
   * One image with its annotations and an image file: the original one, or, of a compressed video, the picture, which ffmpeg
   * decodes from a temporary copy of the video. A browser has no such pictures.
   *
   * @throws {PackError} As `image` and `bytes` do; if ffmpeg is missing or fails.
   */
  frame(index: number): Promise<DatasetFrame>;
  /**
   * The image file, byte for byte as it was packed.
   *
   * @param index Place of the image, from 0: {@link DatasetImage.index}.
   * @throws {RangeError} If there is no such frame.
   * @throws {PackError} If the bundle is a compressed video, or the image is damaged; a `StoreError` if it cannot be read.
   */
  bytes(index: number): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Finds an image by its path below the dataset folder.
   *
   * @returns Its index; undefined if there is none.
   */
  byName(fileName: string): number | undefined;
  /** Closes the connections. The dataset cannot be used afterwards. */
  close(): void;
}

/** How a {@link RemoteDataset} reads. */
export interface ReadingOptions {
  /**
   * Number of the generation to read, as `history` shows it. Of one before the current, annotation file and history are read
   * at opening. @default {the current one}
   */
  readonly at?: number;
  /** Requests for images under way at once. @default {32} */
  readonly lanes?: number;
  /** Bytes of images that are kept in memory, those used last. @default {16 MiB} */
  readonly cache?: number;
  /** Ends all reading. */
  readonly signal?: AbortSignal;
}

/** An open set in a store, for the commands that need more of it than a {@link RemoteDataset} shows. */
export interface RemoteSet {
  readonly dataset: RemoteDataset;
  readonly manifest: Manifest;
  /** What the store tells of the bundle. */
  readonly bundle: ObjectInfo;
  /** Files of the set besides the manifest are as large as it says. */
  readonly manifestSize: number;
  /** A range of the bundle, of the version that was seen at opening. */
  read(offset: number, size: number): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Another file of the set, of the version that is there now.
   *
   * @param size Bytes the manifest says it has.
   * @returns Reads a range of it.
   * @throws {PackError} If it is not there, or has another size.
   */
  file(name: string, size: number): Promise<RemoteSet["read"]>;
  /** The annotations, read as a whole by the first call; undefined if there are none. */
  annotations(): Promise<AnnotationReader | undefined>;
  /** The file of an image by its record, checked. */
  original(record: FrameRecord): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Opens a set in a store with three requests: for the manifest, for the end of the annotation file, and for size and version
 * of the bundle.
 *
 * @throws {PackError} If there is no set, its files do not fit each other, or the manifest is damaged; a `StoreError` if the
 *   store does not answer as it should. The store is closed then.
 */
export async function openRemoteSet(
  store: RangeStore,
  host: Host,
  options: ReadingOptions = {},
): Promise<RemoteSet> {
  let manifest: Manifest | undefined;
  try {
    manifest = await fetchManifest(store, host, options);
    return await open(store, manifest, host, options);
  } catch (error) {
    manifest?.close();
    store.close();
    throw error;
  }
}

async function open(
  store: RangeStore,
  manifest: Manifest,
  host: Host,
  options: ReadingOptions,
): Promise<RemoteSet> {
  const { crc32 } = host;
  const { signal, lanes = LANES, cache: room = CACHE } = options;
  const place = (name: string) => `${store.location}/${name}`;
  const { header: { bundle, annotations, history } } = manifest;

  const bundleSize = bundle.video?.files?.[0].size ?? bundle.size;
  // While an update of it is sent, the bundle has grown already: what the manifest tells of is its beginning.
  const grows = growthObstacle(manifest.header) === undefined;
  const [found, tail] = await Promise.all([look(bundle.file, bundleSize), tailOf(annotations)]);
  const past = manifest.generation !== manifest.current;
  let coco: Promise<AnnotationReader | undefined> | undefined;
  const loaded = () => coco ??= loadAnnotations();
  const categories = tail && (!past && categoriesIn(tail.bytes) || (await loaded())?.categories);

  async function look(name: string, size: number) {
    const found = await store.head(name, signal);
    if (!found) throw missing(name);
    if (grows ? found.size < size : found.size !== size) throw otherSize(name, found.size, size);
    return found.size === size ? found : { ...found, crc32: undefined };
  }

  async function tailOf(file: typeof annotations) {
    if (!file) return undefined;
    const offset = Math.max(0, file.size - TAIL);
    const range = await store.range(file.file, offset, TAIL, { signal });
    const size = range.size ?? offset + range.bytes.length;
    if (size !== file.size) throw otherSize(file.file, size, file.size);
    return range;
  }

  async function loadAnnotations(): Promise<AnnotationReader | undefined> {
    if (!annotations) return undefined;
    const path = place(annotations.file);
    const file = await fetchProven(store, host, annotations, { etag: tail?.etag, signal });
    if (!past) return new CocoFile(path, file, manifest.length, () => manifest.index().ids);
    try {
      const gone = history && await fetchProven(store, host, history, { signal });
      return new PastAnnotations(
        manifest,
        path,
        file,
        gone && new History(place(history.file), gone, history.size),
      );
    } catch (error) {
      file.close();
      throw error;
    }
  }

  function missing(name: string): PackError {
    return new PackError(
      `The manifest in "${store.location}" names "${name}", which is not there.`,
      "Upload the set again.",
    );
  }

  function otherSize(name: string, size: number, wanted: number): PackError {
    return new PackError(
      `"${place(name)}" has ${size} bytes, the manifest says ${wanted}.`,
      "If the set is being replaced just now, open it again; else upload it again.",
      4,
    );
  }

  const reading = (name: string, etag: string | undefined) => async (offset: number, size: number) => {
    const { bytes } = await store.range(name, offset, size, { etag, signal });
    if (bytes.length === size) return bytes;
    // Its size was right when it was looked at.
    throw changed(place(name));
  };
  const read = reading(bundle.file, found.etag);
  const queue = new RangeQueue(read, lanes);
  const cache = new ByteCache(room);

  async function original(record: FrameRecord): Promise<Uint8Array<ArrayBuffer>> {
    const kept = cache.get(record.index);
    if (kept) return kept.slice();
    const stored = await queue.read(record.offset!, record.size);
    const bytes = record.method === "deflate" ? await inflateFrame(stored, record) : stored;
    if (crc32(bytes) !== parseInt(record.crc32, 16)) {
      throw new PackError(
        `Frame ${record.index} "${record.file_name}" in "${place(bundle.file)}" is damaged: ` +
          "its CRC-32 is not that of the manifest.",
        "Run verify --deep to see if there is more damage, then upload the set again.",
        4,
      );
    }
    if (room === 0) return bytes;
    cache.set(record.index, bytes);
    return bytes.slice();
  }

  let names: NameTable | undefined;
  const close = () => {
    manifest.close();
    coco?.then((file) => file?.close(), () => {});
    store.close();
  };
  const dataset: RemoteDataset = {
    location: store.location,
    length: manifest.length,
    generation: manifest.generation,
    categories: categories ?? [],
    async image(index) {
      const record = manifest.record(index);
      const file = await loaded();
      return {
        ...(file?.image(index) ?? imageOf(record)),
        index,
        record,
        annotations: file?.of(index) ?? [],
      };
    },
    async frame(index) {
      const [image, bytes] = await Promise.all([dataset.image(index), dataset.bytes(index)]);
      return { ...image, bytes, codec: image.record.codec };
    },
    // deno-lint-ignore require-await -- what is wrong with the index rejects, as all else does
    async bytes(index) {
      storedMedia(bundle);
      return original(manifest.record(index));
    },
    byName(fileName) {
      if (!manifest.sorted) return (names ??= new NameTable(manifest, crc32)).find(fileName);
      const index = findName(fileName, manifest.length, (i) => manifest.record(i).file_name);
      return index < 0 ? undefined : index;
    },
    async *[Symbol.asyncIterator]() {
      yield* streamImages(manifest, await loaded());
    },
    close,
    [Symbol.dispose]: close,
    [Symbol.asyncDispose]: () => Promise.resolve(close()),
  };
  return {
    ...{ dataset, manifest, bundle: found, manifestSize: manifest.file.size, read, original },
    annotations: loaded,
    file: async (name, size) => reading(name, (await look(name, size)).etag),
  };
}

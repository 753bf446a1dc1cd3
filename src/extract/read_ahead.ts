import type { FrameRecord } from "../model/frame.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes of images that are read together, if not one is larger: in few requests. As many are under way meanwhile. */
const BATCH = 8 * 2 ** 20;
const MOST_IN_BATCH = 500;

/** Reads images in the order in which they will be asked for, before they are. */
export class ReadAhead {
  readonly #batches: Generator<FrameRecord[]>;
  readonly #read: (record: FrameRecord) => Promise<Bytes>;
  #now: Batch | undefined;
  #coming: Batch | undefined;

  /**
   * @param wanted Images in ascending order; not all of them need be asked for.
   * @param read Reads one; calls in the same turn share requests.
   */
  constructor(wanted: Iterable<FrameRecord>, read: (record: FrameRecord) => Promise<Bytes>) {
    this.#batches = batches(wanted);
    this.#read = read;
  }

  /** The file of an image; one that is not next in the order is read by itself. */
  bytes(record: FrameRecord): Promise<Bytes> {
    if (this.#now === undefined) this.#coming ??= this.#begin();
    while (this.#coming && record.index >= this.#coming.first) {
      this.#now = this.#coming;
      this.#coming = this.#begin();
    }
    const read = this.#now?.images.get(record.index);
    this.#now?.images.delete(record.index);
    return read ?? this.#read(record);
  }

  #begin(): Batch | undefined {
    const next = this.#batches.next();
    if (next.done) return undefined;
    const images = new Map(next.value.map((record) => [record.index, this.#read(record)]));
    // Whoever does not ask for it does not learn that it failed.
    for (const image of images.values()) image.catch(() => {});
    return { first: next.value[0].index, images };
  }
}

/** Images that are read or being read, by the index of their line. */
interface Batch {
  readonly first: number;
  readonly images: Map<number, Promise<Bytes>>;
}

function* batches(frames: Iterable<FrameRecord>): Generator<FrameRecord[], undefined> {
  let batch: FrameRecord[] = [], bytes = 0;
  for (const record of frames) {
    const size = Math.max(record.size, record.original_size ?? 0);
    if (batch.length > 0 && (bytes + size > BATCH || batch.length === MOST_IN_BATCH)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(record);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

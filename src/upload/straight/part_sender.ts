import { renameSync } from "node:fs";
import { join } from "node:path";
import { openRange } from "../../io/range_file.ts";
import { PackError } from "../../model/issue.ts";
import type { FilledSegment, SegmentTarget } from "../../pack/segments/segment_flow.ts";
import type { Segmentation } from "../../pack/segments/segmentation.ts";
import { fileBody } from "../../store/body.ts";
import type { Part, UploadStore } from "../../store/store.ts";
import type { ArrivedParts } from "../decide.ts";
import { counted } from "../send.ts";
import type { WorkFolder } from "./work_folder.ts";

/** Bytes of a part, if the user does not say. */
const PART = 8 * 2 ** 20;
/** So many parts of this size; those behind them grow, as a store takes at most 10,000. */
const EVEN = 2500;

/** What sending the parts of a bundle takes. */
export interface PartSenderOptions {
  readonly store: UploadStore;
  /** What the bundle is called. */
  readonly name: string;
  readonly folder: WorkFolder;
  /** Parts on their way at once. */
  readonly connections: number;
  /** Bytes of every part, if the user asked for so many. */
  readonly partSize: number | undefined;
  readonly signal: AbortSignal;
}

/** Sends each segment of a bundle as a part of one upload, while the next ones are written. */
export class PartSender implements SegmentTarget {
  readonly folder: string;
  readonly cut: Segmentation;
  readonly parallel: number;
  readonly #options: PartSenderOptions;
  readonly #end = new AbortController();
  readonly #signal: AbortSignal;
  readonly #parts: Part[] = [];
  readonly #sending = new Set<Promise<void>>();
  #upload: Promise<string> | undefined;
  #alive = () => {};

  constructor(options: PartSenderOptions) {
    const { folder, connections, partSize, store: { limits } } = options;
    this.#options = options;
    this.folder = folder.parts;
    this.parallel = connections;
    this.cut = partSize === undefined
      ? { size: PART, even: EVEN }
      : { size: Math.max(partSize, limits.least) };
    this.#signal = AbortSignal.any([options.signal, this.#end.signal]);
  }

  /** All parts in their order; undefined if the bundle is so small that it is a file beside the others of the set. */
  async arrived(): Promise<ArrivedParts | undefined> {
    if (this.#upload === undefined) return undefined;
    return { upload: await this.#upload, parts: this.#parts.toSorted((a, b) => a.number - b.number) };
  }

  take(segment: FilledSegment, alive: () => void): Promise<void> {
    this.#alive = alive;
    const sending = this.#take(segment).finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
    return sending;
  }

  /** To be called when a request is repeated. */
  retried(): void {
    this.#alive();
  }

  /** Ends what is on its way. */
  async end(): Promise<void> {
    this.#end.abort(new Error("The run was given up."));
    await Promise.allSettled([...this.#sending]);
  }

  async #take(segment: FilledSegment): Promise<void> {
    const { store, name, folder } = this.#options;
    if (segment.last && segment.index === 0) return renameSync(segment.path, join(folder.set, name));
    const { most, parts } = store.limits;
    if (segment.index >= parts || segment.size > most) throw tooLarge(store, name, segment);
    const upload = await (this.#upload ??= this.#begin());
    const reader = openRange(segment.path);
    try {
      const body = counted(fileBody(reader, 0, segment.size), () => this.#alive());
      const place = { number: segment.index + 1, offset: segment.offset };
      this.#parts.push(await store.putPart(name, upload, place, body, this.#signal));
    } finally {
      reader.close();
    }
  }

  async #begin(): Promise<string> {
    const { store, name, folder } = this.#options;
    const upload = await store.begin(name, undefined, this.#signal);
    // Only the id is of use to a later run; what the parts will make up is not known.
    folder.state.begin({ name, size: 0, crc32: 0 }, upload, this.cut.size);
    return upload;
  }
}

function tooLarge(store: UploadStore, name: string, { offset }: FilledSegment): PackError {
  return new PackError(
    `"${name}" has more than ${offset} bytes, and "${store.location}" takes no more in parts of this size.`,
    "Give a larger --part-size, or pack the dataset as several sets.",
  );
}

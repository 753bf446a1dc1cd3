import { openRange, type RangeReader } from "../io/range_file.ts";
import { windowOf } from "../io/range_window.ts";
import { DOES_NOT_FIT } from "../io/read_file.ts";
import { findEntry } from "./archive_index.ts";
import type { FileSource, VideoPlace } from "./source.ts";

const encoder = new TextEncoder();

/** The frames of videos as files beside the others. */
export class VideoSource implements FileSource {
  readonly #spool: RangeReader | undefined;
  #path = new Uint8Array(1 << 10);

  /** @param base Reads the other files; closed with this one. */
  constructor(readonly place: VideoPlace, readonly base: FileSource) {
    this.#spool = place.spool === undefined ? undefined : openRange(place.spool);
  }

  read(path: string, into: Uint8Array, at: number, limit: number = into.length): number {
    const entry = this.#find(path);
    if (entry < 0) return this.base.read(path, into, at, limit);
    const file = this.#frame(entry);
    if (file.size > limit - at) return DOES_NOT_FIT;
    return full(file, into.subarray(at, at + file.size), 0);
  }

  readHead(path: string, into: Uint8Array, limit: number): number {
    const entry = this.#find(path);
    if (entry < 0) return this.base.readHead(path, into, limit);
    const file = this.#frame(entry);
    return full(file, into.subarray(0, Math.min(limit, into.length, file.size)), 0);
  }

  readPieces(
    path: string,
    buffer: Uint8Array,
    piece: (bytes: Uint8Array, position: number) => void,
  ): number {
    const entry = this.#find(path);
    if (entry < 0) return this.base.readPieces(path, buffer, piece);
    const file = this.#frame(entry);
    for (let at = 0; at < file.size;) {
      const bytes = buffer.subarray(0, Math.min(buffer.length, file.size - at));
      full(file, bytes, at);
      piece(bytes, at);
      at += bytes.length;
    }
    return file.size;
  }

  open(path: string): RangeReader {
    const entry = this.#find(path);
    return entry < 0 ? this.base.open(path) : this.#frame(entry);
  }

  /** Which frame of which video an image is, as keys of its COCO record (docs/dataset_spec.md §2). */
  about(path: string): Record<string, unknown> | undefined {
    const entry = this.#find(path);
    if (entry < 0) return undefined;
    const { videos, video, frame, time } = this.place;
    return {
      source_video: videos[video[entry]],
      source_frame: frame[entry],
      ...!Number.isNaN(time[entry]) && { source_time: time[entry] },
    };
  }

  close(): void {
    this.#spool?.close();
    this.base.close();
  }

  #find(path: string): number {
    if (path.length * 3 > this.#path.length) this.#path = new Uint8Array(path.length * 3);
    const { written } = encoder.encodeInto(path, this.#path);
    return findEntry(this.place.index, this.#path, written);
  }

  #frame(entry: number): RangeReader {
    if (!this.#spool) throw missing("the video was not decoded");
    const { at, size } = this.place.index;
    return windowOf(this.#spool, at[entry], size[entry]);
  }
}

function full(file: RangeReader, into: Uint8Array, at: number): number {
  if (file.read(into, at) < into.length) throw missing("the file with the frames of the videos was cut off");
  return into.length;
}

const missing = (cause: string) => Object.assign(new Error(cause), { code: "EBADMSG" });

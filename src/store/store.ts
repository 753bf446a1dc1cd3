/**
 * Object stores: one narrow interface for all of them. Names are those of the objects below the location a store was opened
 * with (`"frame_manifest.json"`); whatever a store does, it does for these objects only.
 *
 * Every call repeats what failed for a passing reason (retry.ts) and then throws a {@link StoreError} (error.ts), which says
 * what is wrong and what to do. No message holds a secret.
 */
import type { Body } from "./body.ts";
import { StoreError } from "./error.ts";
import type { Retrier } from "./retry.ts";

/** What a store tells of an object. */
export interface ObjectInfo {
  /** Bytes. */
  readonly size: number;
  /** Version of the object: another one after every write. Compared, never understood. */
  readonly etag: string | undefined;
  /** CRC-32 (ISO-HDLC) of the whole object, if the store keeps one or the uploader noted it on the object. */
  readonly crc32: number | undefined;
  /** MD5 of the whole object in hex, if the store tells it. */
  readonly md5?: string;
  /** SHA-256 of the whole object in hex, if the store keeps one. */
  readonly sha256?: string;
}

/** Options of a read. */
export interface ReadOptions {
  readonly signal?: AbortSignal;
  /** Read this version only; another one is a `StoreError` of kind `changed`. */
  readonly etag?: string;
}

/** A range of an object, and what the answer told of the whole of it. */
export interface ObjectRange {
  /** Fewer than were asked for only if the object ends before. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Bytes of the whole object; undefined if the store did not tell. */
  readonly size: number | undefined;
  /** Version of the object, as {@link ObjectInfo.etag}. */
  readonly etag: string | undefined;
}

/** What an answer tells of an object before its first byte. */
export type Told = Omit<ObjectRange, "bytes">;

/** Takes bytes as they come; the array may be used again afterwards. */
export type Take = (bytes: Uint8Array) => void;

/** What reading a set where it lies needs of a store; also in a browser. */
export interface RangeStore extends Pick<ObjectStore, "location" | "head" | "presign" | "close"> {
  /** Reads a range as {@link ObjectStore.get}, and tells size and version of the object without a request of its own. */
  range(name: string, offset: number, size: number, options?: ReadOptions): Promise<ObjectRange>;
  /**
   * Sends one request for an object from a byte to its end. Unlike all else it is not repeated: what has come need not come
   * again (download.ts).
   *
   * @param offset First byte; not at or behind the end, but for 0.
   * @param receive Is told size and version of the object, and gives what takes the bytes.
   */
  stream(
    name: string,
    offset: number,
    receive: (told: Told) => Take,
    options?: ReadOptions,
  ): Promise<void>;
  /** Repeats what failed for a passing reason. */
  readonly retrier: Retrier;
}

/** Bytes of the whole object, by the header `Content-Range`. */
export function wholeSize(contentRange: string | null | undefined): number | undefined {
  const [, size] = /\/(\d+)$/.exec(contentRange ?? "") ?? [];
  return size === undefined ? undefined : Number(size);
}

/** The error that an object is not the version it was. */
export function changed(place: string): StoreError {
  return new StoreError("changed", `"${place}" has been replaced while it was read.`, "Open it again.");
}

/** A place objects can be read from. */
export interface ObjectStore {
  /** URL for messages, as `s3://bucket/prefix`. Never with a secret. */
  readonly location: string;
  /**
   * Looks at an object.
   *
   * @returns Undefined if there is none.
   */
  head(name: string, signal?: AbortSignal): Promise<ObjectInfo | undefined>;
  /**
   * Reads a range of an object.
   *
   * @param offset First byte.
   * @param size Bytes; not 0.
   * @returns The bytes; fewer than `size` only if the object ends before, none if it ends at or before `offset`.
   * @throws {StoreError} Kind `missing` if there is no such object.
   */
  get(name: string, offset: number, size: number, options?: ReadOptions): Promise<Uint8Array<ArrayBuffer>>;
  /** A link that lets anybody read the object for so many seconds; undefined where a store has no such thing. */
  presign?(name: string, seconds: number): Promise<string>;
  /** Closes idle connections. */
  close(): void;
}

/** What must hold for a write to happen; it fails with a `StoreError` of kind `condition` otherwise. */
export type Condition =
  /** No such object yet. */
  | { readonly absent: true }
  /** The object still is this version. */
  | { readonly etag: string }
  /** Nothing. */
  | undefined;

/** What an object will be as a whole. */
export interface Whole {
  readonly size: number;
  readonly crc32: number;
}

/** A file that is to become an object. */
export interface Digested extends Whole {
  readonly name: string;
  /** In hex; there if the store knows objects by it ({@link UploadStore.sha256}). */
  readonly sha256?: string;
}

/** How a store wants a file to be sent. */
export interface Preparation {
  /** Bytes of a part; those of the file if it is to be sent in one request. */
  readonly partSize: number;
  /** True if the store has the bytes already, though not under this name: `put` will send none. */
  readonly there: boolean;
}

/** A part of an upload that has reached the store. */
export interface Part {
  /** From 1, in the order of the object. */
  readonly number: number;
  /** Its first byte in the object. */
  readonly offset: number;
  readonly size: number;
  /** Undefined of a part that the store copied, if it does not tell. */
  readonly crc32: number | undefined;
  /** What the store calls it. */
  readonly etag: string;
}

/** Where a part belongs. */
export type PartPlace = Pick<Part, "number" | "offset">;

/** What a store takes as parts. */
export interface PartLimits {
  /** Least bytes of a part that is not the last. */
  readonly least: number;
  /** Most bytes of a part. */
  readonly most: number;
  /** Most parts of an object. */
  readonly parts: number;
}

/** An upload somebody began and did not finish. */
export interface OpenUpload {
  /** Object it is for. */
  readonly name: string;
  /** What the store calls it. */
  readonly upload: string;
  /** ISO 8601, if the store tells. */
  readonly begun: string | undefined;
}

/** A place sets can be uploaded to. */
export interface UploadStore extends ObjectStore {
  readonly limits: PartLimits;
  /** False where an object cannot begin with bytes of another one: all of a set that has grown is sent. @default {true} */
  readonly appends?: boolean;
  /** True where objects are known by their SHA-256, and not by their CRC-32. @default {false} */
  readonly sha256?: boolean;
  /**
   * Asks how a file is to be sent, before it is; only where that is for the store to say.
   *
   * @param beginning The first 4,096 bytes of the file, or all if it has fewer.
   */
  prepare?(file: Digested, beginning: Uint8Array, signal?: AbortSignal): Promise<Preparation>;
  /**
   * Makes all that was written and removed be seen, at one stroke. Where there is none, each object is seen as soon as it is
   * written.
   *
   * @throws {StoreError} Kind `condition` if an object is not what it was when it was looked at first; nothing is seen then.
   */
  publish?(signal?: AbortSignal): Promise<void>;
  /** Writes an object in one request. */
  put(name: string, body: Body, condition: Condition, signal?: AbortSignal): Promise<ObjectInfo>;
  /**
   * Begins an upload in parts; nothing can be seen of it until it is complete. Returns its name.
   *
   * @param whole Undefined if it is not known yet; its checksum is then not noted on the object where that is done now.
   */
  begin(name: string, whole: Whole | undefined, signal?: AbortSignal): Promise<string>;
  /** Sends a part; the store has compared its bytes with a checksum when this returns. */
  putPart(name: string, upload: string, place: PartPlace, body: Body, signal?: AbortSignal): Promise<Part>;
  /**
   * Begins an upload in parts whose first ones are taken from the object as it is now, from its first byte on: nothing
   * travels.
   *
   * @returns The upload, and parts for the bytes asked for or for as many as the store can; undefined if it cannot.
   */
  beginFrom(
    name: string,
    whole: Whole,
    from: ReusedObject,
    signal?: AbortSignal,
  ): Promise<{ upload: string; parts: Part[] } | undefined>;
  /**
   * Those of some parts that the store has, proved by its checksum of them or by its name for them; what it states as their
   * size proves nothing.
   *
   * @throws {StoreError} Kind `missing` if there is no such upload.
   */
  confirm(name: string, upload: string, parts: readonly Part[], signal?: AbortSignal): Promise<Part[]>;
  /** Makes the object of its parts, if the condition holds and the checksum of the whole is right. */
  complete(
    name: string,
    upload: string,
    parts: readonly Part[],
    whole: Whole,
    condition: Condition,
    signal?: AbortSignal,
  ): Promise<ObjectInfo>;
  /** Gives up an upload and frees its parts; none is left if there is no such upload. */
  abort(name: string, upload: string, signal?: AbortSignal): Promise<void>;
  /** Uploads of these objects that are open. */
  uploads(names: readonly string[], signal?: AbortSignal): Promise<OpenUpload[]>;
  /** Removes an object; no error if there is none. */
  remove(name: string, signal?: AbortSignal): Promise<void>;
}

/** An object that begins as another version of it will. */
export interface ReusedObject {
  /** Bytes to take. */
  readonly size: number;
  /** Of these bytes. */
  readonly crc32: number;
  readonly etag: string;
}

/** What went over the network; counted up while a store is used. */
export class Traffic {
  /** Requests sent, repetitions included. */
  requests = 0;
  /** Bytes of bodies sent, repetitions included. */
  bytes = 0;
}

import type { Failure } from "../failure.ts";

/** Stands for the number of a source where bytes of the batch itself are meant. */
export const OWN_BYTES = -1;
/** Numbers that a piece takes in a batch. */
export const PIECE = 3;

/** Pieces of a file that follow each other. */
export interface CopyBatch {
  /** {@link PIECE} numbers for each: number of the source or {@link OWN_BYTES}, first byte there, bytes. */
  readonly pieces: Float64Array<ArrayBuffer>;
  /** Bytes that come from no source. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Where pieces are taken from, and where they go. */
export interface CopyJob {
  /** File to write into; it must exist, unless it is written from its begin. */
  readonly path: string;
  /** Byte of it at which the first piece begins. */
  readonly position: number;
  /** Files that pieces are taken from. */
  readonly sources: readonly string[];
  /** Take the SHA-256 of what is written, and wait at the end until it is on the disk. */
  readonly seal: boolean;
  /** Not 0 once the work is given up. */
  readonly stop: Int32Array<SharedArrayBuffer>;
}

/** Messages to the thread that copies. */
export type ToCopier =
  | { kind: "job"; job: CopyJob }
  | { kind: "batch"; batch: CopyBatch }
  | { kind: "close" };

/** Messages from it: a batch is written, all files are closed, it cannot go on. */
export type FromCopier =
  | { kind: "copied" }
  | { kind: "closed"; sha256?: string }
  | { kind: "failed"; failure: Failure };

import type { ImageHeader } from "../model/frame.ts";

/** An image that was read and understood, waiting for its place in the set. */
export interface PackedFrame {
  readonly fileName: string;
  /** Name of the entry in the bundle, as UTF-8. */
  readonly name: Uint8Array;
  /** The same as text, if it is not the file name. */
  entry?: string;
  readonly header: ImageHeader;
  /** Bytes it takes in the bundle before and after the data, what belongs to it there included; 0 when no bundle is written. */
  readonly envelope: { before: number; after: number };
  /** Bytes of data in the bundle. */
  readonly size: number;
  /** Bytes of the original file. */
  readonly originalSize: number;
  readonly deflated: boolean;
  readonly crc32: number;
  /** 64 hex digits: text is cheaper to get from the runtime than bytes. */
  readonly sha256: string;
  /** Place of the data if a bundle exists already. */
  readonly offset?: number;
  /** Set if it is a frame of a compressed video: which, if there are several, and what it decodes to. */
  readonly video?: { file?: number; frame?: number; decoded?: string };
  readonly split?: string;
  readonly placeholder?: boolean;
  /** The file is too large for memory: it is copied when its place is known. */
  readonly streamed?: boolean;
  /** What stands after the data of a streamed frame, if it is not just zeros. */
  trailer?: Uint8Array;
  /** Bytes and CRC-32 of the `.json` member after it. */
  json?: { size: number; crc32: number };
  /** `<format>:<path>`. */
  labels?: string;
  /** Number of its annotations; their lines are with the piece. */
  annotations: number;
  /** Local class numbers of the image as a whole. */
  classes?: number[];
  /** Further keys of the COCO image record. */
  extra?: Record<string, unknown>;
}

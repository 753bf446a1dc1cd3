import type { StoreAccess } from "../store/access.ts";

/** How a set is uploaded. */
export interface UploadOptions extends StoreAccess {
  /** Replace what is there, whatever it is. @default {false} */
  readonly force?: boolean;
  /** Only tell what would be sent. @default {false} */
  readonly dryRun?: boolean;
  /** Called as bytes go out; may be often. */
  readonly onProgress?: (progress: UploadProgress) => void;
  /** Ends the upload; what was sent stays. */
  readonly signal?: AbortSignal;
}

/** State of an upload at work. */
export interface UploadProgress {
  /** Bytes that are in the store. */
  readonly done: number;
  /** Bytes of the set. */
  readonly total: number;
  /** Bytes sent so far, repetitions included. */
  readonly bytes: number;
  /** Seconds since the upload began. */
  readonly seconds: number;
}

/**
 * What is done with a file: `there` it is in the store already, `sent`, or `appended` to what the store has of it.
 */
export type FileAction = "there" | "sent" | "appended";

/** What became of a file. */
export interface UploadedFile {
  /** Name in the store. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** What was done with it. */
  readonly action: FileAction;
  /** Bytes that came from the store itself, or from an earlier attempt. */
  readonly kept: number;
}

/** Outcome of an upload. */
export interface UploadReport {
  /** Where the set is; never with a secret. */
  readonly location: string;
  /** In the order in which they were sent. */
  readonly files: readonly UploadedFile[];
  /** Bytes of bodies that were sent, repetitions included. */
  readonly bytesSent: number;
  /** Requests that were sent, repetitions included. */
  readonly requests: number;
  /** Requests that were repeated. */
  readonly retries: number;
  /** Seconds it took. */
  readonly seconds: number;
}

/** What an upload would do. */
export interface UploadForecast {
  /** Tells it from a report. */
  readonly dryRun: true;
  /** Where the set would be; never with a secret. */
  readonly location: string;
  /** In the order in which they would be sent. */
  readonly files: readonly UploadedFile[];
  /** Bytes to send. */
  readonly bytes: number;
  /** Requests, about. */
  readonly requests: number;
  /** Seconds at the given bandwidth; undefined without one. */
  readonly seconds: number | undefined;
  /** Price of the requests in US dollars, by the list price of S3 Standard; undefined for other stores. */
  readonly requestCost: number | undefined;
}

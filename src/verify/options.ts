import type { ReadAccess } from "../store/access.ts";

/** Options of {@link verify}. */
export interface VerifyOptions extends ReadAccess {
  /**
   * Check the SHA-256 of every frame too, not only its CRC-32; decode a compressed video (by ffmpeg), and compare every
   * picture with its digest. @default {false}
   */
  deep?: boolean;
  /** With `deep`, of a set in a store: every image, not 1,000 samples. @default {false} */
  all?: boolean;
  /** Number of the generation to check, as `history` shows it. @default {the current one} */
  at?: number;
  /** Name or path of ffmpeg. @default {"ffmpeg"} */
  ffmpeg?: string;
  /** Threads. @default {number of processors; fewer for small sets} */
  workers?: number;
  /** Ends the verification. */
  signal?: AbortSignal;
  /** Called when a part is done. */
  onProgress?: (progress: VerifyProgress) => void;
}

/** State of a verification, for display. */
export interface VerifyProgress {
  /** `"fetch"` while files of a compressed video are copied from a store: all is in bytes then. Absent otherwise. */
  phase?: "fetch";
  /** Frames checked. */
  done: number;
  /** Frames in all. */
  total: number;
  /** Bytes of the bundle checked. */
  bytes: number;
  /** Seconds since the start. */
  seconds: number;
}

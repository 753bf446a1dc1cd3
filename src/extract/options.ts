import type { Selection } from "../dataset/selection.ts";
import type { ReadAccess } from "../store/access.ts";
import type { StillFormat } from "../image/still_format.ts";

/** Options of {@link extract}. */
export interface ExtractOptions extends Selection, ReadAccess {
  /**
   * Decode the images, upright, and write them in this format; the names get its extension. Images that have it already and
   * are upright stay as they are. Needs ffmpeg. @default {the original files; of a compressed video, "png"}
   */
  format?: StillFormat;
  /** Number of the generation to restore, as `history` shows it. @default {the current one} */
  at?: number;
  /** Name or path of ffmpeg. @default {"ffmpeg"} */
  ffmpeg?: string;
  /** Restore the original label files, too, which `--keep-labels` packed. @default {false} */
  originalLabels?: boolean;
  /** Replace files that are there already. @default {false} */
  overwrite?: boolean;
  /** Ends the extraction; files restored so far stay. */
  signal?: AbortSignal;
  /** Called a few times a second. */
  onProgress?: (progress: ExtractProgress) => void;
}

/** State of an extraction, for display. */
export interface ExtractProgress {
  /** `"fetch"` while files of a compressed video are copied from a store: all is in bytes then. Absent otherwise. */
  phase?: "fetch";
  /** Files restored. */
  done: number;
  /** Files in all. */
  total: number;
  /** Bytes written. */
  bytes: number;
  /** Seconds since the start. */
  seconds: number;
}

/** What an extraction did. */
export interface ExtractReport {
  /** Images restored. */
  frames: number;
  /** Format the images were decoded into; absent if they are the original files. */
  format?: StillFormat;
  /** Label files restored. */
  labels: number;
  /** Bytes written. */
  bytes: number;
  /** Folder they are in. */
  dir: string;
  /** Seconds it took. */
  seconds: number;
}

import type { Issue } from "../model/issue.ts";

/** Options of {@link update}. */
export interface UpdateOptions {
  /** Folder, zip, tar or tar.gz with images and labels, as it was given to `pack`. */
  dataset?: string;
  /** Folder or archive of the images. */
  images?: string;
  /** Folder or archive of the labels. */
  labels?: string;
  /** Folder of the set; one in a store is for `updateRemote`. @default {"output"} */
  output?: string;
  /** Look into every file, also into those whose size and times say that they are as they were. @default {false} */
  checksum?: boolean;
  /** Noted in the list of generations as it is. */
  date?: string;
  /** Noted in the list of generations as it is. */
  message?: string;
  /** Tell what would be done, and write nothing. @default {false} */
  dryRun?: boolean;
  /** Worker threads. @default {number of processors} */
  workers?: number;
  /** Give up when more inputs than this are rejected. @default {no limit} */
  maxRejects?: number;
  /** Ends the update; the set stays as it was. */
  signal?: AbortSignal;
  /** Called a few times a second. */
  onProgress?: (progress: UpdateProgress) => void;
  /** Called for warnings and notes. Rejects are listed in `rejects.jsonl`. */
  onIssue?: (issue: Issue) => void;
}

/** State of an update, for display. */
export interface UpdateProgress {
  /** What is being done: fetching what is read of a set in a store (bytes), finding what is there, taking the frames of videos, comparing it with the set, packing what is new, writing the generation. */
  phase: "fetch" | "scan" | "decode" | "compare" | "pack" | "write";
  /** Files seen, images compared or packed, bytes written. */
  done: number;
  /** How many there will be; 0 while unknown. */
  total: number;
  /** Seconds since the start. */
  seconds: number;
}

/** What an update did, or would do. */
export interface UpdateReport {
  /** Current generation, after the update. */
  generation: number;
  /** False if nothing was different, or with `dryRun`. */
  written: boolean;
  /** True if it only was to be told what would be done. */
  dryRun: boolean;
  /** Images of the set afterwards. */
  images: number;
  /** Annotations of the set afterwards; with `dryRun` those there are. */
  annotations: number;
  /** Images with a new name and new bytes. */
  added: number;
  /** Images of the same name with other bytes. */
  changed: number;
  /** Images of the same bytes with another name, split or label file. */
  moved: number;
  /** Images that are gone. */
  removed: number;
  /** Images with other annotations; with `dryRun` those whose labels would be read to find out. */
  relabelled: number;
  /** Images that nothing pointed to having changed; the others were looked into. */
  unchanged: number;
  /** Files that were read because nothing else could tell whether they are as they were. */
  hashed: number;
  /** Bytes the bundle grew by; with `dryRun` the bytes of the images that would be added. */
  appended: number;
  /** Bytes of the bundle. */
  size: number;
  /** Inputs left out, by record kind. */
  rejects: { image: number; label: number; annotation: number };
  /** Number of issues for each code. */
  issues: Record<string, number>;
  /** Folder of the set. */
  output: string;
  /** Seconds it took. */
  seconds: number;
}

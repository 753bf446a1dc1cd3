/**
 * What becomes different from one generation to the next. A _position_ is that of an image of the current generation, as
 * `Manifest` counts them; what is not named stays as it is.
 */
export interface GenerationChange {
  /**
   * Folder of a complete ordinary set with the new and changed images and their annotations, as `pack` writes it: sorted by
   * name, no generations. Every frame of it becomes an image.
   */
  incoming?: string;
  /**
   * Incoming frame → position of the image that it replaces: the same `file_name` with other bytes. The image keeps its id, and
   * annotations that are the same as before keep theirs.
   */
  replaces?: ReadonlyMap<number, number>;
  /** Positions of images that are gone. */
  removed?: ReadonlySet<number>;
  /** Position → what is different of an image whose bytes are the same. No bytes are written for it, and it keeps its id. */
  moved?: ReadonlyMap<number, MovedImage>;
  /** Annotation file with the new labels of `relabelled`, as `pack` writes it with the stage `annotate`. */
  annotations?: string;
  /** Position → where the new labels of that image are. An image may be both moved and relabelled. */
  relabelled?: ReadonlyMap<number, RelabelledImage>;
}

/** An image with the same bytes under another name, or in another split. */
export interface MovedImage {
  /** Path below the dataset folder, `/` between parts. @default {as before} */
  fileName?: string;
  /** Null for none. @default {as before} */
  split?: string | null;
  /** Label file as the frame line names it, `<format>:<path>`; null for none. @default {as before} */
  labels?: string | null;
}

/** An image with other labels. */
export interface RelabelledImage {
  /** Position of the image in the annotation file with the new labels; its name there does not matter. */
  frame: number;
  /** Label file as the frame line names it, `<format>:<path>`; null for none. @default {as before} */
  labels?: string | null;
}

/** Options of `appendGeneration`. */
export interface AppendOptions {
  /** Put into the list of generations as it is. */
  date?: string;
  /** Put into the list of generations as it is. */
  message?: string;
  /** Ends the update; the set stays as it was. */
  signal?: AbortSignal;
  /** Called when bytes have been written. */
  onProgress?: (progress: AppendProgress) => void;
}

/** State of an update that writes, for display. */
export interface AppendProgress {
  /** Bytes written. */
  bytes: number;
  /** Bytes there will be, as far as is known. */
  total: number;
}

/** What `appendGeneration` did. */
export interface AppendReport {
  /** Number of the current generation. */
  generation: number;
  /** False if nothing was different: then nothing was written. */
  written: boolean;
  /** Images of the current generation. */
  images: number;
  /** Annotations of it. */
  annotations: number;
  /** Names of its classes, in the order of their ids. */
  categories: string[];
  /** Images that are new. */
  added: number;
  /** Images with other bytes under the same name. */
  changed: number;
  /** Images with another name, split or data of the image as a whole. */
  moved: number;
  /** Images that are gone. */
  removed: number;
  /** Images whose annotations are not all the same as before, unless they were added or changed. */
  relabelled: number;
  /** Bytes that the bundle grew by. */
  appended: number;
  /** Bytes of the new bundle. */
  size: number;
}

import type { Base } from "./base.ts";
import type { ImageLabels, LabelPlace } from "./image_labels.ts";

/** What the next generation is made of, whatever was asked for: an update and a rollback end in the same plan. */
export interface Plan {
  readonly base: Base;
  /** Number of the next generation. */
  readonly generation: number;
  /** By frame line: 1 if its life ends. */
  readonly ended: Uint8Array;
  /** Lives that begin, sorted by name. */
  readonly born: readonly Born[];
  /** Positions of images that go on, with other annotations. */
  readonly relabelled: ReadonlyMap<number, LabelPlace>;
  readonly labels: ImageLabels;
  /** The next id of an image. */
  readonly nextImage: number;
  readonly counts: Counts;
  /** The generation that is brought back. */
  readonly restores?: number;
}

/** What happened to images. */
export interface Counts {
  added: number;
  changed: number;
  moved: number;
  removed: number;
  relabelled: number;
}

/** A life that begins. */
export interface Born extends LabelPlace {
  readonly name: string;
  /** Image id. */
  readonly id: number;
  /** Line with the same bytes; undefined if they are those of the frame `incoming`. */
  readonly line?: number;
  /** As in `MovedImage`. */
  readonly split?: string | null;
  readonly labels?: string | null;
}

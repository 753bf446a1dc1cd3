import type { ManifestHeader } from "../manifest/record.ts";
import type { Media } from "../media/container.ts";
import type { Source } from "./source.ts";

/** An image of a source, by its position there. */
export interface Place {
  readonly source: number;
  readonly position: number;
}

/** A set that is to be made of images of others: what is in it, and in which order. */
export interface Composition {
  readonly sources: readonly Source[];
  /** Source of each image, in the order of the new set. */
  readonly source: Uint16Array;
  /** Position of each image in its source. */
  readonly position: Uint32Array;
  /** By place in the new set: names that are not those in the source. */
  readonly names?: ReadonlyMap<number, string>;
  /** By place in the new set: images of other sources whose annotations join those of the image. */
  readonly joined?: ReadonlyMap<number, readonly Place[]>;
  /** Ids of images and annotations stay; they are dealt out anew otherwise. */
  readonly keepIds: boolean;
  /** Category records of the new set; undefined if it has no annotations. */
  readonly categories?: readonly string[];
  /** COCO `licenses` of the new set. */
  readonly licenses: readonly unknown[];
  /** For each source, its ids in the new set, where they are not the same. */
  readonly renumbered?: readonly Renumbering[];
  /** Categories whose annotations are taken, by id; all if undefined. */
  readonly only?: ReadonlySet<number>;
  readonly media: Media;
  readonly fps: number;
  /** What the header says of how the images were packed. */
  readonly header: Pick<ManifestHeader, "split" | "options">;
  /** Id of the first category, if it is not 1. */
  readonly firstCategory?: 0;
  /** Number of the generation and the ids not given yet, where ids are kept; without a number, it is the first. */
  readonly state?: { generation?: number; image: number; annotation: number; category: number };
}

/** Ids of one source in the new set. */
export interface Renumbering {
  readonly categories?: ReadonlyMap<number, number>;
  readonly licenses?: ReadonlyMap<unknown, number>;
}

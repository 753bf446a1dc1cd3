import { type Manifest, openManifest } from "../manifest/reader.ts";
import type { GenerationRecord } from "../manifest/record.ts";
import { containers } from "../media/containers.ts";
import { resolveSet } from "../manifest/source_set.ts";

/** One generation of a set, as {@link history} tells it. What happened is counted since the one before; absent when 0. */
export interface GenerationSummary {
  /** From 1. */
  generation: number;
  /** As the user gave it. */
  date?: string;
  /** As the user gave it. */
  message?: string;
  /** Images in it. */
  images: number;
  /** Annotations in it. */
  annotations: number;
  /** Classes in it. */
  categories: number;
  /** Images that were new. */
  added?: number;
  /** Images with other bytes under the same name. */
  changed?: number;
  /** Images with another name or split. */
  moved?: number;
  /** Images that were gone. */
  removed?: number;
  /** Images with other labels. */
  relabelled?: number;
  /** The generation that `rollback` brought back. */
  restores?: number;
  /** Bytes of the bundle. */
  size: number;
}

/** The generations of a set. */
export interface SetHistory {
  /** In order; a set that was never updated has one. */
  generations: GenerationSummary[];
  /** Number of the current one. */
  current: number;
  /** Bytes of the bundle that the current generation does not need: images that are gone, and old directories. */
  dead: number;
}

/**
 * Tells which generations a set has (docs/dataset_spec.md §4.4).
 *
 * @param dir Folder of the set.
 * @throws {PackError} If there is no set, or its manifest is damaged.
 */
export function history(dir: string): SetHistory {
  const manifest = openManifest(resolveSet(dir).manifest);
  try {
    return historyOf(manifest);
  } finally {
    manifest.close();
  }
}

/** The same of an open manifest. */
export function historyOf(manifest: Manifest): SetHistory {
  const { current, header, footer, length } = manifest;
  const list = manifest.generations();
  if (list.length === 0) {
    const { annotations, categories } = footer;
    const only = { generation: 1, images: length, annotations, categories, size: header.bundle.size };
    return { generations: [only], current, dead: 0 };
  }
  const generations = list.map(({ generation, date, message, images, annotations, categories, ...rest }) => {
    const { added, changed, moved, removed, relabelled, restores, bundle: { size } } = rest;
    const what = { added, changed, moved, removed, relabelled, restores };
    return { generation, date, message, images, annotations, categories, ...what, size };
  });
  return { generations, current, dead: deadBytes(manifest, list) };
}

function deadBytes(manifest: Manifest, list: readonly GenerationRecord[]): number {
  const { length, sizes, frames, removed } = manifest.lines();
  const alive = new Uint8Array(length);
  for (let line = 0; line < length; line++) if (removed![line] === 0) alive[frames![line]] = 1;
  let dead = 0;
  for (let line = 0; line < length; line++) if (frames![line] === line && !alive[line]) dead += sizes[line];
  const { media } = manifest.header.bundle;
  if (media === "video" || containers[media].growth.overEnd) return dead;
  // Where a later generation wrote, the directory before it counts no more.
  list.slice(1).forEach(({ bundle }, i) => {
    if (bundle.size > list[i].bundle.size) dead += list[i].bundle.size - list[i].frames_end;
  });
  return dead;
}

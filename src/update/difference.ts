import { concernsOneFile } from "../io/read_file.ts";
import type { LabelRef } from "../formats/format.ts";
import type { Manifest } from "../manifest/reader.ts";
import { hashFile } from "../pack/streamed.ts";
import type { FrameEntry, Scan } from "../scan/scan.ts";
import type { FileSource } from "../source/source.ts";
import { below, isImageName } from "../model/image_names.ts";
import type { KnownFrames } from "./known_frames.ts";
import { isOld, sizeOf, type Statuses, statusOf } from "./statuses.ts";

/** Bytes read at once of a file that is hashed. */
const BLOCK = 1024 * 1024;
/** Entries between two looks at the signal. */
const ROUND = 4096;

/** An image of the dataset, and its place in the set. */
export interface Known {
  readonly entry: FrameEntry;
  /** Position in the manifest. */
  readonly position: number;
}

/** How a dataset differs from the set that was made of it. */
export interface Difference {
  /** Images of names the set does not know, with bytes that nothing that is gone had. */
  readonly added: readonly FrameEntry[];
  /** Images of the same name with other bytes. */
  readonly changed: readonly Known[];
  /** Images of the same bytes with another name, split or source of their labels. */
  readonly moved: readonly Known[];
  /** Images of the same bytes whose labels may be others. */
  readonly suspects: readonly Known[];
  /** Positions of images that are gone. */
  readonly removed: readonly number[];
  /** Images that nothing points to having changed. */
  readonly unchanged: number;
  /** Files that were read to be hashed. */
  readonly hashed: number;
}

/** Options of {@link findDifference}. */
export interface DifferenceOptions {
  /** Files that they know nothing of are looked into. @default {all} */
  readonly statuses?: Statuses;
  /** The labels have another meaning than they had, whatever their files say. @default {false} */
  readonly otherMeaning?: boolean;
  readonly signal?: AbortSignal;
  /** Called now and then with the number of images compared. */
  readonly onProgress?: (images: number) => void;
}

/**
 * Compares a dataset with the set that was made of it. Size and time of status change are a hint that saves reading a file;
 * where it is missing, SHA-256 decides.
 *
 * @param found The dataset; its frames are used up.
 * @param known The images of `manifest`; they count as seen afterwards.
 */
export function findDifference(
  found: Scan,
  manifest: Manifest,
  known: KnownFrames,
  { statuses, otherMeaning = false, signal, onProgress }: DifferenceOptions = {},
): Difference {
  const hint = new Hint(found, statuses, otherMeaning);
  const added: FrameEntry[] = [], changed: Known[] = [], moved: Known[] = [], suspects: Known[] = [];
  const buffer = new Uint8Array(BLOCK);
  let unchanged = 0, hashed = 0, seen = 0;
  const digest = (entry: FrameEntry): string | undefined => {
    hashed++;
    try {
      return hashFile(found.imageSource, entry.fileName, buffer).sha256;
    } catch (error) {
      if (concernsOneFile(error)) return undefined; // Packing will say what is wrong with it.
      throw error;
    }
  };

  for (const entry of found.frames()) {
    if (++seen % ROUND === 0) {
      signal?.throwIfAborted();
      onProgress?.(seen);
    }
    const position = known.find(entry.fileName);
    if (position < 0) {
      added.push(entry);
      continue;
    }
    const sameImage = hint.imageIs(entry.fileName, known.size(position)) ??
      digest(entry) === manifest.record(position).sha256;
    if (!sameImage) {
      changed.push({ entry, position });
      continue;
    }
    const sameAbout = known.isAbout(position, entry.split, labelsOf(found, entry));
    if (!sameAbout) moved.push({ entry, position });
    if (!sameAbout || !hint.labelsAre(entry.label)) suspects.push({ entry, position });
    else unchanged++;
  }

  signal?.throwIfAborted();
  onProgress?.(seen);

  const gone = new Map<string, number>();
  const removed = new Set(known.unseen());
  if (added.length > 0) {
    for (const position of removed) {
      gone.set(manifest.record(position).sha256, position);
    }
  }
  const fresh = gone.size === 0 ? added : added.filter((entry, i) => {
    if (i % ROUND === 0) signal?.throwIfAborted();
    const position = gone.get(digest(entry) ?? "");
    if (position === undefined) return true;
    gone.delete(manifest.record(position).sha256);
    removed.delete(position);
    moved.push({ entry, position });
    suspects.push({ entry, position });
    return false;
  });
  signal?.throwIfAborted();
  return { added: fresh, changed, moved, suspects, removed: [...removed], unchanged, hashed };
}

/** Where the labels of an image come from, as its frame line says it. */
export function labelsOf(found: Scan, { label, part = 0 }: FrameEntry): string | undefined {
  return label && found.plan && `${found.plan.parts[part].format}:${label.path}`;
}

/** What size and time of status change tell of files that were packed before. */
class Hint {
  /** Nothing is concluded from times. */
  readonly #blind: boolean;
  readonly #labelsBlind: boolean;
  /** Files below the label root that may not be those that were packed; not those with names of images. */
  readonly #changed = new Set<string>();
  readonly #images: string | undefined;
  readonly #labels: string | undefined;

  constructor(found: Scan, readonly statuses: Statuses | undefined, otherMeaning: boolean) {
    const images = untouched(found.imageSource, statuses), labels = untouched(found.labelSource, statuses);
    this.#images = images.root;
    this.#labels = labels.root;
    this.#blind = !images.known;
    // A class list that is another one gives all labels another meaning.
    this.#labelsBlind = otherMeaning || !labels.known || !this.#commonFilesAre(found);
  }

  #commonFilesAre({ plan, labelTree, isLabelFile }: Scan): boolean {
    if (this.#labels === undefined) return true;
    for (const { path: folder, files } of labelTree.folders.values()) {
      const wanted = (name: string) => isLabelFile(below(folder, name));
      for (const name of this.statuses!.changed(below(this.#labels, folder), files, wanted)) {
        const path = below(folder, name);
        if (!plan?.isLabel(path)) return false;
        this.#changed.add(path);
      }
    }
    return true;
  }

  /** True if the file is surely the one that was packed, false if it surely is not; undefined if only its bytes can tell. */
  imageIs(path: string, size: number): boolean | undefined {
    if (this.#blind) return undefined;
    if (this.#images === undefined) return true;
    const status = this.statuses!.of(`${this.#images}/${path}`);
    if (sizeOf(status) === size) return isOld(status) || undefined;
    return Number.isNaN(status) ? undefined : false;
  }

  /** True if the labels are surely those that were packed. */
  labelsAre(label: LabelRef | undefined): boolean {
    if (label === undefined) return true;
    if (this.#labelsBlind) return false;
    if (this.#labels === undefined) return true;
    return this.#fileIs(label) && (label.also ?? []).every((other) => this.#fileIs(other));
  }

  #fileIs({ path }: LabelRef): boolean {
    // Masks are not among the label files of every format.
    return isImageName(path)
      ? isOld(this.statuses!.of(`${this.#labels}/${path}`))
      : this.#changed.size === 0 || !this.#changed.has(path);
  }
}

/**
 * What times say of a source as a whole.
 *
 * @returns `known` is false if nothing can be concluded; `root` is the folder to look at, absent for an archive, which
 *   is as it was as a whole.
 */
function untouched({ place }: FileSource, statuses: Statuses | undefined): { known: boolean; root?: string } {
  if (!statuses) return { known: false };
  if (place.kind === "folder") {
    statuses.root(place.root);
    return { known: true, root: place.root };
  }
  // Frames of videos have no times of their own.
  return { known: place.kind === "archive" && isOld(statusOf(place.file, statuses.since)) };
}

import zeptomatch from "zeptomatch";
import type { Manifest } from "../manifest/reader.ts";
import type { FrameRecord } from "../model/frame.ts";
import { PackError } from "../model/issue.ts";
import { compareBytes } from "../tree/byte_order.ts";
import { type FrameRange, parseFrames, rangesOf } from "./frame_ranges.ts";

/** Which frames of a set are wanted: those that fit all that is given. */
export interface Selection {
  /** Frames by index from 0; or a list as `3,10..20,100..`, in which both ends of a range are in it. @default {all} */
  frames?: Iterable<number> | string;
  /** Globs, one of which `file_name` has to fit, as `train/**`. @default {any name} */
  names?: readonly string[];
  /** Split of the images. @default {any, or none} */
  split?: string;
}

/** Splits named in a message. */
const NAMED_SPLITS = 10;
/** With more ranges than this, an index of the manifest costs less than finding each. */
const MANY_RANGES = 100;

/** True if anything is asked for. */
export function selects({ frames, names, split }: Selection): boolean {
  return frames !== undefined || (names?.length ?? 0) > 0 || split !== undefined;
}

/** Chosen frames of a set. */
export class SelectedFrames implements Iterable<FrameRecord> {
  readonly #manifest: Manifest;
  readonly #ranges: readonly FrameRange[];
  readonly #globs: readonly RegExp[];
  readonly #split: string | undefined;

  /**
   * Finds out which frames are meant. Ranges and names with a fixed beginning are looked up, so few frames of a large set
   * take a few reads; a split takes a pass over the manifest.
   *
   * @param manifest Open manifest of the set; it must stay open.
   * @throws {PackError} With exit code 2 if there are no such frames, or one that `frames` names as text does not exist.
   * @throws {RangeError} If `frames` holds an index the set does not have.
   */
  constructor(manifest: Manifest, { frames, names = [], split }: Selection) {
    this.#manifest = manifest;
    this.#globs = names.map((glob) => zeptomatch.compile(glob));
    this.#split = split;
    const numbered = framesOf(frames, manifest.length);
    const named = names.length > 0 && manifest.sorted ? namesWithin(manifest, names) : undefined;
    this.#ranges = named ? common(numbered, named) : numbered;
    if (this.#ranges.length > MANY_RANGES) manifest.index();
    const none = this[Symbol.iterator]().next().done;
    if (none && selects({ frames, names, split })) throw noFrames(manifest, names, split);
  }

  /** The records in frame order, each time anew. */
  *[Symbol.iterator](): Generator<FrameRecord, undefined> {
    for (const { first, end } of this.#ranges) {
      for (const record of this.#manifest.records(first, end)) if (this.#fits(record)) yield record;
    }
  }

  #fits({ file_name, split }: FrameRecord): boolean {
    return (this.#split === undefined || split === this.#split) &&
      (this.#globs.length === 0 || this.#globs.some((glob) => glob.test(file_name)));
  }
}

function framesOf(frames: Selection["frames"], length: number): FrameRange[] {
  if (frames === undefined) return [{ first: 0, end: Infinity }];
  const text = typeof frames === "string";
  const ranges = text ? parseFrames(frames) : rangesOf(frames);
  for (const { first, end } of ranges) {
    const last = end === Infinity ? first : end - 1;
    if (last < length) continue;
    const missing = `There is no frame ${Math.max(first, length)}: the set has ${length}, counted from 0.`;
    if (!text) throw new RangeError(missing);
    throw new PackError(missing, length > 0 ? `The last one is ${length - 1}.` : undefined, 2);
  }
  return ranges.map(({ first, end }) => ({ first, end: Math.min(end, length) }));
}

/** Frames whose names begin as one of the globs does: names are in order, so these are found without reading the others. */
function namesWithin(manifest: Manifest, globs: readonly string[]): FrameRange[] {
  const ranges = globs.map((glob) => {
    // "a/**" is also the file "a".
    const prefix = /^[^*?[\]{}()!+@\\|]*/.exec(glob)![0].replace(/\/$/, "");
    const first = manifest.firstNot(({ file_name }) => compareBytes(file_name, prefix) < 0);
    const end = manifest.firstNot(({ file_name }) =>
      file_name.startsWith(prefix) || compareBytes(file_name, prefix) < 0
    );
    return { first, end };
  });
  ranges.sort((a, b) => a.first - b.first || b.end - a.end);
  // What one begins with may begin with that of another, but ranges never overlap in part.
  return ranges.filter(({ first, end }, i) => first < end && !ranges.slice(0, i).some((r) => r.end >= end));
}

/** Frames in both; each list is in order and without overlaps. */
function common(a: readonly FrameRange[], b: readonly FrameRange[]): FrameRange[] {
  const result: FrameRange[] = [];
  for (let i = 0, k = 0; i < a.length && k < b.length;) {
    const first = Math.max(a[i].first, b[k].first), end = Math.min(a[i].end, b[k].end);
    if (first < end) result.push({ first, end });
    if (a[i].end < b[k].end) i++;
    else k++;
  }
  return result;
}

function noFrames(manifest: Manifest, names: readonly string[], split: string | undefined): PackError {
  const asked = [
    names.length > 0 && `a name like ${names.map((name) => `"${name}"`).join(" or ")}`,
    split !== undefined && `the split "${split}"`,
  ].filter(Boolean).join(" and ");
  let hint =
    "Names are paths below the dataset folder, as train/1.jpg; quote globs, so that the shell leaves them.";
  if (split !== undefined) {
    const splits = new Set<string>();
    for (const record of manifest.records()) if (record.split !== undefined) splits.add(record.split);
    const listed = [...splits].sort().slice(0, NAMED_SPLITS).join(", ");
    if (!splits.has(split)) hint = listed ? `Its splits are: ${listed}.` : "None of its frames has a split.";
  }
  return new PackError(`No frame of the set that was asked for has ${asked}.`, hint, 2);
}

import { basename, resolve } from "node:path";
import { isSafePath } from "../model/safe_path.ts";
import type { Composition, Place } from "./composition.ts";
import { DigestList, SeenDigests } from "./digest_list.ts";
import { FrameLines } from "./frame_lines.ts";
import { compareNames, NameList } from "./name_list.ts";
import type { MergeReport } from "./options.ts";
import { roomFor } from "../io/copy/read_ahead.ts";
import type { Source } from "./source.ts";

const encoder = new TextEncoder();

/** All images of all sets that are to be one, in columns: some 90 bytes an image, with its name. */
export class MergedImages {
  readonly #source: Uint16Array;
  readonly #position: Uint32Array;
  readonly #names: NameList;
  readonly #digests: DigestList;
  /** The image that one is joined to; −1 if it stands for itself. */
  readonly #home: Int32Array;
  /** Images by name, those with one name in the order of their sets. */
  #order: Uint32Array;
  /** Names that are not those in the set. */
  readonly #renamed = new Map<number, string>();
  /** Images joined to one of the same name. */
  same = 0;

  constructor(sources: readonly Source[]) {
    const length = sources.reduce((sum, { manifest }) => sum + manifest.length, 0);
    this.#source = new Uint16Array(length);
    this.#position = new Uint32Array(length);
    this.#home = new Int32Array(length).fill(-1);
    this.#names = new NameList(length);
    this.#digests = new DigestList(length);
    let image = 0;
    sources.forEach((set, source) => {
      const lines = new FrameLines(set, roomFor(1));
      for (let position = 0; position < set.manifest.length; position++, image++) {
        const { name, bytes, digestAt } = lines.glance(position);
        this.#names.add(name);
        this.#digests.add(bytes, digestAt);
        this.#source[image] = source;
        this.#position[image] = position;
      }
    });
    this.#order = sortedNumbers(length, (a, b) => this.#names.compare(a, b) || a - b);
  }

  /**
   * Sees to it that no two images have one name: with the same bytes they become one, with others the later gets the name of
   * its set's folder before its own.
   */
  joinNames(sources: readonly Source[]): MergeReport["renamed"] {
    const order = this.#order, names = this.#names, home = this.#home;
    const later: number[] = [];
    for (let i = 0; i < order.length;) {
      let end = i + 1;
      while (end < order.length && names.compare(order[end], order[i]) === 0) end++;
      for (let k = i + 1; k < end; k++) {
        const image = order[k];
        const twin = order.subarray(i, k).find((other) =>
          home[other] < 0 && this.#digests.equal(other, image)
        );
        if (twin !== undefined) {
          home[image] = twin;
          this.same++;
        } else later.push(image);
      }
      i = end;
    }
    if (later.length === 0) return [];
    const given = new Set<string>();
    const isTaken = (name: string) => given.has(name) || this.#has(encoder.encode(name));
    const renamed = later.map((image) => {
      const { dir } = sources[this.#source[image]];
      const from = names.text(image);
      const to = freeName(folderName(dir), from, isTaken);
      given.add(to);
      this.#renamed.set(image, to);
      return { set: dir, from, to };
    });
    this.#sortRenamed();
    return renamed;
  }

  /**
   * Finds images with the same bytes as one before, under another name.
   *
   * @param join Joins them to it.
   * @returns How many there are.
   */
  joinTwins(join: boolean): number {
    const seen = new SeenDigests(this.#digests);
    let found = 0;
    for (const image of this.#order) {
      if (this.#home[image] >= 0) continue;
      const first = seen.first(image);
      if (first === image) continue;
      found++;
      if (join) this.#home[image] = first;
    }
    return found;
  }

  /** The images of the new set, in their order. */
  chosen(): Pick<Composition, "source" | "position" | "names" | "joined"> {
    const order = this.#order, home = this.#home;
    const chosen = order.filter((image) => home[image] < 0);
    const names = new Map<number, string>();
    const joined = new Map<number, Place[]>();
    if (this.#renamed.size > 0) {
      chosen.forEach((image, frame) => {
        const name = this.#renamed.get(image);
        if (name !== undefined) names.set(frame, name);
      });
    }
    if (chosen.length < order.length) {
      const frameOf = new Uint32Array(order.length);
      chosen.forEach((image, frame) => frameOf[image] = frame);
      for (const image of order) {
        if (home[image] < 0) continue;
        const frame = frameOf[this.#homeOf(image)];
        const place = { source: this.#source[image], position: this.#position[image] };
        const others = joined.get(frame);
        if (others) others.push(place);
        else joined.set(frame, [place]);
      }
    }
    return {
      source: Uint16Array.from(chosen, (image) => this.#source[image]),
      position: chosen.map((image) => this.#position[image]),
      names,
      joined,
    };
  }

  /** The image of the new set that one is part of. */
  #homeOf(image: number): number {
    while (this.#home[image] >= 0) image = this.#home[image];
    return image;
  }

  /** Puts images with new names to their places in the order. */
  #sortRenamed(): void {
    const all = new NameList(this.#names.length);
    for (let image = 0; image < this.#names.length; image++) {
      const name = this.#renamed.get(image);
      all.add(name === undefined ? this.#names.bytes(image) : encoder.encode(name));
    }
    this.#order = sortedNumbers(all.length, (a, b) => all.compare(a, b) || a - b);
  }

  #has(name: Uint8Array): boolean {
    let low = 0, high = this.#order.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const difference = compareNames(this.#names.bytes(this.#order[middle]), name);
      if (difference === 0) return true;
      if (difference < 0) low = middle + 1;
      else high = middle - 1;
    }
    return false;
  }
}

/** The numbers below `length` in an order. Parts that are in it already take little time. */
export function sortedNumbers(length: number, compare: (a: number, b: number) => number): Uint32Array {
  // Of an array of numbers the runtime merges the runs it finds; a typed one it would sort from scratch.
  return Uint32Array.from(Array.from({ length }, (_, i) => i).sort(compare));
}

/** Name of the folder of a set, as the first part of a path. */
function folderName(dir: string): string {
  const name = basename(resolve(dir));
  return name !== "" && isSafePath(encoder.encode(name)) ? name : "set";
}

function freeName(folder: string, name: string, isTaken: (name: string) => boolean): string {
  for (let n = 1;; n++) {
    const free = `${folder}${n === 1 ? "" : `-${n}`}/${name}`;
    if (!isTaken(free)) return free;
  }
}

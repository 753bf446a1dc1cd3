import type { Manifest } from "../manifest/reader.ts";
import { glances } from "./glances.ts";

/** Frames a table has room for, at most this part of it. */
const LOAD = 0.5;

/**
 * What a set knows of each of its images, by name: columns of numbers, 37 bytes a frame, for a million names held as
 * strings would take ten times as much. Two names count as one if both of two 32-bit hashes are the same: with a million
 * images, a chance of one in 40 million.
 */
export class KnownFrames {
  readonly #first: Uint32Array;
  readonly #second: Uint32Array;
  /** Bytes of the original files. */
  readonly #sizes: Float64Array;
  /** Hash of what the line tells besides: split and source of the labels. */
  readonly #about: Float64Array;
  /** Position + 1 of a frame, at the place that its hash says or after it; 0 for none. */
  readonly #slots: Uint32Array;
  /** 1 for frames that were found. */
  readonly #seen: Uint8Array;

  /** @param manifest Positions are those of its records. */
  constructor(manifest: Manifest) {
    const { length } = manifest;
    this.#first = new Uint32Array(length);
    this.#second = new Uint32Array(length);
    this.#sizes = new Float64Array(length);
    this.#about = new Float64Array(length);
    this.#seen = new Uint8Array(length);
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(length / LOAD + 2)));
    for (const { position, name, size, split, labels } of glances(manifest)) {
      const [first, second] = hashes(name);
      this.#first[position] = first;
      this.#second[position] = second;
      this.#sizes[position] = size;
      this.#about[position] = about(split, labels);
      let slot = first & (this.#slots.length - 1);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (this.#slots.length - 1);
      this.#slots[slot] = position + 1;
    }
  }

  /** Position of the image of this name, which now counts as seen; −1 if there is none. */
  find(name: string): number {
    const [first, second] = hashes(name);
    for (let slot = first & (this.#slots.length - 1);; slot = (slot + 1) & (this.#slots.length - 1)) {
      const position = this.#slots[slot] - 1;
      if (position < 0) return -1;
      if (this.#first[position] === first && this.#second[position] === second) {
        this.#seen[position] = 1;
        return position;
      }
    }
  }

  /** Bytes of the original file. */
  size(position: number): number {
    return this.#sizes[position];
  }

  /** True if split and source of the labels are these. */
  isAbout(position: number, split: string | undefined, labels: string | undefined): boolean {
    return this.#about[position] === about(split, labels);
  }

  /** Positions of the images that were not found. */
  unseen(): number[] {
    const positions: number[] = [];
    for (let i = 0; i < this.#seen.length; i++) if (this.#seen[i] === 0) positions.push(i);
    return positions;
  }
}

function about(split: string | undefined, labels: string | undefined): number {
  const [first, second] = hashes(`${split ?? ""}\0${labels ?? ""}`);
  return first * 2 ** 21 + (second >>> 11);
}

/** Two 32-bit hashes of a text (FNV-1a's step with two multipliers, and MurmurHash3's finish). */
function hashes(text: string): [number, number] {
  let first = 0x811c9dc5, second = 0x9747b28c;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    first = Math.imul(first ^ unit, 0x01000193);
    second = Math.imul(second ^ unit, 0x85ebca6b);
    second = second << 13 | second >>> 19;
  }
  return [finish(first ^ text.length), finish(second ^ text.length)];
}

function finish(hash: number): number {
  hash = Math.imul(hash ^ hash >>> 16, 0x85ebca6b);
  hash = Math.imul(hash ^ hash >>> 13, 0xc2b2ae35);
  return (hash ^ hash >>> 16) >>> 0;
}

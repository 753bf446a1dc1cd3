import { damaged } from "../manifest/checks.ts";
import { FrameLine } from "../manifest/frame_line.ts";
import { lineBlocks } from "../manifest/lines.ts";
import type { Manifest } from "../manifest/reader.ts";
import { HEADER_SIZE } from "../manifest/record.ts";
import { recordedSize } from "../model/frame.ts";
import { TextHash } from "../text/text_hash.ts";

const NEWLINE = 10;

/** Frames a table has room for, at most this part of it. */
const LOAD = 0.5;
/** Between split and source of the labels; neither can have it. */
const SEPARATOR = "\0";

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

  readonly #hash = new TextHash();

  /**
   * @param manifest Open at the current generation; positions are those of its images.
   * @throws {PackError} If it is damaged.
   */
  constructor(manifest: Manifest) {
    const { length, file, framesEnd } = manifest;
    this.#first = new Uint32Array(length);
    this.#second = new Uint32Array(length);
    this.#sizes = new Float64Array(length);
    this.#about = new Float64Array(length);
    this.#seen = new Uint8Array(length);
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(length / LOAD + 2)));
    const line = new FrameLine();
    let index = 0, position = 0;
    for (const { bytes } of lineBlocks(file, HEADER_SIZE, framesEnd)) {
      for (let at = 0; at < bytes.length; index++) {
        line.read(bytes, at);
        if (line.index === index && this.#takeLine(line, position)) {
          if (line.removed === 0) this.#place(position++);
          at = line.end;
        } else if (this.#takeRecord(manifest, index, position)) this.#place(position++);
        const stop = bytes.indexOf(NEWLINE, at);
        at = stop < 0 ? bytes.length : stop + 1;
      }
    }
    if (position !== length) {
      throw damaged(
        manifest.path,
        "the footer line",
        `counts ${length} images, and the lines have ${position}`,
      );
    }
  }

  /** Notes what a line says; false if it has to be parsed for that. */
  #takeLine(line: FrameLine, position: number): boolean {
    const hash = this.#hash;
    if (!line.canonical) return false;
    hash.begin();
    if (!hash.bytes(line.bytes, line.nameAt, line.nameEnd)) return false;
    hash.end();
    this.#first[position] = hash.first;
    this.#second[position] = hash.second;
    this.#sizes[position] = line.originalSize < 0 ? line.size : line.originalSize;
    hash.begin();
    if (!hash.bytes(line.bytes, line.splitBegin, line.splitEnd)) return false;
    hash.text(SEPARATOR);
    if (!hash.bytes(line.bytes, line.labelsBegin, line.labelsEnd)) return false;
    hash.end();
    this.#about[position] = hash.whole;
    return true;
  }

  /** The same of any line; false if its image is gone. */
  #takeRecord(manifest: Manifest, index: number, position: number): boolean {
    const record = manifest.recordOfLine(index);
    if (record.removed !== undefined) return false;
    this.#hashOf(record.file_name);
    this.#first[position] = this.#hash.first;
    this.#second[position] = this.#hash.second;
    this.#sizes[position] = recordedSize(record);
    this.#about[position] = this.#aboutOf(record.split, record.labels);
    return true;
  }

  /** Makes an image that was noted one that is found. */
  #place(position: number): void {
    let slot = this.#first[position] & (this.#slots.length - 1);
    while (this.#slots[slot] !== 0) slot = (slot + 1) & (this.#slots.length - 1);
    this.#slots[slot] = position + 1;
  }

  /** Position of the image of this name, which now counts as seen; −1 if there is none. */
  find(name: string): number {
    this.#hashOf(name);
    const { first, second } = this.#hash;
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
    return this.#about[position] === this.#aboutOf(split, labels);
  }

  /** Positions of the images that were not found. */
  unseen(): number[] {
    const positions: number[] = [];
    for (let i = 0; i < this.#seen.length; i++) if (this.#seen[i] === 0) positions.push(i);
    return positions;
  }

  #hashOf(text: string): void {
    this.#hash.begin();
    this.#hash.text(text);
    this.#hash.end();
  }

  #aboutOf(split: string | undefined, labels: string | undefined): number {
    const hash = this.#hash;
    hash.begin();
    if (split !== undefined) hash.text(split);
    hash.text(SEPARATOR);
    if (labels !== undefined) hash.text(labels);
    hash.end();
    return hash.whole;
  }
}

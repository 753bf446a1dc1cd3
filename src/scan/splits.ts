import { createHash } from "node:crypto";
import { splitName } from "../tree/split.ts";
import { folderOf, nameOf, withoutExtension } from "../model/image_names.ts";
import type { Duplicates } from "./duplicates.ts";

/** Shares of the images, by split. */
export interface SplitShares {
  /** In the order given; their sum is 1. */
  readonly shares: readonly (readonly [split: string, share: number])[];
  readonly seed: number;
}

/** A Roboflow copy: `<original>_jpg.rf.<32 hex digits>.jpg`; copies of one picture share the original. */
const ROBOFLOW_COPY = /^(.+)\.rf\.[0-9a-f]{32}$/i;
/** A frame of a video: `clip_frame_000123`, `frame12`, `clip-f12`. */
const VIDEO_FRAME = /^(.*?)[-_ ]?(?:frame|frm|(?<=[-_ ])f)[-_ ]?\d+$/i;

/**
 * Deals images out to splits. Whether an image is in a split depends on its group and the seed alone, so it stays there when
 * others are added. A group is one image, or all that would leak from one split into another: augmented copies of one
 * picture, frames of one video, and exact copies.
 */
export class SplitDealer {
  readonly #shares: SplitShares;
  readonly #duplicates: Duplicates;
  /** Another group that belongs to the same images, for groups that copies join. */
  readonly #joined = new Map<string, string>();

  /** @param duplicates Copies, which are never dealt apart. */
  constructor(shares: SplitShares, duplicates: Duplicates) {
    this.#shares = shares;
    this.#duplicates = duplicates;
    for (const [copy, first] of duplicates.pairs()) this.#join(groupOf(copy), groupOf(first));
  }

  splitOf(path: string): string {
    const { shares, seed } = this.#shares;
    const group = this.#find(groupOf(this.#duplicates.firstOf(path) ?? path));
    const digest = createHash("sha256").update(`${seed}\n${group}`).digest();
    // 48 bits: a double holds them.
    let at = digest.readUIntBE(0, 6) / 2 ** 48;
    for (const [split, share] of shares) {
      if (at < share) return split;
      at -= share;
    }
    return shares.at(-1)![0];
  }

  /** The smaller name of two stands for both, whatever the order in which they were joined. */
  #join(a: string, b: string): void {
    const first = this.#find(a);
    const second = this.#find(b);
    if (first !== second) this.#joined.set(first < second ? second : first, first < second ? first : second);
  }

  #find(group: string): string {
    let found = group;
    for (let next; (next = this.#joined.get(found)) !== undefined;) found = next;
    return found;
  }
}

/** What an image must not be parted from, as far as its path tells. */
function groupOf(path: string): string {
  const stem = withoutExtension(nameOf(path));
  const copy = ROBOFLOW_COPY.exec(stem);
  // Roboflow spreads copies over the folders of its own splits.
  if (copy) return `copies of ${copy[1]}`;
  const frame = VIDEO_FRAME.exec(stem);
  return frame ? `frames of ${folderOf(path)}/${frame[1]}` : path;
}

/**
 * Checks shares and brings their sum to 1.
 *
 * @param shares By split; `{train: 8, test: 2}` means the same as `{train: 0.8, test: 0.2}`.
 * @throws {Error} With the cause if they make no sense.
 */
export function splitShares(shares: Readonly<Record<string, number>>, seed = 0): SplitShares {
  const entries = Object.entries(shares).map(([name, share]) => [splitName(name), share] as const);
  const sum = entries.reduce((total, [, share]) => total + share, 0);
  if (entries.length === 0) throw new Error("no split is named");
  for (const [name, share] of entries) {
    if (name === "") throw new Error("a split has no name");
    if (!(share >= 0 && Number.isFinite(share))) throw new Error(`the share of "${name}" is ${share}`);
  }
  if (!(sum > 0)) throw new Error("all shares are 0");
  if (new Set(entries.map(([name]) => name)).size < entries.length) throw new Error("a split is named twice");
  return { shares: entries.map(([name, share]) => [name, share / sum]), seed };
}

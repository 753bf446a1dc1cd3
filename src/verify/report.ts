/** Stable codes of what verify can find. */
export type ProblemCode =
  | "manifest-unreadable"
  | "manifest-digest"
  | "manifest-line"
  | "manifest-count"
  | "generation"
  | "history-missing"
  | "history-digest"
  | "frame-order"
  | "frame-name"
  | "frame-offset"
  | "frame-crc32"
  | "frame-sha256"
  | "frame-inflate"
  | "frame-json"
  | "frame-decoded"
  | "frames-digest"
  | "bundle-missing"
  | "bundle-size"
  | "bundle-crc32"
  | "bundle-header"
  | "bundle-padding"
  | "bundle-directory"
  | "bundle-labels"
  | "bundle-index"
  | "bundle-frames"
  | "bundle-end"
  | "annotations-missing"
  | "annotations-size"
  | "annotations-digest"
  | "annotations-line"
  | "annotations-structure"
  | "annotations-count"
  | "image-mismatch"
  | "annotation-order"
  | "annotation-reference"
  | "annotation-geometry"
  | "category";

/** One thing that is wrong with a set. */
export interface Problem {
  /** What kind of problem. */
  readonly code: ProblemCode;
  /** Name of the file of the set. */
  readonly file: string;
  /** Frame it concerns, counted from 0. */
  readonly frame?: number;
  /** Place in the file, in bytes from its start. */
  readonly byte?: number;
  /** What is wrong, quoting the value. */
  readonly message: string;
}

/** What verify found. */
export interface VerifyReport {
  /** True if nothing is wrong. */
  ok: boolean;
  /** Folder of the set. */
  dir: string;
  /** Number of the generation that was checked; 0 if the manifest cannot be read. */
  generation: number;
  /** Images of the generation; 0 if the manifest cannot be read. */
  frames: number;
  /** Annotations it counts. */
  annotations: number;
  /** Categories it counts. */
  categories: number;
  /** Bytes of the bundle. */
  bytes: number;
  /** True if the SHA-256 of every frame was checked, not only its CRC-32. */
  deep: boolean;
  /** True if every frame of a compressed video was decoded; absent otherwise. */
  decoded?: true;
  /** Set if the set lies in a store: what was looked at of its bundle. */
  remote?: {
    /** Images whose SHA-256 was checked. */
    imagesRead: number;
    /** True if the store knows the CRC-32 of the bundle. */
    bundleChecksum: boolean;
  };
  /** The first problems, at most {@link PROBLEMS_KEPT}. */
  problems: Problem[];
  /** Problems found, also those not kept. */
  problemCount: number;
  /** Problems found, by code. */
  counts: Partial<Record<ProblemCode, number>>;
  /** Seconds it took. */
  seconds: number;
}

/** A report keeps this many problems; all are counted. */
export const PROBLEMS_KEPT = 100;

/** Collects problems: keeps the first, counts all. */
export class ProblemList {
  readonly kept: Problem[] = [];
  readonly counts: Partial<Record<ProblemCode, number>> = {};

  /** Number of problems, also of those not kept. */
  get total(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  add(problem: Problem): void {
    this.counts[problem.code] = (this.counts[problem.code] ?? 0) + 1;
    if (this.kept.length < PROBLEMS_KEPT) this.kept.push(problem);
  }

  /** Adds what another list collected. */
  merge(other: Pick<ProblemList, "kept" | "counts">): void {
    for (const [code, count] of Object.entries(other.counts) as [ProblemCode, number][]) {
      this.counts[code] = (this.counts[code] ?? 0) + count;
    }
    this.kept.push(...other.kept.slice(0, PROBLEMS_KEPT - this.kept.length));
  }
}

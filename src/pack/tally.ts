import { createHash, type Hash } from "node:crypto";
import { combineCrc32 } from "../media/crc32.ts";
import type { Issue, RecordKind } from "../model/issue.ts";
import type { PieceReport } from "./protocol.ts";
import type { Counts } from "./ticket.ts";

/** Issues of one code that are told; all are counted. */
const TOLD = 20;

/** What the pieces of the first entries add up to; plain data. */
export interface Sums {
  /** Entries that are done: a prefix of all, without gaps. */
  entries: number;
  frames: number;
  background: number;
  placeholders: number;
  /** True if an image has classes of its own. */
  imageClasses: boolean;
  /** CRC-32 and bytes of the frames part of the bundle. */
  crc32: number;
  size: number;
  /** Bytes of the frames alone. */
  bytes: number;
  splits: Record<string, number>;
  rejects: Record<RecordKind, number>;
  /** Number of issues for each code. */
  codes: Record<string, number>;
  /** Number of classes met. */
  classes: number;
  /** Places in the output files, and the next ids; absent before the first piece. */
  counts?: Counts;
}

/**
 * Adds up what the workers report. Pieces come in any order and are counted in bundle order, so that at any time the sums
 * are those of a prefix.
 */
export class Tally {
  #sums: Sums = {
    entries: 0,
    frames: 0,
    background: 0,
    placeholders: 0,
    imageClasses: false,
    crc32: 0,
    size: 0,
    bytes: 0,
    splits: {},
    rejects: { image: 0, label: 0, annotation: 0 },
    codes: {},
    classes: 0,
  };
  /** Issues found outside the workers. */
  readonly #rejects: Record<RecordKind, number> = { image: 0, label: 0, annotation: 0 };
  readonly #codes: Record<string, number> = {};
  readonly #told: Record<string, number> = {};
  #sha256: Hash = createHash("sha256");
  /** Pieces that came before their predecessor, by start. */
  readonly #early = new Map<number, PieceReport>();

  /** @param tell Told of issues, at most 20 of each code. */
  constructor(readonly tell: (issue: Issue) => void) {}

  /** Goes on where another run stood; `sha256` has seen the digests of its frames. Only before the first piece. */
  goOn(sums: Sums, sha256: Hash): void {
    this.#sums = structuredClone(sums);
    this.#sha256 = sha256;
  }

  get sums(): Readonly<Sums> {
    return this.#sums;
  }

  /** Inputs left out. */
  get rejects(): Record<RecordKind, number> {
    const { image, label, annotation } = this.#rejects;
    const { rejects } = this.sums;
    return {
      image: image + rejects.image,
      label: label + rejects.label,
      annotation: annotation + rejects.annotation,
    };
  }

  get rejected(): number {
    const { image, label, annotation } = this.rejects;
    return image + label + annotation;
  }

  /** Number of issues for each code. */
  get codes(): Record<string, number> {
    const codes = { ...this.#codes };
    addTo(codes, this.sums.codes);
    return codes;
  }

  /** SHA-256 over the frames' digests so far. */
  framesSha256(): string {
    return this.#sha256.copy().digest("hex");
  }

  add(piece: PieceReport): void {
    this.#early.set(piece.start, piece);
    for (let next; (next = this.#early.get(this.sums.entries));) {
      this.#early.delete(next.start);
      this.#merge(next);
    }
  }

  #merge(piece: PieceReport): void {
    const sums = this.#sums;
    sums.entries = piece.end;
    sums.frames += piece.frames;
    sums.background += piece.background;
    sums.placeholders += piece.placeholders;
    sums.imageClasses ||= piece.imageClasses;
    sums.crc32 = combineCrc32(sums.crc32, piece.crc32, piece.size);
    sums.size += piece.size;
    sums.bytes += piece.dataBytes;
    addTo(sums.splits, piece.splits);
    addTo(sums.rejects, piece.rejects);
    addTo(sums.codes, piece.codes);
    sums.classes = piece.classes;
    sums.counts = piece.counts;
    this.#sha256.update(piece.digests);
    for (const issue of piece.examples) this.#show(issue);
  }

  /** Counts an issue found outside the workers. */
  issue(issue: Issue): void {
    this.#codes[issue.code] = (this.#codes[issue.code] ?? 0) + 1;
    if (issue.severity === "reject") this.#rejects[issue.record ?? "annotation"]++;
    this.#show(issue);
  }

  #show(issue: Issue): void {
    const told = this.#told[issue.code] ?? 0;
    if (told >= TOLD) return;
    this.#told[issue.code] = told + 1;
    this.tell(issue);
  }
}

function addTo(sums: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [key, count] of Object.entries(more)) sums[key] = (sums[key] ?? 0) + count;
}

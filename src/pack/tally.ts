import { createHash } from "node:crypto";
import { combineCrc32 } from "../media/crc32.ts";
import type { Issue, RecordKind } from "../model/issue.ts";
import type { PieceReport } from "./protocol.ts";

/** Issues of one code that are told; all are counted. */
const TOLD = 20;

/** Adds up what the workers report. Pieces come in any order; digests are joined in bundle order. */
export class Tally {
  frames = 0;
  background = 0;
  placeholders = 0;
  /** True if an image has classes of its own. */
  imageClasses = false;
  /** CRC-32 and bytes of the frames part of the bundle. */
  crc32 = 0;
  size = 0;
  /** Bytes of the frames alone. */
  bytes = 0;
  readonly splits: Record<string, number> = {};
  readonly rejects: Record<RecordKind, number> = { image: 0, label: 0, annotation: 0 };
  readonly codes: Record<string, number> = {};
  readonly #told: Record<string, number> = {};
  readonly #sha256 = createHash("sha256");
  /** Pieces that came before their predecessor, by start. */
  readonly #early = new Map<number, PieceReport>();
  #next = 0;

  constructor(readonly tell: (issue: Issue) => void) {}

  get rejected(): number {
    return this.rejects.image + this.rejects.label + this.rejects.annotation;
  }

  /** SHA-256 over the frames' digests. Ends the tally. */
  framesSha256(): string {
    return this.#sha256.digest("hex");
  }

  add(piece: PieceReport): void {
    this.frames += piece.frames;
    this.bytes += piece.dataBytes;
    this.background += piece.background;
    this.placeholders += piece.placeholders;
    this.imageClasses ||= piece.imageClasses;
    for (const [split, count] of Object.entries(piece.splits)) {
      this.splits[split] = (this.splits[split] ?? 0) + count;
    }
    for (const kind of ["image", "label", "annotation"] as const) this.rejects[kind] += piece.rejects[kind];
    for (const [code, count] of Object.entries(piece.codes)) {
      this.codes[code] = (this.codes[code] ?? 0) + count;
    }
    for (const issue of piece.examples) this.#show(issue);
    this.#early.set(piece.start, piece);
    for (let ready; (ready = this.#early.get(this.#next)); this.#next = ready.end) {
      this.#early.delete(ready.start);
      this.#sha256.update(ready.digests);
      this.crc32 = combineCrc32(this.crc32, ready.crc32, ready.size);
      this.size += ready.size;
    }
  }

  /** Counts an issue found outside the workers. */
  issue(issue: Issue): void {
    this.codes[issue.code] = (this.codes[issue.code] ?? 0) + 1;
    if (issue.severity === "reject") this.rejects[issue.record ?? "annotation"]++;
    this.#show(issue);
  }

  #show(issue: Issue): void {
    const told = this.#told[issue.code] ?? 0;
    if (told >= TOLD) return;
    this.#told[issue.code] = told + 1;
    this.tell(issue);
  }
}

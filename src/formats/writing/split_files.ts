import type { LabelSink, LabelStream } from "../writer.ts";
import { safeSplit } from "./safe_names.ts";

/** Folder of a split, with a slash behind it; the root for images without one. */
export function splitFolder(split: string | undefined): string {
  return split === undefined ? "" : `${safeSplit(split)}/`;
}

/** What stands around the records of a file. */
export interface Frame {
  /** Before the first record. */
  readonly head: string;
  /** Between two records. */
  readonly between: string;
  /** After the last one. */
  readonly foot: string;
}

/** A JSON array with an element a line. */
export const JSON_ARRAY: Frame = { head: "[\n", between: ",\n", foot: "\n]\n" };
/** Lines, each with its end. */
export const LINES: Frame = { head: "", between: "", foot: "" };

/** One file of records for each split that occurs. */
export class SplitFiles {
  readonly #files = new Map<string | undefined, { stream: LabelStream; records: number }>();

  /** @param pathOf Path of the file of a split. */
  constructor(
    readonly out: LabelSink,
    readonly pathOf: (split: string | undefined) => string,
    readonly frame: Frame,
  ) {}

  /** Writes records into the file of a split, which is there afterwards even if they are none. */
  write(split: string | undefined, ...records: readonly string[]): void {
    let file = this.#files.get(split);
    if (!file) {
      file = { stream: this.out.open(this.pathOf(split)), records: 0 };
      file.stream.write(this.frame.head);
      this.#files.set(split, file);
    }
    for (const record of records) {
      if (file.records++ > 0) file.stream.write(this.frame.between);
      file.stream.write(record);
    }
  }

  end(): void {
    for (const { stream } of this.#files.values()) {
      stream.write(this.frame.foot);
      stream.close();
    }
  }
}

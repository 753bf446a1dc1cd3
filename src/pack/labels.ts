import { systemReason } from "../io/system_error.ts";
import { closeSync, openSync, readSync } from "node:fs";
import { finish } from "../geometry/finish.ts";
import { concernsOneFile, DOES_NOT_FIT, readFileInto } from "../io/read_file.ts";
import type { LabelContext, LabelFormat } from "../formats/format.ts";
import type { CocoAnnotation, ParsedLabels } from "../model/annotation.ts";
import { type ImageHeader, uprightSize } from "../model/frame.ts";
import type { Issue } from "../model/issue.ts";

/** Labels of one image, ready for COCO. */
export interface FinishedLabels {
  annotations: CocoAnnotation[];
  extra?: Record<string, unknown>;
}

/** Reads and parses the labels of one image after the other; owns the buffers that are reused for it. */
export class LabelReader implements LabelContext {
  path = "";
  width = 0;
  height = 0;
  readonly declared: number;
  /** Names of the local class numbers, in the order they were met after the declared ones. */
  readonly names: string[];
  readonly #numbers = new Map<string, number>();
  #buffer = new Uint8Array(1 << 16);
  /** The shared label file that is open, for labels given as ranges. */
  #shared: { path: string; file: number } | undefined;

  constructor(
    readonly root: string,
    readonly format: LabelFormat,
    readonly settings: unknown,
    declared: readonly string[],
    readonly log: (issue: Issue) => void,
  ) {
    this.names = [...declared];
    this.declared = declared.length;
    declared.forEach((name, number) => {
      if (!this.#numbers.has(name)) this.#numbers.set(name, number);
    });
  }

  category(name: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.names.length;
      this.names.push(name);
      this.#numbers.set(name, number);
    }
    return number;
  }

  issue = (issue: Omit<Issue, "path">): void => this.log({ ...issue, path: this.path });

  /**
   * Reads and parses, without judging the geometry.
   *
   * @param size Upright size of the image, px.
   * @returns Undefined if the file cannot be read; that is logged.
   */
  parse(
    path: string,
    ranges: readonly number[] | null,
    size: { width: number; height: number },
  ): ParsedLabels | undefined {
    this.path = path;
    this.width = size.width;
    this.height = size.height;
    let bytes: Uint8Array;
    try {
      bytes = ranges ? this.#readRanges(path, ranges) : this.#readWhole(path);
    } catch (error) {
      if (!concernsOneFile(error)) throw error;
      this.issue({
        code: "label-unreadable",
        severity: "reject",
        record: "label",
        message: `Cannot read labels from "${path}": ${systemReason(error)}.`,
      });
      return undefined;
    }
    return this.format.parse(bytes, this);
  }

  /** Turns parsed labels into COCO annotations of an image with this header. */
  finish(parsed: ParsedLabels, header: ImageHeader): FinishedLabels {
    return { annotations: finish(parsed, header, this.issue), extra: parsed.image };
  }

  /** Reads, parses and finishes the labels of an image. */
  read(path: string, ranges: readonly number[] | null, header: ImageHeader): FinishedLabels | undefined {
    const parsed = this.parse(path, ranges, uprightSize(header));
    return parsed && this.finish(parsed, header);
  }

  close(): void {
    if (this.#shared) closeSync(this.#shared.file);
    this.#shared = undefined;
  }

  #readWhole(path: string): Uint8Array {
    const absolute = `${this.root}/${path}`;
    for (;;) {
      const count = readFileInto(absolute, this.#buffer, 0);
      if (count !== DOES_NOT_FIT) return this.#buffer.subarray(0, count);
      this.#buffer = new Uint8Array(this.#buffer.length * 4);
    }
  }

  /** The ranges one after the other, each ended by a line end. */
  #readRanges(path: string, ranges: readonly number[]): Uint8Array {
    if (this.#shared?.path !== path) {
      this.close();
      this.#shared = { path, file: openSync(`${this.root}/${path}`, "r") };
    }
    let total = 0;
    for (let i = 1; i < ranges.length; i += 2) total += ranges[i] + 1;
    if (total > this.#buffer.length) this.#buffer = new Uint8Array(total * 2);
    let at = 0;
    for (let i = 0; i < ranges.length; i += 2) {
      const length = ranges[i + 1];
      for (let done = 0; done < length;) {
        const count = readSync(this.#shared.file, this.#buffer, at + done, length - done, ranges[i] + done);
        if (count === 0) throw new Error(`the label file "${path}" became shorter while it was read`);
        done += count;
      }
      this.#buffer[at + length] = 0x0a;
      at += length + 1;
    }
    return this.#buffer.subarray(0, at);
  }
}

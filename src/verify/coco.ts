import type { RangeReader } from "../io/range_file.ts";
import { lineBlocks, recordEnd } from "../manifest/lines.ts";
import { placeOfImage, type TaskResult, type VerifyJob, type VerifyTask } from "./tasks.ts";
import { AnnotationChecker } from "./annotation.ts";
import { ImageChecker } from "./image.ts";
import { ProblemList } from "./report.ts";
import type { Run } from "./tasks.ts";

const NEWLINE = 10;
const COMMA = 44;
const BLOCK = 1024 * 1024;
/** Begin of a category record, and of no other line that is not an image or annotation. */
const CATEGORY = '{"id":';
const decoder = new TextDecoder();

/** Checks the lines of the annotation file, each kind by its own checker, and tells how they follow each other. */
export class CocoChecker {
  readonly #job: VerifyJob;
  readonly #file: RangeReader;
  readonly #images: ImageChecker;
  readonly #annotations: AnnotationChecker;

  constructor(job: VerifyJob, file: RangeReader, manifest: RangeReader) {
    this.#job = job;
    this.#file = file;
    this.#images = new ImageChecker(job, manifest);
    this.#annotations = new AnnotationChecker(job);
  }

  check({ from, to }: Extract<VerifyTask, { kind: "coco" }>): TaskResult {
    const problems = new ProblemList();
    const runs: Run[] = [];
    const start = from === 0 ? 0 : this.#lineBegin(from, to);
    if (start >= 0) {
      // Lines that begin before `to` are ours, so the last one is read to its end.
      const end = to >= this.#file.size ? to : this.#lineBegin(to, this.#file.size);
      for (const { offset, bytes } of lineBlocks(this.#file, start, end < 0 ? this.#file.size : end, BLOCK)) {
        for (let at = 0; at < bytes.length;) at = this.#line(bytes, at, offset + at, runs, problems);
      }
    }
    return { problems, runs };
  }

  /** Begin of the first line that begins in `[from, to)`; −1 if none does. */
  #lineBegin(from: number, to: number): number {
    const block = new Uint8Array(64 * 1024);
    for (let at = from - 1; at < to - 1; at += block.length) {
      const read = this.#file.read(block, at);
      const found = block.subarray(0, Math.min(read, to - 1 - at)).indexOf(NEWLINE);
      if (found >= 0) return at + found + 1;
      if (read === 0) break;
    }
    return -1;
  }

  /** Checks the line at `at`, whose place in the file is `byte`; returns the begin of the next. */
  #line(bytes: Uint8Array, at: number, byte: number, runs: Run[], problems: ProblemList): number {
    const annotations = this.#annotations, images = this.#images;
    let end: number, comma: boolean;
    if (annotations.fits(bytes, at)) {
      end = annotations.check(bytes, at, byte, problems);
      comma = bytes[end] === COMMA;
      const image = placeOfImage(this.#job, annotations.imageId);
      this.#meet(annotations.id, byte, problems);
      this.#append(runs, "annotation", annotations.id, image, comma, byte, problems);
    } else if (images.fits(bytes, at)) {
      end = images.check(bytes, at, byte, problems);
      comma = bytes[end] === COMMA;
      this.#append(runs, "image", placeOfImage(this.#job, images.id), 0, comma, byte, problems);
    } else {
      end = recordEnd(bytes, at);
      comma = bytes[end] === COMMA;
      const text = decoder.decode(bytes.subarray(at, comma ? end + 1 : end));
      const id = text.startsWith(CATEGORY) ? Number.parseInt(text.slice(CATEGORY.length)) : undefined;
      const kind = id === undefined ? "text" : "category";
      this.#append(runs, kind, id ?? 0, 0, comma, byte, problems).lines.push(text);
    }
    return end + (comma ? 2 : 1);
  }

  /** Notes the id of an annotation, where ids have gaps: each must be one that was given, and be there once. */
  #meet(id: number, byte: number, problems: ProblemList): void {
    const { generations, names } = this.#job;
    if (!generations) return;
    const { met, nextAnnotation } = generations;
    const cause = id < 1 || id >= nextAnnotation
      ? "was never given"
      : Atomics.or(met, id >>> 5, 1 << (id & 31)) & (1 << (id & 31))
      ? "another has too"
      : undefined;
    if (cause === undefined) return;
    const message = `The annotation at byte ${byte} has the id ${id}, which ${cause}.`;
    problems.add({ code: "annotation-order", file: names.annotations, byte, message });
  }

  /** Adds a record to the run it continues, or begins a new one. */
  #append(
    runs: Run[],
    kind: Run["kind"],
    id: number,
    image: number,
    comma: boolean,
    byte: number,
    problems: ProblemList,
  ): Run {
    const run = runs.at(-1);
    if (run === undefined || run.kind !== kind || kind === "text") {
      const begun = {
        kind,
        byte,
        first: id,
        last: id,
        firstImage: image,
        lastImage: image,
        count: 1,
        comma,
        lines: [],
      };
      runs.push(begun);
      return begun;
    }
    checkOrder(this.#job, run, { first: id, firstImage: image, byte }, problems);
    run.count++;
    run.last = id;
    run.lastImage = image;
    run.comma = comma;
    return run;
  }
}

/** Checks that a record can follow `run`, and says what is wrong if it cannot. */
export function checkOrder(
  { names: { annotations: file }, generations }: Pick<VerifyJob, "names" | "generations">,
  run: Run,
  next: Pick<Run, "first" | "firstImage" | "byte">,
  problems: ProblemList,
): void {
  // Ids of annotations that are gone leave gaps, and an image that has been moved comes later than its first ones.
  const inOrder = generations && run.kind === "annotation"
    ? next.firstImage > run.lastImage || (next.firstImage === run.lastImage && next.first > run.last)
    : next.first === run.last + 1 && next.firstImage >= run.lastImage;
  if (inOrder && run.comma) return;
  const place = `the ${run.kind} at byte ${next.byte}`;
  const message = !run.comma
    ? `The comma before ${place} is missing.`
    : generations
    ? `The ${run.kind} at byte ${next.byte} is not in the order of the frame lines and of its ids.`
    : next.first !== run.last + 1
    ? `The id ${next.first} of ${place} should be ${run.last + 1}.`
    : `The image_id ${next.firstImage} of ${place} is smaller than ${run.lastImage} before it.`;
  problems.add({
    code: run.comma ? "annotation-order" : "annotations-structure",
    file,
    byte: next.byte,
    message: message,
  });
}

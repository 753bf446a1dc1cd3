/**
 * Something worth telling about one input: a value that travels beside the data, never an exception.
 *
 * - `reject`: an input (image, label file or single annotation) was left out; each is listed in `rejects.jsonl`.
 * - `warning`: everything was packed, but someone should look.
 * - `note`: a decision was taken that the user may want to know.
 */
export type Severity = "reject" | "warning" | "note";

/** What was left out by a `reject`. */
export type RecordKind = "image" | "label" | "annotation";

/** A problem or decision found in the inputs. Codes are stable; `catalogue.ts` explains each. */
export interface Issue {
  /** Stable code from the catalogue, in kebab case. */
  readonly code: string;
  /** How bad it is. */
  readonly severity: Severity;
  /** File the issue is about, relative to the dataset folder, `/` between parts. */
  readonly path: string;
  /** 1-based line in a text file, where that makes sense. */
  readonly line?: number;
  /** Image whose labels it is about, if `path` is a file with the labels of many; `line` then counts its objects. */
  readonly image?: string;
  /** What is wrong, quoting the value. */
  readonly message: string;
  /** What to do about it. */
  readonly suggestion?: string;
  /** Of a reject: what was left out. */
  readonly record?: RecordKind;
}

/** Where an issue was found, as people write it: `labels/a.txt:3`, `instances.json, "val/a.jpg"`; "" if nowhere alone. */
export function placeOf({ path, line, image }: Pick<Issue, "path" | "line" | "image">): string {
  if (image !== undefined) return `${path}, "${image}"`;
  return line === undefined || path === "" ? path : `${path}:${line}`;
}

/** A failure that ends a command: a sentence with the cause, and the remedy. Only `main.ts` turns it into an exit code. */
export class PackError extends Error {
  /** Class name, for `toString`. */
  override readonly name: string = "PackError";
  /**
   * Makes an error to be shown to a user.
   *
   * @param message What is wrong, quoting the value.
   * @param suggestion What the user can do.
   * @param exitCode 1 failed, 2 bad usage, 4 damage found, 130 interrupted.
   */
  constructor(message: string, readonly suggestion?: string, readonly exitCode: 1 | 2 | 4 | 130 = 1) {
    super(message);
  }
}

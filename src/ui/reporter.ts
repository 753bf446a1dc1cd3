import type { Issue } from "../model/issue.ts";
import type { Progress } from "./progress.ts";

/** Where a command says what it does and what came of it: as text for people, or as JSON lines for programs. */
export interface Reporter {
  /** How far it is; may be called as often as one likes. */
  progress(progress: Progress): void;
  /** A warning or note about an input. */
  issue(issue: Issue): void;
  /** A remark of the command itself. */
  remark(text: string): void;
  /** The outcome. */
  result(result: Result): void;
  /** What ended the command. */
  error(error: unknown): void;
}

/** The outcome of a command, for programs and for people. */
export interface Result {
  /** Name of the JSON event. */
  readonly event:
    | "packed"
    | "predicted"
    | "inspected"
    | "verified"
    | "extracted"
    | "converted"
    | "uploaded"
    | "updated"
    | "history"
    | "rolled-back"
    | "compacted"
    | "merged"
    | "subset"
    | "split"
    | "presigned"
    | "cleaned";
  /** Further keys of the JSON event. */
  readonly value: object;
  /** Lines for people. */
  readonly lines: readonly string[];
  /** Told even with `--quiet`: damage was found. */
  readonly urgent?: boolean;
}

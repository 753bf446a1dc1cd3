import { catalogue } from "../model/catalogue.ts";
import type { Issue, RecordKind } from "../model/issue.ts";
import { LineBuffer } from "../text/line_buffer.ts";

/** Examples kept of each code; all are counted. */
const EXAMPLES = 20;

/** Appends a line of `rejects.jsonl`. */
export function writeReject(out: LineBuffer, issue: Issue): void {
  const { record, code, path, line, image, message } = issue;
  const suggestion = issue.suggestion ?? catalogue[code]?.remedy;
  out.json({ record, code, path, line, image, message, suggestion });
  out.ascii("\n");
}

/** What to tell of labels that go with an image that is rejected. */
export function labelOfRejectedImage(path: string, image: string): Issue {
  return {
    code: "label-of-rejected-image",
    severity: "reject",
    record: "label",
    path,
    message: `The labels in "${path}" were left out together with their image "${image}".`,
  };
}

/** Collects the issues of one piece of work: rejects as lines, the others as counts and a few examples. */
export class IssueLog {
  readonly lines = new LineBuffer(1 << 12);
  rejects: Record<RecordKind, number> = { image: 0, label: 0, annotation: 0 };
  codes: Record<string, number> = {};
  examples: Issue[] = [];
  /** Examples given of each code since the beginning, over all pieces. */
  readonly #shown: Record<string, number> = {};

  add(issue: Issue): void {
    const { code } = issue;
    this.codes[code] = (this.codes[code] ?? 0) + 1;
    if (issue.severity === "reject") {
      this.rejects[issue.record ?? "annotation"]++;
      writeReject(this.lines, issue);
    }
    const shown = this.#shown[code] ?? 0;
    if (shown < EXAMPLES) {
      this.#shown[code] = shown + 1;
      this.examples.push(issue);
    }
  }

  /** Begins the next piece. */
  clear(): void {
    this.lines.clear();
    this.rejects = { image: 0, label: 0, annotation: 0 };
    this.codes = {};
    this.examples = [];
  }
}

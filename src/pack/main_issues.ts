import { readFileSync } from "node:fs";
import { join } from "node:path";
import { REJECTS_FILE } from "../manifest/record.ts";
import { type Issue, PackError } from "../model/issue.ts";
import { labelWithoutImage, type Scan } from "../scan/scan.ts";
import { LineBuffer } from "../text/line_buffer.ts";
import { labelOfRejectedImage, writeReject } from "./issue_log.ts";
import type { ResolvedOptions } from "./resolve.ts";
import type { Tally } from "./tally.ts";

const decoder = new TextDecoder();

/** Issues found outside the workers, and the lines of those that are rejects. */
export class MainIssues {
  /** Labels that were passed over because their images are not in the set. */
  skipped = 0;
  readonly #lines = new LineBuffer();
  /** Images that `bundle` rejected, for `annotate`. */
  readonly #rejectedImages = new Set<string>();

  constructor(readonly options: ResolvedOptions, readonly tally: Tally) {}

  /** The lines of `rejects.jsonl` since the last call. */
  takeLines(): Uint8Array<ArrayBuffer> {
    const lines = this.#lines.written.slice();
    this.#lines.clear();
    return lines;
  }

  /** Counts an issue found on this thread and keeps its line if it is a reject. */
  readonly add = (issue: Issue): void => {
    this.tally.issue(issue);
    if (issue.severity === "reject") writeReject(this.#lines, issue);
    this.check();
  };

  /** @throws {PackError} If more was rejected than may be, in the workers or here. */
  check(): void {
    const { maxRejects } = this.options;
    if (maxRejects === undefined || this.tally.rejected <= maxRejects) return;
    throw new PackError(
      `More than ${maxRejects} inputs were rejected (--max-rejects).`,
      "Run `inspect` on the dataset to see what is wrong with it.",
    );
  }

  /** `annotate` replaces the list of rejects, but images that `bundle` left out are still left out. */
  keepImageRejects(): void {
    let text: string;
    try {
      text = readFileSync(join(this.options.output, REJECTS_FILE), "utf8");
    } catch {
      return; // No list, no rejects.
    }
    // The scan has told some of them again.
    const told = new Set(decoder.decode(this.#lines.written).split("\n"));
    for (const line of text.split("\n")) {
      if (!line.startsWith('{"record":"image"')) continue;
      this.#rejectedImages.add(JSON.parse(line).path);
      if (!told.has(line)) this.#lines.utf8(line + "\n");
    }
  }

  /** Labels whose image is not there, or not in the bundle. */
  orphans(found: Scan): void {
    if (this.options.stage === "bundle") return;
    let leftOut = 0;
    for (const orphan of found.orphans()) {
      const { label, imagePath } = orphan;
      if (this.#rejectedImages.has(imagePath)) this.add(labelOfRejectedImage(label.path, imagePath));
      else if (orphan.leftOut) leftOut++;
      else if (this.options.skipMissingImages) this.skipped++;
      else this.add(labelWithoutImage(orphan));
    }
    if (leftOut === 0) return;
    this.skipped += leftOut;
    this.add({
      code: "image-not-in-set",
      severity: "warning",
      path: "",
      message: leftOut === 1
        ? "The labels of one image that is there but not in the bundle were passed over."
        : `The labels of ${leftOut} images that are there but not in the bundle were passed over.`,
      suggestion: "Pack the dataset again if the images came after it was bundled.",
    });
  }
}

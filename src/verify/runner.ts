import { openRange, type RangeReader } from "../io/range_file.ts";
import { CocoChecker } from "./coco.ts";
import { fileSha256, framesSha256 } from "./digests.ts";
import { FrameChecker } from "./frames.ts";
import { ProblemList } from "./report.ts";
import type { TaskResult, VerifyJob, VerifyTask } from "./tasks.ts";

/** Carries out tasks of one verification; has its own open files, so each thread has its own runner. */
export class TaskRunner {
  readonly #job: VerifyJob;
  readonly #opened: RangeReader[] = [];
  readonly #manifest: RangeReader;
  readonly #annotations: RangeReader | undefined;
  readonly #frames: FrameChecker;
  readonly #coco: CocoChecker | undefined;

  /** @throws {Error} The system's error if a file cannot be opened. */
  constructor(job: VerifyJob) {
    this.#job = job;
    const { manifest, bundle, annotations } = job.paths;
    this.#manifest = this.#open(manifest);
    this.#frames = new FrameChecker(
      job,
      this.#manifest,
      bundle === undefined ? undefined : this.#open(bundle),
    );
    this.#annotations = annotations === undefined ? undefined : this.#open(annotations);
    this.#coco = this.#annotations && new CocoChecker(job, this.#annotations, this.#manifest);
  }

  run(task: VerifyTask): TaskResult {
    const problems = new ProblemList();
    switch (task.kind) {
      case "manifest":
        return {
          problems,
          manifestSha256: fileSha256(this.#manifest, this.#job.sealed),
          framesSha256: framesSha256(this.#manifest, this.#job),
        };
      case "digest":
        return { problems, annotationsSha256: fileSha256(this.#annotations!, this.#annotations!.size) };
      case "frames":
        return this.#frames.check(task);
      case "coco":
        return this.#coco!.check(task);
    }
  }

  close(): void {
    for (const file of this.#opened) file.close();
  }

  #open(path: string): RangeReader {
    const file = openRange(path);
    this.#opened.push(file);
    return file;
  }
}

import { openRange, type RangeReader } from "../io/range_file.ts";
import { CocoChecker } from "./coco.ts";
import { fileSha256, framesSha256 } from "./digests.ts";
import { FrameChecker } from "./frames.ts";
import { ProblemList } from "./report.ts";
import type { TaskResult, VerifyJob, VerifyTask } from "./tasks.ts";

/**
 * Tasks that threads share. The main thread takes them from the back, where the frames are, the workers from the front: so
 * each thread compiles little more than the code of one kind.
 */
export interface Assignment {
  readonly job: VerifyJob;
  readonly tasks: readonly VerifyTask[];
  /** Number of tasks that are taken, and of those taken from the front. */
  readonly taken: Int32Array<SharedArrayBuffer>;
}

/**
 * Carries out tasks until none is left.
 *
 * @param breathe Called after each task and within long ones; what it throws ends the work.
 */
export async function carryOut(
  { job, tasks, taken }: Assignment,
  from: "front" | "back",
  onResult: (task: number, result: TaskResult) => void,
  breathe?: () => Promise<void>,
): Promise<void> {
  const runner = new TaskRunner(job, breathe);
  try {
    let back = tasks.length;
    while (Atomics.add(taken, 0, 1) < tasks.length) {
      const task = from === "back" ? --back : Atomics.add(taken, 1, 1);
      onResult(task, await runner.run(tasks[task]));
      await breathe?.();
    }
  } finally {
    runner.close();
  }
}

/** Carries out tasks of one verification; has its own open files, so each thread has its own runner. */
export class TaskRunner {
  readonly #job: VerifyJob;
  readonly #opened: RangeReader[] = [];
  readonly #manifest: RangeReader;
  readonly #annotations: RangeReader | undefined;
  readonly #frames: FrameChecker;
  readonly #coco: CocoChecker | undefined;
  readonly #breathe: (() => Promise<void>) | undefined;

  /**
   * @param breathe Called now and then in long tasks; what it throws ends them.
   * @throws {Error} The system's error if a file cannot be opened.
   */
  constructor(job: VerifyJob, breathe?: () => Promise<void>) {
    this.#job = job;
    this.#breathe = breathe;
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

  async run(task: VerifyTask): Promise<TaskResult> {
    const problems = new ProblemList();
    switch (task.kind) {
      case "manifest":
        return {
          problems,
          manifestSha256: await fileSha256(this.#manifest, this.#job.sealed, this.#breathe),
          framesSha256: await framesSha256(this.#manifest, this.#job, this.#breathe),
        };
      case "digest":
        return {
          problems,
          annotationsSha256: await fileSha256(this.#annotations!, this.#annotations!.size, this.#breathe),
        };
      case "gap":
        return { problems, crc32: this.#frames.crc32(task) };
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

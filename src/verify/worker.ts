/** A verifying worker: takes the next task until there is none, and sends each result. */
import { workerScope } from "../io/worker_scope.ts";
import { TaskRunner } from "./runner.ts";
import type { TaskResult, VerifyJob, VerifyTask } from "./tasks.ts";

/** What a worker is given. */
export interface Assignment {
  readonly job: VerifyJob;
  readonly tasks: readonly VerifyTask[];
  /** One number, shared by all workers: the next task. */
  readonly next: Int32Array<SharedArrayBuffer>;
}

/** What a worker tells. */
export type FromWorker =
  | { kind: "result"; task: number; result: TaskResult }
  | { kind: "done" }
  | { kind: "failed"; message: string };

const scope = workerScope<Assignment, FromWorker>();
const tell = (message: FromWorker) => scope.postMessage(message);

scope.onmessage = ({ data: { job, tasks, next } }) => {
  try {
    const runner = new TaskRunner(job);
    try {
      for (let task = Atomics.add(next, 0, 1); task < tasks.length; task = Atomics.add(next, 0, 1)) {
        const { problems, ...result } = runner.run(tasks[task]);
        const { kept, counts } = problems;
        tell({ kind: "result", task, result: { ...result, problems: { kept, counts } } });
      }
    } finally {
      runner.close();
    }
    tell({ kind: "done" });
  } catch (error) {
    tell({ kind: "failed", message: (error as Error).message });
  }
};

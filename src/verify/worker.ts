/** A verifying worker: takes the next task until there is none, and sends each result. */
import { workerScope } from "../io/worker_scope.ts";
import { type Assignment, carryOut } from "./runner.ts";
import type { TaskResult } from "./tasks.ts";

/** What a worker tells. */
export type FromWorker =
  | { kind: "result"; task: number; result: TaskResult }
  | { kind: "failed"; message: string };

const scope = workerScope<Assignment, FromWorker>();

scope.onmessage = async ({ data }) => {
  try {
    await carryOut(data, "front", (task, { problems: { kept, counts }, ...result }) => {
      scope.postMessage({ kind: "result", task, result: { ...result, problems: { kept, counts } } });
    });
  } catch (error) {
    scope.postMessage({ kind: "failed", message: (error as Error).message });
  }
};

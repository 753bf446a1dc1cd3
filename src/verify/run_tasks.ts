import { setImmediate } from "node:timers/promises";
import { PackError } from "../model/issue.ts";
import { type Assignment, carryOut } from "./runner.ts";
import type { TaskResult, VerifyJob, VerifyTask } from "./tasks.ts";
import type { FromWorker } from "./worker.ts";

/** How tasks are carried out. */
export interface RunOptions {
  /** Threads that help this one. */
  workers: readonly Worker[];
  signal?: AbortSignal;
  /** Called after each task. */
  onTask: (task: VerifyTask) => void;
}

/** Starts threads; they load their code while this one reads the manifest. */
export function startWorkers(count: number): Worker[] {
  return Array.from(
    { length: Math.max(0, count) },
    () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
  );
}

/**
 * Carries out all tasks. This thread takes its share: its code is warm, and one isolate less has to be started.
 *
 * @returns Results in the order of the tasks.
 * @throws {PackError} With exit code 130 if the signal ends it, 1 if a file cannot be read.
 */
export async function runTasks(
  job: VerifyJob,
  tasks: VerifyTask[],
  { workers, signal, onTask }: RunOptions,
): Promise<TaskResult[]> {
  const results: TaskResult[] = new Array(tasks.length);
  const taken = new Int32Array(new SharedArrayBuffer(8));
  const { promise: finished, resolve, reject } = Promise.withResolvers<void>();
  // Where one thread fails, the others need not go on.
  finished.catch(() => Atomics.store(taken, 0, tasks.length));
  let left = tasks.length;
  const onResult = (task: number, result: TaskResult) => {
    results[task] = result;
    onTask(tasks[task]);
    if (--left === 0) resolve();
  };
  for (const worker of workers) {
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind === "result") onResult(data.task, data.result);
      else reject(failed(data.message));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(failed(event.message));
    };
    worker.postMessage({ job, tasks, taken } satisfies Assignment);
  }
  const onAbort = () => reject(aborted());
  signal?.addEventListener("abort", onAbort);
  try {
    /** Lets messages and signals through. */
    const breathe = async () => {
      await setImmediate();
      if (signal?.aborted) throw aborted();
    };
    await breathe();
    await carryOut({ job, tasks, taken }, "back", onResult, breathe);
    await finished;
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
  return results;
}

const failed = (cause: string) =>
  new PackError(
    `Verification could not go on: ${cause}.`,
    "Check that the files of the set can be read, then run it again.",
  );

const aborted = () => new PackError("Verification was interrupted.", undefined, 130);

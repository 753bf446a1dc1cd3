import { setImmediate } from "node:timers/promises";
import { PackError } from "../model/issue.ts";
import { TaskRunner } from "./runner.ts";
import type { TaskResult, VerifyJob, VerifyTask } from "./tasks.ts";
import type { Assignment, FromWorker } from "./worker.ts";

/** How tasks are carried out. */
export interface RunOptions {
  /** Threads; 0 for this one. */
  workers: number;
  signal?: AbortSignal;
  /** Called after each task. */
  onTask: (task: VerifyTask) => void;
}

/**
 * Carries out all tasks.
 *
 * @returns Results in the order of the tasks.
 * @throws {PackError} With exit code 130 if the signal ends it, 1 if a file cannot be read.
 */
export async function runTasks(
  job: VerifyJob,
  tasks: VerifyTask[],
  options: RunOptions,
): Promise<TaskResult[]> {
  throwIfAborted(options.signal);
  return options.workers === 0 ? await runHere(job, tasks, options) : await runInWorkers(job, tasks, options);
}

async function runHere(job: VerifyJob, tasks: VerifyTask[], { signal, onTask }: RunOptions) {
  const runner = new TaskRunner(job);
  const results: TaskResult[] = [];
  try {
    for (const task of tasks) {
      results.push(runner.run(task));
      onTask(task);
      // Lets a signal through.
      await setImmediate();
      throwIfAborted(signal);
    }
  } finally {
    runner.close();
  }
  return results;
}

function runInWorkers(
  job: VerifyJob,
  tasks: VerifyTask[],
  { workers, signal, onTask }: RunOptions,
): Promise<TaskResult[]> {
  const results: TaskResult[] = new Array(tasks.length);
  const next = new Int32Array(new SharedArrayBuffer(4));
  const threads: Worker[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<TaskResult[]>();
  const onAbort = () => reject(aborted());
  signal?.addEventListener("abort", onAbort);
  let working = workers;
  for (let i = 0; i < workers; i++) {
    const thread = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    threads.push(thread);
    thread.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind === "result") {
        results[data.task] = data.result;
        onTask(tasks[data.task]);
      } else if (data.kind === "failed") reject(failed(data.message));
      else if (--working === 0) resolve(results);
    };
    thread.onerror = (event) => {
      event.preventDefault();
      reject(failed(event.message));
    };
    thread.postMessage({ job, tasks, next } satisfies Assignment);
  }
  return promise.finally(() => {
    signal?.removeEventListener("abort", onAbort);
    for (const thread of threads) thread.terminate();
  });
}

const failed = (cause: string) =>
  new PackError(
    `Verification could not go on: ${cause}.`,
    "Check that the files of the set can be read, then run it again.",
  );

const aborted = () => new PackError("Verification was interrupted.", undefined, 130);

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw aborted();
}

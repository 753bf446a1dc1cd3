/**
 * What the code of a worker uses of its global scope. The compiler has types for it, but loads them for a whole program only,
 * main thread included, and a package may not ask for that.
 */
export interface WorkerScope<In, Out> {
  postMessage(message: Out): void;
  onmessage: ((event: MessageEvent<In>) => void) | null;
}

/** Global scope of the worker this is called in. */
export function workerScope<In, Out>(): WorkerScope<In, Out> {
  return globalThis as unknown as WorkerScope<In, Out>;
}

import { systemCode } from "./system_error.ts";
import { PackError } from "../model/issue.ts";

/** An error on its way between threads. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly suggestion?: string;
  readonly stack?: string;
}

/** An error as plain data, to cross from a worker to the main thread. */
export function toFailure(error: unknown): Failure {
  const { name, message, suggestion, stack } = error as Error & { suggestion?: string };
  return {
    name: name ?? "Error",
    message: message ?? String(error),
    code: systemCode(error),
    suggestion,
    stack,
  };
}

/** What to do about the errors of the system that a run can meet. */
const REMEDIES: Record<string, string> = {
  ENOSPC: "The disk is full. Free some space or choose another --output.",
  EDQUOT: "The disk quota is used up. Free some space or choose another --output.",
  EFBIG:
    "The file grew beyond the largest size allowed here (file system or ulimit -f). Choose another --output.",
  EROFS: "The file system is read-only. Choose another --output.",
  EACCES: "Permission is missing. Choose another --output or change its permissions.",
  EPERM: "Permission is missing. Choose another --output or change its permissions.",
  EIO: "The storage reports a fault. Check the disk or the connection to it, then run again.",
  ESTALE: "The network file system lost the file. Mount it again, then run again.",
  EMFILE: "Too many files are open. Raise the limit (ulimit -n) or use fewer --workers.",
};

/** The error that a failure stands for, with the remedy for system errors. */
export function fromFailure(failure: Failure): Error {
  const remedy = failure.suggestion ?? REMEDIES[failure.code ?? ""];
  if (failure.name === "PackError" || remedy) return new PackError(failure.message, remedy);
  const error = new Error(failure.message);
  error.name = failure.name;
  error.stack = failure.stack;
  return Object.assign(error, { code: failure.code });
}

import { duration } from "../text/format.ts";
import type { UploadOptions } from "../upload/options.ts";
import type { Session } from "./perform.ts";

/** Repetitions of one request before it is told. */
const PATIENCE = 3;

/** How a command shows that it sends to a store. */
export function sendingOptions(
  { reporter, signal }: Session,
): Pick<UploadOptions, "signal" | "onProgress" | "onRemark" | "onRetry"> {
  return {
    signal,
    onProgress: (progress) => reporter.progress({ phase: "upload", ...progress }),
    onRemark: (text) => reporter.remark(text),
    onRetry({ message }, attempt, wait) {
      if (attempt >= PATIENCE) reporter.remark(`${message} Trying again in ${duration(wait / 1000)}.`);
    },
  };
}

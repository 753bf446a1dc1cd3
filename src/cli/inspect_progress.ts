import type { InspectProgress } from "../inspect/inspection.ts";
import type { Progress } from "../ui/progress.ts";

/** Names the phase: files are listed before the number of images is known. */
export function inspectProgress(progress: InspectProgress): Progress {
  return { phase: progress.total === 0 ? "scan" : "inspect", ...progress };
}

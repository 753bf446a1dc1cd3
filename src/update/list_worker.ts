/** A thread that lists folders and looks at the status of their files, while the update goes on. */
import { workerScope } from "../io/worker_scope.ts";
import type { FolderEntry } from "../io/runtime.ts";
import { namesIn } from "../tree/list_folder.ts";
import { statusOf } from "./statuses.ts";

/** A folder to look at. */
export interface FolderJob {
  /** Real absolute path. */
  readonly folder: string;
  /** As in `Statuses`. */
  readonly since: number;
}

/** Told in this order; nothing but the end, of a folder that cannot be listed. */
export type FromLister =
  /** Plain files in byte order, with a slash between two names. */
  | { readonly kind: "names"; readonly files: string; readonly others: readonly FolderEntry[] }
  /** One for each file. */
  | { readonly kind: "statuses"; readonly statuses: Float64Array }
  | { readonly kind: "end" };

const scope = workerScope<FolderJob, FromLister>();

scope.onmessage = async ({ data: { folder, since } }) => {
  try {
    const { files, others } = await namesIn(folder);
    scope.postMessage({ kind: "names", files: files.join("/"), others });
    const statuses = Float64Array.from(files, (name) => statusOf(`${folder}/${name}`, since));
    scope.postMessage({ kind: "statuses", statuses });
  } catch {
    // Who walks through the folders comes upon the same, and tells it.
  }
  scope.postMessage({ kind: "end" });
};

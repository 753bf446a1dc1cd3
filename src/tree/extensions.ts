import { extensionOf } from "../model/image_names.ts";
import type { FileTree, Folder } from "./tree.ts";

const counted = new WeakMap<Folder, ReadonlyMap<string, number>>();

/**
 * How many files of each extension (in lower case, without a dot) a folder holds. With this, whole folders are taken or
 * passed over without a look at their names; it is counted once.
 */
export function extensionsIn(folder: Folder): ReadonlyMap<string, number> {
  let counts = counted.get(folder);
  if (!counts) counted.set(folder, counts = count(folder.files));
  return counts;
}

function count(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  // Names of one kind mostly stand together: the ending of the last one is tried first.
  let ending = "";
  let extension = "";
  let run = 0;
  for (const name of names) {
    if (run > 0 && name.length > ending.length && name.endsWith(ending)) {
      run++;
      continue;
    }
    if (run > 0) counts.set(extension, (counts.get(extension) ?? 0) + run);
    extension = extensionOf(name);
    ending = extension === "" ? "\0" : name.slice(name.length - extension.length - 1);
    run = 1;
  }
  if (run > 0) counts.set(extension, (counts.get(extension) ?? 0) + run);
  return counts;
}

/** Files of a folder whose extension is one of these. */
export function countOf(folder: Folder, extensions: ReadonlySet<string>): number {
  let sum = 0;
  for (const [extension, files] of extensionsIn(folder)) if (extensions.has(extension)) sum += files;
  return sum;
}

/** Files of a whole tree whose extension is one of these. */
export function countIn({ folders }: Pick<FileTree, "folders">, extensions: ReadonlySet<string>): number {
  return folders.values().reduce((sum, folder) => sum + countOf(folder, extensions), 0);
}

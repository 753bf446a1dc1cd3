import { resolve } from "node:path";
import { folderOf } from "../../model/image_names.ts";
import type { DatasetView } from "../format.ts";
import type { ClassFile } from "./files.ts";
import { SplitLists } from "./split_lists.ts";

/** The splits a `data.yaml` names. */
export function splitsOf(view: DatasetView, file: ClassFile | undefined): SplitLists {
  const folder = resolve(view.labels.root, file ? folderOf(file.path) : "");
  const { path, splits = new Map<string, string[]>() } = file?.yaml ?? {};
  const lists = new SplitLists(view, path ? [resolve(folder, path), folder] : [folder]);
  for (const [split, entries] of splits) {
    for (const entry of entries) lists.add(split, entry, file!.path);
  }
  return lists;
}

import type { Candidate } from "../formats/format.ts";
import { PackError } from "../model/issue.ts";
import { countOf } from "../tree/extensions.ts";
import { below, IMAGE_EXTENSIONS } from "../model/image_names.ts";
import type { FileTree, Folder } from "../tree/tree.ts";
import { detect } from "./detect.ts";
import type { View } from "./view.ts";

/** More folders than this are parts of one dataset. */
const MOST = 16;
/** Files beside datasets that belong to none. */
const NOTES = /^(?:readme|licen[cs]e|notice|changelog)\b/i;

/** A folder that is a dataset by itself. */
export interface Neighbour {
  readonly root: string;
  /** The dataset, and nothing beside it. */
  readonly view: View;
  /** Most likely first. */
  readonly candidates: readonly Candidate[];
}

/**
 * Datasets in folders side by side, in different formats: each is to be understood without the others, for what a file means
 * follows from those around it. Folders of one format (train, val, test) are one dataset.
 *
 * @param view The whole tree, images and labels together.
 * @returns Most certain first. Undefined if it is one dataset, or nobody can tell: each folder has to have images and labels of its own.
 */
export async function sideBySide(view: View): Promise<Neighbour[] | undefined> {
  if (view.images !== view.labels) return undefined;
  const roots = neighbours(view.labels);
  if (!roots) return undefined;
  const found: Neighbour[] = [];
  const guesses: Neighbour[] = [];
  for (const root of roots) {
    const own = view.below(root);
    const candidates = await candidatesOf(own);
    if (candidates.length === 0) return undefined;
    // Folders named by class are only taken as that if there is nothing else.
    const isGuess = candidates[0].confidence === 1 && candidates[0].files === 0;
    (isGuess ? guesses : found).push({ root, view: own, candidates });
  }
  const formats = new Set(found.map(({ candidates }) => candidates[0].format));
  if (formats.size === 0 || formats.size === 1 && guesses.length === 0) return undefined;
  for (const { root, candidates: [{ format, reason }] } of guesses) {
    view.issue({
      code: "format-not-read",
      severity: "warning",
      path: root,
      message: `In "${root}" there might be labels in the format ${format} (${reason}); they are not read, ` +
        `for there are clear ones of other formats beside it.`,
      suggestion: `Pack the folder alone, with --format ${format}, if they are labels.`,
    });
  }
  return found.sort((a, b) => b.candidates[0].confidence - a.candidates[0].confidence);
}

/** A tie of formats in one folder is one of the whole dataset. */
async function candidatesOf(view: View): Promise<Candidate[]> {
  try {
    return await detect(view.silent(), "auto");
  } catch (error) {
    if (error instanceof PackError) return [];
    throw error;
  }
}

/** Folders with images where the tree branches first; undefined if files lie beside or above them, or it does not branch. */
function neighbours({ folders }: FileTree): string[] | undefined {
  let folder: Folder = folders.get("")!;
  for (;;) {
    if (folder.files.some((name) => !NOTES.test(name))) return undefined;
    if (folder.folders.length !== 1) break;
    folder = folders.get(below(folder.path, folder.folders[0]))!;
  }
  if (folder.folders.length < 2 || folder.folders.length > MOST) return undefined;
  const roots = folder.folders.map((name) => below(folder.path, name));
  const withImages = new Set<string>();
  for (const each of folders.values()) {
    const root = roots.find((root) => `${each.path}/`.startsWith(`${root}/`));
    if (root !== undefined && countOf(each, IMAGE_EXTENSIONS) > 0) withImages.add(root);
  }
  return roots.every((root) => withImages.has(root)) ? roots : undefined;
}

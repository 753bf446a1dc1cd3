import { extensionsIn } from "./extensions.ts";
import { below, extensionOf } from "../model/image_names.ts";
import type { FileTree, Folder } from "./tree.ts";

/**
 * Paths of the files with one of these extensions whose name fits, folder by folder.
 *
 * @param extensions In lower case, without a dot.
 */
export function filesNamed(
  tree: FileTree,
  extensions: readonly string[],
  fits: (name: string) => boolean = () => true,
): string[] {
  const found: string[] = [];
  for (const folder of tree.folders.values()) {
    if (!extensions.some((extension) => extensionsIn(folder).has(extension))) continue;
    for (const name of folder.files) {
      if (extensions.includes(extensionOf(name)) && fits(name)) found.push(below(folder.path, name));
    }
  }
  return found;
}

/** A few files of an extension, and how many there are. */
export interface Sample {
  readonly files: number;
  /** Spread evenly over the tree. */
  readonly paths: readonly string[];
}

/** In a folder with more files than this, those whose name does not fit no longer matter for a sample. */
const MANY = 1000;

/**
 * Takes a sample of the files of an extension, spread evenly over the tree.
 *
 * @param fits True for the name of a file that counts.
 * @param most Paths at the least, if there are so many files, and at the most twice as many.
 */
export function sampleFiles(
  tree: FileTree,
  extension: string,
  most: number,
  fits: (name: string) => boolean = () => true,
): Sample {
  const folders: { folder: Folder; names: readonly string[] }[] = [];
  let files = 0;
  for (const folder of tree.folders.values()) {
    const count = extensionsIn(folder).get(extension) ?? 0;
    if (count === 0) continue;
    const whole = count > MANY && count === folder.files.length;
    const names = whole
      ? folder.files
      : folder.files.filter((name) => extensionOf(name) === extension && fits(name));
    if (names.length > 0) folders.push({ folder, names });
    files += names.length;
  }
  const stride = Math.max(1, Math.floor(files / most));
  const paths: string[] = [];
  let before = 0;
  for (const { folder, names } of folders) {
    for (let i = (stride - before % stride) % stride; i < names.length; i += stride) {
      if (fits(names[i])) paths.push(below(folder.path, names[i]));
    }
    before += names.length;
  }
  return { files, paths };
}

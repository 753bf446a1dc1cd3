import { countOf } from "../../tree/extensions.ts";
import { extensionOf, folderOf, IMAGE_EXTENSIONS, nameOf } from "../../model/image_names.ts";
import { filesNamed } from "../../tree/files_named.ts";
import { PackError } from "../../model/issue.ts";
import { namesOfLines } from "./class_list.ts";
import { type DataYaml, parseDataYaml } from "./data_yaml.ts";
import type { DatasetView } from "../format.ts";
import { decodeText } from "../text.ts";

/** Largest class list or data.yaml that is read, bytes. */
const LIMIT = 1 << 20;
/** The list of classes that Roboflow puts beside the labels of each split. */
const ROBOFLOW_DARKNET = "_darknet.labels";

/** A file with the class names of a dataset. */
export interface ClassFile {
  /** Below the label tree; begins with `../` if it lies beside it. */
  readonly path: string;
  readonly names: readonly (string | undefined)[];
  readonly yaml?: DataYaml;
}

/**
 * Finds the `data.yaml` of each dataset: the one nearest to the root, also one level above a label folder of its own; several, in
 * the order of their depth, if neither lies below the other and they disagree about the classes.
 *
 * @param invalid Told about YAML files that cannot be read.
 */
export function findDataYamls(
  view: DatasetView,
  invalid: (path: string, cause: string) => void = () => {},
): ClassFile[] {
  const found: ClassFile[] = [];
  for (
    const path of [
      ...filesNamed(view.labels, ["yaml", "yml"]).sort(byRank),
      ...beside(view, ["data.yaml", "data.yml"]),
    ]
  ) {
    const bytes = tryHead(view, path);
    if (!bytes) continue;
    try {
      const yaml = parseDataYaml(decodeText(bytes).text);
      if (yaml) found.push({ path, names: yaml.names ?? [], yaml });
    } catch (error) {
      invalid(path, (error as Error).message.split("\n")[0]);
    }
  }
  const naming = found.filter((file) => file.names.length > 0);
  return naming.length > 0 ? groups(naming).map(({ best }) => best) : found.slice(0, 1);
}

/**
 * Finds the file that describes each dataset: its `data.yaml`, or, where several lists of classes disagree and none lies below
 * another, its list. A list alone describes nothing: that of the only dataset is found with {@link findClassNames}.
 *
 * @param yamls What {@link findDataYamls} found.
 */
export function findDescriptions(view: DatasetView, yamls: readonly ClassFile[]): readonly ClassFile[] {
  // At the root it speaks for all folders.
  if (yamls.some(({ path, names }) => names.length === 0 || isRoot(folderOf(path)))) return yamls;
  const all = groups([...yamls, ...classLists(view)]).map(({ best }) => best);
  return all.length > 1 ? all : yamls;
}

/**
 * Folder of the dataset that a file describes: for a `data.yaml` its own, for a list of classes the nearest one that has images.
 *
 * @returns "" for the root.
 */
export function rootOf(view: DatasetView, { path, yaml }: ClassFile): string {
  let root = folderOf(path);
  if (yaml) return root;
  while (root !== "" && !hasImagesBelow(view, root)) root = folderOf(root);
  return root;
}

function hasImagesBelow({ images }: DatasetView, root: string): boolean {
  for (const folder of images.folders.values()) {
    if (`${folder.path}/`.startsWith(`${root}/`) && countOf(folder, IMAGE_EXTENSIONS) > 0) return true;
  }
  return false;
}

/**
 * Finds the file whose class names count: the `data.yaml`; without it the list that labelImg (in the label folder) or
 * Label Studio (at the root) wrote, a `.names` file of Darknet, or Roboflow's `_darknet.labels`.
 *
 * @param yaml The one of {@link findDataYamls}.
 * @throws {PackError} If two lists, neither below the other, disagree.
 */
export function findClassNames(view: DatasetView, yaml: ClassFile | undefined): ClassFile | undefined {
  if (!yaml || yaml.names.length === 0) return agreeing(classLists(view));
  // At the root it speaks for all folders. Elsewhere another dataset may lie beside its own, with names of its own.
  return isRoot(folderOf(yaml.path)) ? yaml : agreeing([yaml, ...classLists(view)]);
}

function classLists(view: DatasetView): ClassFile[] {
  const isList = (name: string) =>
    name === "classes.txt" || name === ROBOFLOW_DARKNET || extensionOf(name) === "names";
  const lists = filesNamed(view.labels, ["txt", "names", "labels"], isList);
  const found: ClassFile[] = [];
  for (const path of [...lists.sort(byRank), ...beside(view, ["classes.txt"])]) {
    const bytes = tryHead(view, path);
    const names = bytes ? namesOfLines(bytes) : [];
    if (names.length > 0) found.push({ path, names });
  }
  return found;
}

/** True for the label folder and what lies above it. */
function isRoot(folder: string): boolean {
  return folder === "" || folder.startsWith("..");
}

/**
 * The list that counts.
 *
 * @throws {PackError} If two, neither below the other, disagree.
 */
function agreeing(files: readonly ClassFile[]): ClassFile | undefined {
  const [first, other] = groups(files);
  if (other) throw disagreement(first.best, other.best);
  return first?.best;
}

/** What ends a run when nobody can tell which of two lists counts. */
export function disagreement(a: ClassFile, b: ClassFile): PackError {
  return new PackError(
    `The class lists "${a.path}" and "${b.path}" disagree.`,
    "Put each list into a folder that has the images and labels it speaks of and nothing else, or one data.yaml with all " +
      "classes at the root.",
    2,
  );
}

/**
 * Lists that go together: one, and those that agree with it or continue it (labelImg appends as it goes). Lists deeper in its
 * folder are copies of no weight.
 */
function groups(files: readonly ClassFile[]): { best: ClassFile; folder: string }[] {
  const found: { best: ClassFile; folder: string }[] = [];
  for (const file of files) {
    const own = found.find(({ best, folder }) =>
      isRoot(folder) || file.path.startsWith(folder + "/") || agree(best.names, file.names)
    );
    if (!own) found.push({ best: file, folder: folderOf(file.path) });
    else if (file.names.length > own.best.names.length && agree(own.best.names, file.names)) {
      own.best = { ...own.best, names: file.names };
    }
  }
  return found;
}

/** True if one goes on where the other ends. */
function agree(a: ClassFile["names"], b: ClassFile["names"]): boolean {
  return a.slice(0, b.length).every((name, i) => name?.trim() === b[i]?.trim());
}

/** A folder of labels named apart from the images leaves its class list one level up. */
function beside(view: DatasetView, names: readonly string[]): string[] {
  return view.images === view.labels ? [] : names.map((name) => `../${name}`);
}

function tryHead(view: DatasetView, path: string): Uint8Array | undefined {
  let bytes: Uint8Array;
  try {
    bytes = view.head(path, LIMIT);
  } catch {
    return undefined; // Not ours to read: labels can be read without it.
  }
  return bytes.length > 0 ? bytes : undefined; // Not there, or nothing in it.
}

/** Nearest to the root first; in one folder `data.yaml` before others. */
function byRank(a: string, b: string): number {
  const rank = (path: string) =>
    path.split("/").length * 2 + (/^(data\.ya?ml|classes\.txt)$/.test(nameOf(path)) ? 0 : 1);
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

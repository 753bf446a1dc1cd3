import type { ParsedLabels } from "../../model/annotation.ts";
import { sortByBytes } from "../../tree/byte_order.ts";
import { countOf, extensionsIn } from "../../tree/extensions.ts";
import { extensionOf, folderOf, IMAGE_EXTENSIONS, nameOf } from "../../model/image_names.ts";
import { isSplitWord, splitOfLayout } from "../../tree/split.ts";
import type { FileTree } from "../../tree/tree.ts";
import type { Candidate, DatasetView, LabelContext, LabelFormat, LabelPlan } from "../format.ts";
import { isOtherText } from "../txt/kinds.ts";
import { commonFolder } from "../txt/text_labels.ts";

/** A folder for each class: Ultralytics classify, torchvision's ImageFolder, ImageNet (FORMATS §4.3; §11, 21.). */
export const classFolders: LabelFormat = { name: "class-folders", detect, plan, parse };

/** What the workers need to know. */
interface Settings {
  /** Number of folders above those of the classes, or of the splits. */
  readonly depth: number;
}

/** Folders that say what kind of files they hold, not what is on the images. */
const NO_CLASS = new Set(
  ("images image img imgs img1 jpegimages annotations annotation labels label masks mask ann gt det frames sequences " +
    "leftimg8bit gtfine segmentationclass segmentationobject image_2 image_3 data").split(" "),
);
/** Files that may hold labels. */
const LABELS = ["txt", "xml", "json", "jsonl", "ndjson", "csv", "manifest", "parquet", "tfrecord"];
/** Lists of class names that stand beside class folders. */
const NAMES = /^(?:words|synsets?|wnids|class_names|class_to_idx|loc_synset_mapping)\.(?:txt|json|csv)$/i;

function detect(view: DatasetView): Candidate[] {
  if (hasLabelFiles(view.labels)) return [];
  const depth = classLevel(view.images);
  const classes = new Set<string>();
  const levels = new Set<number>();
  for (const { path, files, folders } of view.images.folders.values()) {
    const images = files.filter((name) => IMAGE_EXTENSIONS.has(extensionOf(name))).length;
    if (images === 0) continue;
    const name = classOf(path, depth);
    // The images of ImageNet's test split have no class.
    if (name === undefined && /^test$/i.test(nameOf(path))) continue;
    const parts = partsOf(path);
    const leaf = images === files.length && folders.length === 0 && parts.at(-1) === name;
    if (name === undefined || !leaf || parts.slice(depth).some((part) => NO_CLASS.has(part.toLowerCase()))) {
      return [];
    }
    classes.add(name);
    levels.add(parts.length);
  }
  if (classes.size < 2 || levels.size > 1) return [];
  return [{
    format: "class-folders",
    root: "",
    confidence: 1,
    reason: `images lie in ${classes.size} folders that could be classes, and there are no label files`,
    files: 0,
  }];
}

function hasLabelFiles(labels: FileTree): boolean {
  for (const folder of labels.folders.values()) {
    if (!LABELS.some((extension) => extensionsIn(folder).has(extension))) continue;
    if (
      folder.files.some((name) => LABELS.includes(extensionOf(name)) && !isList(name))
    ) {
      return true;
    }
  }
  return false;
}

/** True for the name of a file that lists classes or images. */
function isList(name: string): boolean {
  return NAMES.test(name) || (extensionOf(name) === "txt" && isOtherText(name));
}

function plan(view: DatasetView, { root }: Candidate): LabelPlan {
  const settings: Settings = { depth: classLevel(view.images) };
  const names = new Set<string>();
  for (const { path, files, folders } of view.images.folders.values()) {
    const name = classOf(path, settings.depth);
    // A class without images is one, too.
    if (name !== undefined && (files.length > 0 || folders.length === 0)) names.add(name);
  }
  return {
    format: "class-folders",
    root,
    classes: sortByBytes([...names]).map((name) => ({ name })),
    settings,
    labelFor: (path) =>
      classOf(folderOf(path), settings.depth) === undefined ? undefined : { path, ranges: [] },
    splitOf: splitOfLayout,
    unused: () => [],
  };
}

/** Number of folders that all images have above those of their classes, or splits. */
function classLevel(images: FileTree): number {
  const folders: string[] = [];
  for (const folder of images.folders.values()) {
    if (countOf(folder, IMAGE_EXTENSIONS) > 0) folders.push(folder.path);
  }
  const common = commonFolder(folders);
  const depth = partsOf(common).length;
  // All images in one folder, or some above the others: that folder is a class itself.
  return Math.max(0, folders.includes(common) ? depth - 1 : depth);
}

/** Class of the images in a folder; undefined if it lies above those of the classes. */
function classOf(folder: string, depth: number): string | undefined {
  const parts = partsOf(folder);
  return parts[depth] !== undefined && isSplitWord(parts[depth]) ? parts[depth + 1] : parts[depth];
}

function partsOf(folder: string): string[] {
  return folder === "" ? [] : folder.split("/");
}

function parse(_bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const name = classOf(folderOf(context.image), (context.settings as Settings).depth);
  return name === undefined ? { annotations: [] } : { annotations: [], classes: [context.category(name)] };
}

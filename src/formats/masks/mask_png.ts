import { decodePng } from "../../image/png_pixels.ts";
import { readRange } from "../../io/range_file.ts";
import { below, folderOf, isImageName, nameOf, withoutExtension } from "../../model/image_names.ts";
import { splitOfLayout } from "../../tree/split.ts";
import type { Candidate, DatasetView, LabelFormat, LabelPlan, LabelRef, Orphan } from "../format.ts";
import { type ClassTable, classTables } from "./class_table.ts";
import { imageWith, isMaskName, type MaskFolder, maskFolders } from "./layout.ts";
import { type MaskFolderSettings, type MaskSettings, parseMask } from "./parse.ts";

/** Masks as images: a PNG for each image, in which pixels are numbers or colours of classes, or of objects (FORMATS §11.20). */
export const maskPng: LabelFormat = { name: "mask-png", detect, plan, parse: parseMask };

/** Bytes up to and with the header of a PNG. */
const PNG_HEADER = 33;
/** Masks that are decoded to tell 0 and 255 from classes. */
const DECODED = 3;
/** Masks larger than this are not decoded for that (bytes). */
const LARGE = 16 << 20;

/** A folder of masks with its list of classes. */
interface Found {
  readonly folder: MaskFolder;
  readonly table: ClassTable | undefined;
}

function detect(view: DatasetView): Candidate[] {
  const found = findMasks(view);
  if (found.length === 0) return [];
  const listed = found.find(({ table }) => table !== undefined);
  const { folder } = listed ?? found[0];
  const seen = `"${folder.path || "."}" holds ${folder.count} masks of the images in "${
    folder.images || "."
  }"`;
  return [{
    format: "mask-png",
    root: "",
    confidence: listed ? 3 : 1,
    reason: listed ? `${seen}, "${listed.table!.path}" lists the classes` : seen,
    files: found.reduce((sum, each) => sum + each.folder.count, 0),
  }];
}

/** Folders whose files are masks by their names and by the headers of a few. */
function findMasks(view: DatasetView): Found[] {
  const folders = maskFolders(view);
  if (folders.length === 0) return [];
  const tables = classTables(view);
  return folders.map((folder) => ({ folder, table: tableOf(folder.path, tables) }))
    .filter(({ folder, table }) => looksLikeMasks(view, folder, table));
}

/** The nearest list of classes, in the folder itself or above. */
function tableOf(folder: string, tables: ReadonlyMap<string, ClassTable>): ClassTable | undefined {
  for (let at = folder;; at = folderOf(at)) {
    const table = tables.get(at);
    if (table || at === "") return table;
  }
}

function looksLikeMasks(
  view: DatasetView,
  { path: folder, samples }: MaskFolder,
  table: ClassTable | undefined,
): boolean {
  return samples.every((path) => {
    const head = view.head(path, PNG_HEADER);
    // A JPEG is a mask only by the word of its folder; it will be refused.
    if (head[0] === 0xff && head[1] === 0xd8) return /mask|segment/i.test(folder);
    if (head[0] !== 0x89 || head[1] !== 0x50) return false;
    const colourType = head[25];
    // Colours mean nothing without a list of them.
    return colourType === 0 || colourType === 3 || colourType === 4 || table !== undefined;
  });
}

function plan(view: DatasetView, { format, root }: Candidate): LabelPlan {
  const found = findMasks(view);
  const settings = new Map<string, MaskFolderSettings>();
  const byImages = new Map<string, MaskFolder[]>();
  const classes = new Set<string>();
  for (const { folder, table } of found) {
    settings.set(folder.path, { kind: kindOf(view, folder, table), table });
    byImages.set(folder.images, [...byImages.get(folder.images) ?? [], folder]);
    for (const { name } of table?.entries ?? []) if (name !== undefined) classes.add(name);
  }
  const endings = new Map(found.map(({ folder }) => [folder.path, folder]));
  const isMask = (path: string) => {
    const folder = endings.get(folderOf(path));
    if (!folder || !isImageName(path)) return false;
    if (folder.ending === undefined) return true;
    return isMaskName(nameOf(path), folder.ending) &&
      (folder.path !== folder.images || nameOf(path).endsWith(".png"));
  };
  const taken = new Set<string>();
  return {
    format,
    root,
    classes: [...classes].map((name) => ({ name })),
    settings: settings satisfies MaskSettings,
    labelFor(image) {
      for (const folder of byImages.get(folderOf(image)) ?? []) {
        const masks = masksOf(view, folder, image);
        if (masks.length === 0) continue;
        for (const mask of masks) taken.add(mask);
        const [first, ...also]: LabelRef[] = masks.map((path) => ({ path }));
        return also.length > 0 ? { ...first, also } : first;
      }
      return undefined;
    },
    isLabel: isMask,
    splitOf: splitOfLayout,
    *unused(): Generator<Orphan> {
      for (const { folder: { path, images, ending } } of found) {
        for (const name of view.labels.folders.get(path)!.files) {
          const mask = below(path, name);
          if (!isMask(mask) || taken.has(mask)) continue;
          const stem = withoutExtension(name);
          const expected = ending === undefined
            ? nameOf(folderOf(path))
            : stem.slice(0, stem.length - ending.length);
          yield {
            label: { path: mask },
            imagePath: below(images, imageWith(view, images, expected, name) ?? `${expected}.png`),
          };
        }
      }
    },
    claims: isMask,
  };
}

/** Masks of an image in a folder of masks. */
function masksOf({ labels }: DatasetView, { path, ending }: MaskFolder, image: string): string[] {
  if (ending === undefined) {
    return labels.folders.get(path)!.files.filter(isImageName).map((name) => below(path, name));
  }
  const own = nameOf(image);
  const stem = withoutExtension(own) + ending;
  const names = labels.withStem(path, stem).filter((name) =>
    isImageName(name) && below(path, name) !== image
  );
  const best = names.find((name) => name.endsWith(".png")) ?? names[0];
  return best === undefined ? [] : [below(path, best)];
}

function kindOf(
  view: DatasetView,
  folder: MaskFolder,
  table: ClassTable | undefined,
): MaskFolderSettings["kind"] {
  if (folder.ending === undefined) return "object";
  if (table) return "classes";
  const isDeep = view.head(folder.samples[0], PNG_HEADER)[24] === 16;
  if (isDeep || folder.path.split("/").some((part) => /instance/i.test(part))) return "instances";
  return folder.samples.slice(0, DECODED).every((path) => isBinary(view, path)) ? "binary" : "classes";
}

/** True if all pixels are 0 or 255, or 0 or 1 of one bit. */
function isBinary(view: DatasetView, path: string): boolean {
  const file = view.open(path);
  try {
    if (file.size > LARGE) return false;
    const { data, depth, channels, palette } = decodePng(readRange(file, 0, file.size));
    if (palette || channels > 2) return false;
    return depth === 1 ||
      data.every((value, i) => channels === 2 && i % 2 === 1 || value === 0 || value === 255);
  } catch {
    // It becomes a reject when it is parsed.
    return false;
  } finally {
    file.close();
  }
}

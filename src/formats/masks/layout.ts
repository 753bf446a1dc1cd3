import {
  below,
  extensionOf,
  folderOf,
  isImageName,
  nameOf,
  withoutExtension,
} from "../../model/image_names.ts";
import { extensionsIn } from "../../tree/extensions.ts";
import { foldStem, StemIndex } from "../../tree/stem_index.ts";
import type { Folder } from "../../tree/tree.ts";
import type { DatasetView } from "../format.ts";

/** Names of folders that masks lie in. */
const MASK_FOLDER =
  /^(?:masks?|labels?|annotations?|annots?|segmentations?|gt|ground[_-]?truth|instances?|semantic|label_?maps?)$|[_-](?:masks?|labels?|gt|instances?)$|annot$/i;
/** What the name of a mask has more than that of its image. */
const ENDINGS = ["", "_mask", "_Mask", "-mask", "_seg", "_segmentation", "_L", "_label", "_gt"];
/** The same, for masks among the images. */
const BESIDE = /^(.+)_mask\.png$/;
/** Files looked at in a folder. */
const SAMPLES = 20;

/** A folder of masks and the images they belong to. */
export interface MaskFolder {
  /** Below the label tree. */
  readonly path: string;
  /** Below the image tree. */
  readonly images: string;
  /** What the name of a mask has more than that of its image; undefined if each mask is one object of the only image. */
  readonly ending: string | undefined;
  /** A few of its masks. */
  readonly samples: readonly string[];
  readonly count: number;
}

/** Finds the folders of masks by names alone. */
export function maskFolders(view: DatasetView): MaskFolder[] {
  const found: MaskFolder[] = [];
  let index: StemIndex | undefined;
  for (const folder of view.labels.folders.values()) {
    const beside = besideImages(view, folder);
    if (beside) found.push(beside);
    else if (folder.path.split("/").some((part) => MASK_FOLDER.test(part))) {
      const masks = folder.files.filter(isImageName);
      if (masks.length === 0) continue;
      index ??= new StemIndex(view.images, isImageName);
      const apart = apartFromImages(folder.path, masks, index) ??
        objectsOfOne(view, folder.path, masks);
      if (apart) found.push(apart);
    }
  }
  // What masks are found for is no folder of masks itself: `gt/images` of `gt/masks`.
  const imageFolders = new Set(found.map(({ images }) => images));
  return found.filter(({ path, images, ending }) =>
    path === images || !imageFolders.has(path) || ending === undefined
  );
}

/** `a_mask.png` beside `a.jpg`, as Roboflow has it. */
function besideImages(view: DatasetView, folder: Folder): MaskFolder | undefined {
  const { path, files } = folder;
  if (!extensionsIn(folder).has("png")) return undefined;
  const first = files.findIndex((name) => BESIDE.test(name));
  if (first < 0) return undefined;
  const masks = files.filter((name) => BESIDE.test(name));
  const samples = spread(masks);
  const paired = samples.filter((name) => imageWith(view, path, BESIDE.exec(name)![1], name) !== undefined);
  if (paired.length < samples.length / 2) return undefined;
  return {
    path,
    images: path,
    ending: "_mask",
    samples: paired.map((name) => below(path, name)),
    count: masks.length,
  };
}

/** `masks/train/a.png` for `images/train/a.jpg`: the folder in which most masks have an image of their name. */
function apartFromImages(
  path: string,
  masks: readonly string[],
  index: StemIndex,
): MaskFolder | undefined {
  const samples = spread(masks);
  let best: { images: string; ending: string; paired: string[] } | undefined;
  for (const ending of ENDINGS) {
    const byFolder = new Map<string, string[]>();
    for (const name of samples) {
      const stem = withoutExtension(name);
      if (!stem.endsWith(ending) || stem.length === ending.length) continue;
      const image = stem.slice(0, stem.length - ending.length);
      for (const { folder, name: other } of index.find(foldStem(`${image}.png`), 64)) {
        const isOther = folder !== path && withoutExtension(other) === image &&
          !folder.split("/").some((part) =>
            part !== "" && MASK_FOLDER.test(part) && !path.split("/").includes(part)
          );
        if (isOther) byFolder.set(folder, [...byFolder.get(folder) ?? [], name]);
      }
    }
    for (const [images, paired] of byFolder) {
      const isBetter = !best || paired.length > best.paired.length ||
        paired.length === best.paired.length && common(images, path) > common(best.images, path);
      if (isBetter) best = { images, ending, paired };
    }
  }
  if (!best || best.paired.length < samples.length / 2) return undefined;
  const { images, ending, paired } = best;
  return { path, images, ending, samples: paired.map((name) => below(path, name)), count: masks.length };
}

/** `<id>/masks/*.png` for the only image in `<id>/images`. */
function objectsOfOne(view: DatasetView, path: string, masks: readonly string[]): MaskFolder | undefined {
  const images = below(folderOf(path), "images");
  const files = view.images.folders.get(images)?.files.filter(isImageName);
  if (!/^masks?$/i.test(nameOf(path)) || files?.length !== 1) return undefined;
  const samples = spread(masks).map((name) => below(path, name));
  return { path, images, ending: undefined, samples, count: masks.length };
}

/** Image of a folder with this stem, other than the mask itself. */
export function imageWith(view: DatasetView, folder: string, stem: string, mask: string): string | undefined {
  return view.images.withStem(folder, stem).find((name) => isImageName(name) && name !== mask);
}

/** True for the name of a mask with this ending. */
export function isMaskName(name: string, ending: string): boolean {
  return isImageName(name) && withoutExtension(name).endsWith(ending) &&
    (ending === "" || extensionOf(name) !== "");
}

function spread(names: readonly string[]): string[] {
  const stride = Math.max(1, Math.floor(names.length / SAMPLES));
  return names.filter((_, i) => i % stride === 0).slice(0, SAMPLES);
}

/** Number of parts that two paths have in common, wherever they stand. */
function common(a: string, b: string): number {
  const parts = new Set(a.split("/"));
  return b.split("/").filter((part) => parts.has(part)).length;
}

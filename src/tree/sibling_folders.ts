/** Folder names that stand beside each other: images here, labels there (FORMATS §3). */
const SIBLINGS: readonly (readonly [images: string, labels: string])[] = [
  ["images", "labels"],
  ["JPEGImages", "Annotations"],
  ["images", "annotations"],
  ["Images", "Annotations"],
  ["JPEGImages", "labels"],
  ["img", "ann"],
  ["leftImg8bit", "gtFine"],
  ["leftImg8bit", "gtCoarse"],
  ["images", "labelTxt"],
  ["image_2", "label_2"],
  ["image_3", "label_3"],
];

/** The last parts of the two roots when images and labels were named apart; absent for a dataset in one folder. */
export interface Roots {
  readonly images: string;
  readonly labels: string;
}

/**
 * Folders in which the label of an image may lie, best first.
 *
 * @param folder Folder of the image below the image tree.
 */
export function labelFolders(folder: string, roots?: Roots): string[] {
  return counterparts(folder, 0, roots?.images, roots?.labels);
}

/** Folders in which the image of a label may lie, best first. */
export function imageFolders(folder: string, roots?: Roots): string[] {
  return counterparts(folder, 1, roots?.labels, roots?.images);
}

/**
 * The last part named like one of a pair is exchanged for its other; the same folder comes last, as Ultralytics has it.
 * Of two roots one may lie deeper in its layout than the other (`data/images` and `data`): so the own root's name is
 * tried in front, and the other's is taken off.
 */
function counterparts(folder: string, from: 0 | 1, own?: string, other?: string): string[] {
  const found = new Set<string>();
  const starts = own === undefined ? [folder] : [folder, folder === "" ? own : `${own}/${folder}`];
  for (const start of starts) {
    const parts = start.split("/");
    for (const pair of SIBLINGS) {
      const at = parts.lastIndexOf(pair[from]);
      if (at >= 0) found.add(parts.with(at, pair[1 - from]).join("/"));
    }
    found.add(start);
  }
  if (other !== undefined) {
    for (const path of [...found]) {
      if (path === other) found.add("");
      else if (path.startsWith(other + "/")) found.add(path.slice(other.length + 1));
    }
  }
  return [...found];
}

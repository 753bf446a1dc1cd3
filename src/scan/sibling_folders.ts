/** Folder names that stand beside each other: images here, labels there (FORMATS §3). */
const SIBLINGS: readonly (readonly [images: string, labels: string])[] = [
  ["images", "labels"],
  ["JPEGImages", "Annotations"],
  ["images", "annotations"],
  ["Images", "Annotations"],
  ["JPEGImages", "labels"],
  ["img", "ann"],
];

/**
 * Folders in which the label of an image may lie, best first.
 *
 * @param folder Folder of the image below the image tree.
 */
export function labelFolders(folder: string): string[] {
  return counterparts(folder, 0, 1);
}

/** Folders in which the image of a label may lie, best first. */
export function imageFolders(folder: string): string[] {
  return counterparts(folder, 1, 0);
}

/** The last part named like one of a pair is exchanged for its other; the same folder comes last, as Ultralytics has it. */
function counterparts(folder: string, from: 0 | 1, to: 0 | 1): string[] {
  const parts = folder.split("/");
  const found = new Set<string>();
  for (const pair of SIBLINGS) {
    const at = parts.lastIndexOf(pair[from]);
    if (at >= 0) found.add(parts.with(at, pair[to]).join("/"));
  }
  found.add(folder);
  return [...found];
}

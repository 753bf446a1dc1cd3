/** Folder of the PNGs whose pixels are classes. */
export const CLASSES = "SegmentationClass";
/** Folder of the PNGs whose pixels are objects. */
export const OBJECTS = "SegmentationObject";

/**
 * Path that a file has in a folder beside its own.
 *
 * @param from Name of the folder it is in.
 * @param to Name of the other folder.
 * @returns The path with the last such folder exchanged; for a file in none, the path in a folder `to` beside it. One or two.
 */
export function besideOf(path: string, from: string, to: string): string[] {
  const parts = path.split("/");
  const at = parts.lastIndexOf(from, parts.length - 2);
  if (at >= 0) return [parts.with(at, to).join("/")];
  const name = parts.at(-1)!;
  const folder = parts.slice(0, -1);
  const inside = [...folder, to, name].join("/");
  return folder.length === 0 ? [inside] : [inside, [...folder.slice(0, -1), to, name].join("/")];
}

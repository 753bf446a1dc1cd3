import type { CocoFile } from "./file.ts";

/** Licences of all files together. */
export interface MergedLicenses {
  readonly licenses: Record<string, unknown>[];
  /** For each file: id there to id in {@link licenses}, of those that had to change. */
  readonly changed: Map<unknown, number>[];
}

/** Merges the licences of several files. Equal ones become one; one whose id is taken by another gets the next free id. */
export function mergeLicenses(files: readonly CocoFile[]): MergedLicenses {
  const licenses: Record<string, unknown>[] = [];
  const byId = new Map<unknown, Record<string, unknown>>();
  const byText = new Map<string, number>();
  const changed = files.map((file) => {
    const ids = new Map<unknown, number>();
    for (const license of file.licenses as Record<string, unknown>[]) {
      const { id, ...rest } = license;
      const text = JSON.stringify(rest);
      const twin = byText.get(text);
      if (byId.has(id) && JSON.stringify(byId.get(id)) === JSON.stringify(license)) continue;
      if (twin !== undefined) {
        ids.set(id, twin);
        continue;
      }
      let free = id;
      if (typeof id !== "number" || byId.has(id)) {
        let next = 1;
        while (byId.has(next)) next++;
        free = next;
        ids.set(id, next);
      }
      byId.set(free, license);
      byText.set(text, free as number);
      licenses.push({ ...license, id: free });
    }
    return ids;
  });
  return { licenses, changed };
}

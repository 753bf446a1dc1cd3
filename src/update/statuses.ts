import { fileStatus } from "../io/runtime.ts";
import { NameCursor } from "../tree/name_cursor.ts";

/** In the place of the size of a file that may not be as it was. */
export const CHANGED = -1;

/**
 * Size of a file whose status has not changed since a time; {@link CHANGED} of any other, and of one that is not there.
 *
 * @param since ms since 1970.
 */
export function sizeBefore(path: string, since: number): number {
  try {
    const { size, changed } = fileStatus(path);
    return changed < since ? size : CHANGED;
  } catch {
    return CHANGED;
  }
}

/** What sizes and times say of the files of a dataset: looked at before, folder by folder, or when they are asked for. */
export class Statuses {
  readonly #folders = new Map<string, { names: NameCursor; sizes: Float64Array }>();

  /** @param since Files whose status changed at this time or later may be others; ms since 1970. */
  constructor(readonly since: number) {}

  /**
   * Notes the files of a folder that were looked at.
   *
   * @param folder Real absolute path.
   * @param names In byte order.
   * @param sizes As {@link sizeBefore}, of each.
   */
  add(folder: string, names: readonly string[], sizes: Float64Array): void {
    this.#folders.set(folder, { names: new NameCursor(names), sizes });
  }

  /** As {@link sizeBefore}. Faster if the files of a folder are asked for in order. */
  size(path: string): number {
    const slash = path.lastIndexOf("/");
    const folder = this.#folders.get(path.slice(0, slash));
    const at = folder?.names.indexOf(path.slice(slash + 1)) ?? -1;
    return at >= 0 ? folder!.sizes[at] : sizeBefore(path, this.since);
  }

  /**
   * The files of a folder that may be others.
   *
   * @param folder Absolute path.
   * @param names Its files, in byte order.
   * @param wanted Tells which of them to look at.
   */
  *changed(folder: string, names: readonly string[], wanted: (name: string) => boolean): Generator<string> {
    const known = this.#folders.get(folder);
    for (let i = 0; i < names.length; i++) {
      const name = names[i];
      // Mostly nothing was left out of what was listed, and both have the same order.
      const size = known?.names.names[i] === name ? known.sizes[i] : undefined;
      if (size !== undefined && size !== CHANGED) continue;
      if (wanted(name) && (size ?? this.size(`${folder}/${name}`)) === CHANGED) yield name;
    }
  }
}

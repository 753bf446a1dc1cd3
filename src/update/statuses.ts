import { fileStatus } from "../io/runtime.ts";
import { NameCursor } from "../tree/name_cursor.ts";

/**
 * Size and age of a file as one number: its size if its status has not changed since a time, else, and if it is reached
 * through a link, −1 − size; NaN if it is not there.
 *
 * @param since ms since 1970.
 */
export function statusOf(path: string, since: number): number {
  try {
    const { size, changed, linked } = fileStatus(path);
    return changed < since && !linked ? size : asNew(size);
  } catch {
    return NaN;
  }
}

/** What {@link statusOf} says of a file that may be another. */
const asNew = (size: number): number => -1 - size;

/** True of a {@link statusOf} a file that is surely as it was. */
export const isOld = (status: number): boolean => status >= 0;

/** Size of a file with this {@link statusOf}. */
export const sizeOf = (status: number): number => status < 0 ? -1 - status : status;

/** What sizes and times say of the files of a dataset: looked at before, folder by folder, or when they are asked for. */
export class Statuses {
  readonly #folders = new Map<string, { names: NameCursor; statuses: Float64Array }>();
  /** Folders of which it is known if they are those that lay there. */
  readonly #same = new Map<string, boolean>();

  /** @param since Files whose status changed at this time or later may be others; ms since 1970. */
  constructor(readonly since: number) {}

  /**
   * Notes the files of a folder that were looked at.
   *
   * @param folder Real absolute path.
   * @param names In byte order.
   * @param statuses As {@link statusOf}, of each.
   */
  add(folder: string, names: readonly string[], statuses: Float64Array): void {
    this.#folders.set(folder, { names: new NameCursor(names), statuses });
  }

  /** Notes a folder, real and absolute, that is the one it was: what is told of files below is told of these. */
  root(folder: string): void {
    this.#same.set(folder, true);
  }

  /** As {@link statusOf}, of a file below a {@link root}. Faster if the files of a folder are asked for in order. */
  of(path: string): number {
    const slash = path.lastIndexOf("/");
    const folder = path.slice(0, slash);
    const known = this.#folders.get(folder);
    const at = known?.names.indexOf(path.slice(slash + 1)) ?? -1;
    const status = at >= 0 ? known!.statuses[at] : statusOf(path, this.since);
    return !isOld(status) || this.#isSame(folder) ? status : asNew(status);
  }

  /**
   * True if a folder is surely the one that lay there. Renaming a folder changes no times of what is in it, but its own and
   * those of the folders it is taken from and put into.
   */
  #isSame(folder: string): boolean {
    const known = this.#same.get(folder);
    if (known !== undefined) return known;
    const parent = folder.slice(0, folder.lastIndexOf("/"));
    const same = parent !== "" && this.#isSame(parent) && this.#stayed(folder, parent);
    this.#same.set(folder, same);
    return same;
  }

  #stayed(folder: string, parent: string): boolean {
    try {
      const { changed, linked } = fileStatus(folder);
      return !linked && (changed < this.since || fileStatus(parent).changed < this.since);
    } catch {
      return false;
    }
  }

  /**
   * The files of a folder that may be others.
   *
   * @param folder Absolute path.
   * @param names Its files, in byte order.
   * @param wanted Tells which of them to look at.
   */
  *changed(folder: string, names: readonly string[], wanted: (name: string) => boolean): Generator<string> {
    const known = this.#isSame(folder) ? this.#folders.get(folder) : undefined;
    for (let i = 0; i < names.length; i++) {
      const name = names[i];
      // Mostly nothing was left out of what was listed, and both have the same order.
      const status = known?.names.names[i] === name ? known.statuses[i] : undefined;
      if (status !== undefined && isOld(status)) continue;
      if (wanted(name) && !isOld(status ?? this.of(`${folder}/${name}`))) yield name;
    }
  }
}

import { fileStatus } from "../io/runtime.ts";
import { NameCursor } from "../tree/name_cursor.ts";

/**
 * Size and age of a file as one number: its size if its status has not changed since a time, else −1 − size; NaN if it is not
 * there.
 *
 * @param since ms since 1970.
 */
export function statusOf(path: string, since: number): number {
  try {
    const { size, changed } = fileStatus(path);
    return changed < since ? size : -1 - size;
  } catch {
    return NaN;
  }
}

/** True of a {@link statusOf} a file that is surely as it was. */
export const isOld = (status: number): boolean => status >= 0;

/** Size of a file with this {@link statusOf}. */
export const sizeOf = (status: number): number => status < 0 ? -1 - status : status;

/** What sizes and times say of the files of a dataset: looked at before, folder by folder, or when they are asked for. */
export class Statuses {
  readonly #folders = new Map<string, { names: NameCursor; statuses: Float64Array }>();

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

  /** As {@link statusOf}. Faster if the files of a folder are asked for in order. */
  of(path: string): number {
    const slash = path.lastIndexOf("/");
    const folder = this.#folders.get(path.slice(0, slash));
    const at = folder?.names.indexOf(path.slice(slash + 1)) ?? -1;
    return at >= 0 ? folder!.statuses[at] : statusOf(path, this.since);
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
      const status = known?.names.names[i] === name ? known.statuses[i] : undefined;
      if (status !== undefined && isOld(status)) continue;
      if (wanted(name) && !isOld(status ?? this.of(`${folder}/${name}`))) yield name;
    }
  }
}

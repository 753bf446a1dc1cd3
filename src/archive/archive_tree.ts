import { MANIFEST_FILE } from "../manifest/record.ts";
import { sortByBytes } from "../tree/byte_order.ts";
import { below, folderOf, nameOf } from "../model/image_names.ts";
import type { Folder } from "../tree/tree.ts";
import { isLayoutFolder } from "./layout_folders.ts";

interface Growing {
  path: string;
  files: string[];
  folders: Set<string>;
}

/** Folders of an archive, put together from the paths of its entries. */
export class ArchiveFolders {
  readonly #folders = new Map<string, Growing>([["", { path: "", files: [], folders: new Set() }]]);

  /** Adds a file. */
  addFile(path: string): void {
    this.#folder(folderOf(path)).files.push(nameOf(path));
  }

  /** Adds a folder, which may be empty. */
  addFolder(path: string): void {
    this.#folder(path);
  }

  /** Paths of all folders but the root. */
  *paths(): Generator<string> {
    for (const path of this.#folders.keys()) if (path !== "") yield path;
  }

  /** Takes files out again. */
  removeFiles(paths: ReadonlySet<string>): void {
    for (const folder of new Set([...paths].map((path) => this.#folder(folderOf(path))))) {
      folder.files = folder.files.filter((name) => !paths.has(below(folder.path, name)));
    }
  }

  /** Path of the only file; undefined if there are more or fewer. */
  get onlyFile(): string | undefined {
    let only: string | undefined;
    for (const { path, files } of this.#folders.values()) {
      if (files.length > 1 || files.length === 1 && only !== undefined) return undefined;
      if (files.length === 1) only = below(path, files[0]);
    }
    return only;
  }

  /** Name of the folder that everything lies in, if its name tells nothing; undefined if there is none. */
  get wrapping(): string | undefined {
    const { files, folders } = this.#folders.get("")!;
    if (files.length > 0 || folders.size !== 1) return undefined;
    const [name] = folders;
    return isLayoutFolder(name) ? undefined : name;
  }

  /**
   * The folders as a tree's.
   *
   * @param root Folder that becomes the root.
   * @param passedOver Told about each packed set among them, which is left out.
   */
  listed(root: string, passedOver: (path: string) => void): Map<string, Folder> {
    const listed = new Map<string, Folder>();
    const list = (full: string, path: string) => {
      const folder = this.#folders.get(full)!;
      if (path !== "" && folder.files.includes(MANIFEST_FILE)) {
        passedOver(path);
        listed.set(path, { path, files: [], folders: [] });
        return;
      }
      const folders = sortByBytes([...folder.folders]);
      listed.set(path, { path, files: sortByBytes(folder.files), folders });
      for (const name of folders) list(below(full, name), below(path, name));
    };
    list(root, "");
    return listed;
  }

  #folder(path: string): Growing {
    let folder = this.#folders.get(path);
    if (!folder) {
      this.#folders.set(path, folder = { path, files: [], folders: new Set() });
      this.#folder(folderOf(path)).folders.add(nameOf(path));
    }
    return folder;
  }
}

import { FolderSource } from "../source/folder_source.ts";
import type { FileSource } from "../source/source.ts";
import { compareBytes } from "./byte_order.ts";
import { countOf } from "./extensions.ts";
import { below, extensionOf, folderOf, nameOf } from "../model/image_names.ts";
import { NameCursor } from "./name_cursor.ts";
import type { FileTree, Folder, VideoFrames } from "./tree.ts";

/** A {@link FileTree} over folders that were listed before. */
export class ListedTree implements FileTree {
  readonly fileCount: number;
  readonly #cursors = new Map<string, NameCursor>();

  /**
   * @param root Absolute path of the root.
   * @param folders By path; the root is "".
   * @param source Reads the files. @default {the folder itself}
   * @param videos Those whose frames are among the files.
   */
  constructor(
    readonly root: string,
    readonly folders: ReadonlyMap<string, Folder>,
    readonly source: FileSource = new FolderSource(root),
    readonly videos?: readonly VideoFrames[],
  ) {
    let count = 0;
    for (const folder of folders.values()) count += folder.files.length;
    this.fileCount = count;
  }

  has(path: string): boolean {
    return (this.#cursor(folderOf(path))?.indexOf(nameOf(path)) ?? -1) >= 0;
  }

  paths(extensions?: ReadonlySet<string>): Generator<string> {
    return this.#below("", extensions);
  }

  *#below(path: string, extensions: ReadonlySet<string> | undefined): Generator<string> {
    const folder = this.folders.get(path);
    if (!folder) return;
    const wanted = extensions === undefined ? folder.files.length : countOf(folder, extensions);
    const files = wanted === folder.files.length
      ? folder.files
      : wanted === 0
      ? []
      : folder.files.filter((name) => extensions!.has(extensionOf(name)));
    // The slash takes part in the order of whole paths: "a-b/x" < "a.jpg" < "a/x".
    const folders = folder.folders.map((name) => name + "/").sort(compareBytes);
    let next = 0;
    for (const file of files) {
      for (; next < folders.length && compareBytes(folders[next], file) < 0; next++) {
        yield* this.#below(below(path, folders[next].slice(0, -1)), extensions);
      }
      yield below(path, file);
    }
    for (; next < folders.length; next++) {
      yield* this.#below(below(path, folders[next].slice(0, -1)), extensions);
    }
  }

  withStem(folder: string, stem: string): string[] {
    const cursor = this.#cursor(folder);
    const found: string[] = [];
    if (!cursor) return found;
    const prefix = stem + ".";
    for (let i = cursor.lowerBound(prefix); i < cursor.names.length; i++) {
      const name = cursor.names[i];
      if (!name.startsWith(prefix)) break;
      if (name.indexOf(".", prefix.length) < 0) found.push(name);
    }
    return found;
  }

  #cursor(folder: string): NameCursor | undefined {
    let cursor = this.#cursors.get(folder);
    if (!cursor) {
      const listed = this.folders.get(folder);
      if (!listed) return undefined;
      cursor = new NameCursor(listed.files);
      this.#cursors.set(folder, cursor);
    }
    return cursor;
  }
}

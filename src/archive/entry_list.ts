import { type Issue, PackError } from "../model/issue.ts";
import { isImageName } from "../model/image_names.ts";
import { IGNORED } from "../tree/list_folder.ts";
import { findEntry, hashOf, IndexBuilder, type IndexColumns, Method } from "../source/archive_index.ts";
import { ArchiveFolders } from "./archive_tree.ts";
import { cp437Name, utf8Name } from "./entry_name.ts";
import { entryPath } from "./entry_path.ts";
import type { TarMember } from "./tar_members.ts";
import { damaged, type ZipRecord } from "./zip_directory.ts";
import { DEFLATED, isEncrypted, LOCAL_SIZE, STORED } from "../source/zip_fields.ts";

const FLAG_UTF8 = 0x0800;
/** Systems whose zips have no `\` in names but as a character: Unix, macOS (4.4.2). */
const UNIX = new Set([3, 19]);
/** `st_mode` of Unix: kind of file. */
const KIND = 0xf000;
const FOLDER = 0x4000;
const LINK = 0xa000;
/** FIFO, character device, block device, socket. */
const SPECIAL = new Set([0x1000, 0x2000, 0x6000, 0xc000]);
/** DEFLATE reaches 1,032 : 1 at the most, and only with one byte repeated. */
const MOST_DEFLATED = 1000;
/** Smaller files may be as repetitive as they like. */
const ALWAYS_ALLOWED = 100 << 20;
/** Entries an archive may have: what the index can number. */
const MOST_ENTRIES = 1 << 24;

/** Judges the entries of an archive one after the other, and keeps those that are files of the dataset. */
export class EntryList {
  readonly #index = new IndexBuilder();
  readonly #folders = new ArchiveFolders();
  /** Names that are neither marked nor valid as UTF-8. */
  #foreign: { first: string; count: number } | undefined;
  #encrypted = 0;

  /** @param archive Its path, for messages. */
  constructor(readonly archive: string, readonly issue: (issue: Issue) => void) {}

  addZip(record: ZipRecord): void {
    const { name, flags, system, mode, method, size, packed } = record;
    const kind = mode & KIND;
    const decoded = this.#zipName(record);
    const path = this.#path(decoded, !UNIX.has(system), kind === FOLDER);
    if (path === undefined) return;
    if (kind === LINK) return this.#link(path);
    if (SPECIAL.has(kind)) return this.#special(path);
    if (isEncrypted(flags)) {
      this.#encrypted++;
      return this.#reject("archive-entry-encrypted", path, `"${path}" is encrypted.`);
    }
    if (method !== STORED && method !== DEFLATED) {
      const suggestion = "Unpack the archive and name the folder, or make the zip anew with DEFLATE.";
      const message = `"${path}" is compressed with method ${method}; stored and deflated entries are read.`;
      return this.#reject("archive-entry-method", path, message, suggestion);
    }
    if (method === STORED && packed !== size) {
      return this.#reject(
        "archive-entry-damaged",
        path,
        `"${path}" is stored, but has ${packed} bytes in the archive and ${size} outside it.`,
      );
    }
    if (size > ALWAYS_ALLOWED && size > packed * MOST_DEFLATED) {
      const message = `"${path}" is said to inflate from ${packed} to ${size} bytes, as a zip bomb would.`;
      return this.#reject("archive-entry-inflates", path, message);
    }
    this.#add(path, {
      ...record,
      nameHash: hashOf(name, 0, name.length),
      method: method === DEFLATED ? Method.deflated : Method.stored,
    });
  }

  addTar({ name, kind, at, size }: TarMember): void {
    const decoded = utf8Name(name);
    if (decoded === undefined) {
      const shown = new TextDecoder().decode(name);
      return this.#reject("name-not-utf8", shown, `The name of "${shown}" is not UTF-8.`);
    }
    const path = this.#path(decoded, false, kind === "folder");
    if (path === undefined) return;
    if (kind === "link") return this.#link(path);
    if (kind === "special") return this.#special(path);
    if (kind === "sparse") {
      const suggestion = "Make the archive anew without --sparse.";
      const message = `"${path}" is stored with its holes left out, which is not read.`;
      return this.#reject("archive-entry-method", path, message, suggestion);
    }
    this.#add(path, { at, packed: size, size, crc32: 0, nameHash: 0, method: Method.plain });
  }

  tarEnd = (what: "no end mark" | "more data"): void => {
    this.issue({
      code: "archive-end",
      severity: "warning",
      path: "",
      message: what === "more data"
        ? "There are more members behind the end of the archive; they were not read."
        : "The archive has no end mark: what came after its last member may be missing.",
      suggestion: what === "more data"
        ? "Unpack it with `tar --ignore-zeros` if they belong to it, and name the folder."
        : "Compare it with the archive it was copied from.",
    });
  };

  /**
   * Entries of a sound zip lie one behind the other. Those that share bytes are made to become large, or to look
   * different to different readers.
   *
   * @param end Byte at which the directory begins.
   * @throws {PackError} If two of them overlap.
   */
  refuseOverlaps(end: number): void {
    let before: { entry: number; at: number; size: number } | undefined;
    const refuse = (what: string) =>
      new PackError(
        `The archive "${this.archive}" is refused: ${what}, as in an archive made to deceive, or one over 4 GiB without ZIP64.`,
        "Make it anew with a common archiver.",
      );
    for (const each of this.#index.extents(LOCAL_SIZE)) {
      if (before && before.at + before.size > each.at) {
        const [a, b] = [before, each].map(({ entry }) => `"${this.#index.path(entry)}"`);
        throw refuse(`its entries ${a} and ${b} overlap`);
      }
      before = each;
    }
    if (before && before.at + before.size > end) {
      throw refuse(`its entry "${this.#index.path(before.entry)}" overlaps its directory`);
    }
  }

  /** All entries that are left, once those that cannot be told apart are taken out. */
  finish(): { folders: ArchiveFolders; index: IndexColumns } {
    if (this.#encrypted > 0 && this.#index.count === 0) {
      throw new PackError(
        `The archive "${this.archive}" is encrypted.`,
        "Unpack it with its password and name the folder.",
      );
    }
    if (this.#foreign) {
      const { first, count } = this.#foreign;
      this.issue({
        code: "archive-name-encoding",
        severity: "warning",
        path: first,
        message: `Names of ${count} entries are not UTF-8, and were read as code page 437: "${first}".`,
        suggestion:
          "If they look wrong, make the archive anew with UTF-8 names, or unpack it and name the folder.",
      });
    }
    const { index, duplicates } = this.#index.finish();
    const folders = this.#folders;
    const times = new Map<string, number>();
    for (const entry of duplicates) {
      const path = this.#index.path(entry);
      times.set(path, (times.get(path) ?? 0) + 1);
    }
    for (const [path, count] of times) {
      const message = `"${path}" is in the archive ${count} times, and which one is meant cannot be told.`;
      for (let k = 0; k < count; k++) this.#reject("archive-entry-duplicate", path, message);
    }
    const refused = new Set(times.keys());
    for (const path of folders.paths()) {
      const bytes = new TextEncoder().encode(path);
      if (refused.has(path) || findEntry(index, bytes, bytes.length) < 0) continue;
      refused.add(path);
      this.#reject("archive-entry-duplicate", path, `"${path}" is a file and a folder in the archive.`);
    }
    folders.removeFiles(refused);
    return { folders, index };
  }

  #zipName({ name, unicodeName, flags }: ZipRecord): string {
    const decoded = (unicodeName && utf8Name(unicodeName)) ?? utf8Name(name);
    if (decoded !== undefined) return decoded;
    const foreign = cp437Name(name);
    if (flags & FLAG_UTF8) return foreign;
    this.#foreign ??= { first: foreign, count: 0 };
    this.#foreign.count++;
    return foreign;
  }

  /** Path of an entry that is a file; undefined if it is a folder, of no interest, or rejected. */
  #path(name: string, backslash: boolean, isFolder: boolean): string | undefined {
    const judged = entryPath(name, backslash);
    if ("fault" in judged) {
      const message = `"${name}" ${judged.fault}.`;
      this.#reject(
        "archive-entry-name",
        name,
        message,
        "Make the archive anew from within the dataset's folder.",
      );
      return undefined;
    }
    const { path } = judged;
    if (path !== "" && IGNORED.test(path)) return undefined;
    if (!isFolder && !judged.isFolder) return path;
    if (path !== "") this.#folders.addFolder(path);
    return undefined;
  }

  #add(path: string, entry: Parameters<IndexBuilder["add"]>[1]): void {
    if (this.#index.count === MOST_ENTRIES) {
      throw damaged(this.archive, `it has more than ${MOST_ENTRIES} files`);
    }
    this.#index.add(path, entry);
    this.#folders.addFile(path);
  }

  #link(path: string): void {
    this.#reject(
      "archive-entry-link",
      path,
      `"${path}" is a link.`,
      "Make the archive anew with what the links lead to (tar --dereference --hard-dereference, zip without -y).",
    );
  }

  #special(path: string): void {
    this.#reject("not-a-regular-file", path, `"${path}" is a FIFO, socket or device, not a regular file.`);
  }

  #reject(code: string, path: string, message: string, suggestion?: string): void {
    const record = isImageName(path) ? "image" : "label";
    this.issue({ code, severity: "reject", record, path, message, ...suggestion && { suggestion } });
  }
}

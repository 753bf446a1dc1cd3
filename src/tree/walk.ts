import { lstatSync, realpathSync, statSync } from "node:fs";
import { basename, join, sep } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { FolderEntry } from "../io/runtime.ts";
import { MANIFEST_FILE } from "../manifest/record.ts";
import { type Issue, PackError } from "../model/issue.ts";
import { compareBytes, sortByBytes } from "./byte_order.ts";
import { ListedTree } from "./file_tree.ts";
import { type FolderLister, type FolderListing, type ListingOptions, namesIn } from "./list_folder.ts";
import { below, isImageName } from "../model/image_names.ts";
import type { Folder } from "./tree.ts";

export interface WalkOptions extends ListingOptions {
  /** Absolute paths of folders and files to pass over: the tool's own output. */
  exclude?: readonly string[];
  /** Told about each entry that is left out. */
  issue(issue: Issue): void;
  /** Told now and then how many files were seen. */
  progress?(files: number): void;
  /** Lists folders ahead. */
  lister?: FolderLister;
}

/** Milliseconds after which signals and timers get a turn. */
const TURN = 50;

/** A folder still to be listed. */
interface Pending {
  /** Below the root. */
  path: string;
  /** Real absolute path. */
  real: string;
  /** Real paths of the folders it lies in. */
  parents: readonly string[];
  /** Reached through a link: links to folders end here, or a few of them could span a tree without end. */
  linked: boolean;
}

/**
 * Lists a folder and all below it. Links to files are followed; links to folders too, if they stay below the root.
 *
 * @param root Folder to list.
 * @returns The listing, with an absolute root.
 * @throws {PackError} If the root cannot be listed.
 * @throws The signal's reason when it is aborted.
 */
export async function walk(root: string, options: WalkOptions): Promise<ListedTree> {
  const realRoot = resolveRoot(root);
  const excluded = new Set((options.exclude ?? []).map(realOrGiven));
  const excludedNames = new Set([...excluded].map((path) => basename(path)));
  const folders = new Map<string, Folder>();
  const pending: Pending[] = [{ path: "", real: realRoot, parents: [], linked: false }];
  let seen = 0;
  let turn = performance.now() + TURN;
  options.lister?.expect(realRoot);
  for (let folder = pending.pop(); folder; folder = pending.pop()) {
    options.signal?.throwIfAborted();
    const names: string[] = [];
    const listing = await list(folder, options);
    const taken = (name: string) => !(excludedNames.has(name) && excluded.has(join(folder.real, name)));
    // Copies: a folder that links lead to as well may be listed only once.
    const files = excludedNames.values().some((name) => listing.files.includes(name))
      ? listing.files.filter(taken)
      : listing.files.slice();
    const others = listing.others.filter(({ name }) => taken(name));
    if (folder.path !== "" && files.includes(MANIFEST_FILE)) {
      options.issue({
        code: "set-passed-over",
        severity: "note",
        path: folder.path,
        message: `"${folder.path}" holds a packed set, not images and labels: it was passed over.`,
      });
      folders.set(folder.path, { path: folder.path, files: [], folders: [] });
      continue;
    }
    // In order, so that what is told about them, and the order of folders, do not depend on the file system.
    others.sort((a, b) => compareBytes(a.name, b.name));
    const next: Pending[] = [];
    const listed = files.length;
    for (const entry of others) {
      const target = resolveEntry(entry, folder, realRoot, options);
      if (target === "file") files.push(entry.name);
      else if (target && !excluded.has(target.real)) {
        names.push(entry.name);
        next.push(target);
        options.lister?.expect(target.real);
      }
    }
    for (const each of next.reverse()) pending.push(each);
    if (files.length > listed) sortByBytes(files);
    folders.set(folder.path, { path: folder.path, files, folders: sortByBytes(names) });
    seen += files.length;
    if (performance.now() > turn) {
      options.progress?.(seen);
      await setImmediate();
      turn = performance.now() + TURN;
    }
  }
  options.signal?.throwIfAborted();
  options.progress?.(seen);
  return new ListedTree(realRoot, folders);
}

/** Lists one folder; a reject if it cannot be read, of the root an error. */
async function list(folder: Pending, options: WalkOptions): Promise<FolderListing> {
  try {
    return await options.lister?.list(folder.real) ?? await namesIn(folder.real, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    // A missing permission of the runtime is the caller's to explain, not a property of the data.
    if ((error as Error).name === "NotCapable") throw error;
    const cause = `Cannot list the folder "${folder.path || folder.real}": ${reason(error, "it is gone")}.`;
    if (folder.path === "") throw new PackError(cause, "Grant read and search permission.");
    reject(options, "unreadable-folder", folder.path, cause);
    return { files: [], others: [] };
  }
}

/** What an entry that is no plain file comes to; undefined (and a reject) if it is left out. */
function resolveEntry(
  entry: FolderEntry,
  folder: Pending,
  root: string,
  options: WalkOptions,
): Pending | "file" | undefined {
  const path = below(folder.path, entry.name);
  const real = join(folder.real, entry.name);
  const parents = [...folder.parents, folder.real];
  if (entry.name.includes("\ufffd") && !exists(real)) {
    reject(options, "name-not-utf8", path, `The name of "${path}" is not UTF-8.`);
  } else if (entry.isFile) {
    return "file";
  } else if (entry.isDirectory) {
    return { path, real, parents, linked: folder.linked };
  } else if (!entry.isSymlink) {
    reject(options, "not-a-regular-file", path, `"${path}" is a FIFO, socket or device, not a regular file.`);
  } else {
    return follow(real, { path, real, parents, linked: folder.linked }, root, options);
  }
  return undefined;
}

/** Follows a link to a file, or to a folder below the root. */
function follow(
  link: string,
  { path, parents, linked }: Pending,
  root: string,
  options: WalkOptions,
): Pending | "file" | undefined {
  let target: string;
  let kind;
  try {
    kind = statSync(link);
    if (kind.isFile()) return "file";
    target = realpathSync(link);
  } catch (error) {
    const loop = (error as NodeJS.ErrnoException).code === "ELOOP" ||
      /too many/i.test((error as Error).message);
    const cause = loop ? "it leads back to itself" : reason(error, "its target does not exist");
    reject(
      options,
      loop ? "link-loop" : "link-dangling",
      path,
      `Cannot follow the link "${path}": ${cause}.`,
    );
    return undefined;
  }
  if (!kind.isDirectory()) {
    reject(options, "not-a-regular-file", path, `"${path}" leads to a FIFO, socket or device.`);
  } else if (target !== root && !target.startsWith(root.endsWith(sep) ? root : root + sep)) {
    reject(options, "link-outside", path, `The link "${path}" leads to a folder outside the dataset.`);
  } else if (parents.includes(target)) {
    reject(options, "link-loop", path, `The link "${path}" leads back to a folder it lies in.`);
  } else if (linked) {
    reject(
      options,
      "link-loop",
      path,
      `The link "${path}" lies in a folder that is itself reached by a link.`,
    );
  } else {
    return { path, real: target, parents, linked: true };
  }
  return undefined;
}

function resolveRoot(root: string): string {
  let real: string;
  try {
    real = realpathSync(root);
    if (statSync(real).isDirectory()) return real;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      throw new PackError(`There is no folder "${root}".`, "Check the path.", 2);
    }
    throw error;
  }
  throw new PackError(`"${root}" is not a folder.`, "Name the folder that holds the files.", 2);
}

function realOrGiven(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // Not there yet: nothing to pass over.
  }
}

function exists(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function reject(options: WalkOptions, code: string, path: string, message: string): void {
  options.issue({ code, severity: "reject", path, message, record: isImageName(path) ? "image" : "label" });
}

function reason(error: unknown, absent: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return absent;
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  return message;
}

/** Runtime-specific calls: everything else in the code uses `node:` and Web APIs. */

/** One name in a folder. A FIFO, socket or device is none of the three. */
export interface FolderEntry {
  readonly name: string;
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly isSymlink: boolean;
}

/**
 * Names in a folder, in no order. `Deno.readDirSync` tells the kind of each entry without a further system call, 3 times
 * as fast as `node:fs`.
 *
 * @param path Absolute path of the folder.
 * @throws {Error} The system's error with `code` (`EACCES`, `ENOENT`, …).
 */
export function listFolder(path: string): Iterable<FolderEntry> {
  return Deno.readDirSync(path);
}

/**
 * Names in a folder, one at a time: a third as fast as {@link listFolder}, which takes 600 bytes of memory for each name
 * while it runs.
 *
 * @param path Absolute path of the folder.
 * @throws {Error} The system's error with `code`, when the first entry is asked for.
 */
export function streamFolder(path: string): AsyncIterable<FolderEntry> {
  return Deno.readDir(path);
}

/**
 * Makes a write beyond the file size limit (`ulimit -f`) fail with EFBIG; without a listener the signal ends the process and
 * leaves partial files behind.
 *
 * @returns Takes the listener away again.
 */
export function surviveFileSizeLimit(): () => void {
  if (Deno.build.os === "windows") return () => {};
  const listener = () => {};
  Deno.addSignalListener("SIGXFSZ", listener);
  return () => Deno.removeSignalListener("SIGXFSZ", listener);
}

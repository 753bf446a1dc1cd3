/** Where an entry of an archive belongs: its path below the root, or what is wrong with its name. */
export type EntryPath = { readonly path: string; readonly isFolder: boolean } | { readonly fault: string };

/**
 * Turns the name of an archive's entry into a path below the root, `/` between parts. `./` and doubled slashes are left out;
 * the root itself is the path "".
 *
 * @param name As it stands in the archive.
 * @param backslash True if `\` separates parts, as in zips made on Windows by some tools.
 */
export function entryPath(name: string, backslash: boolean): EntryPath {
  const written = backslash ? name.replaceAll("\\", "/") : name;
  if (written.includes("\0")) return { fault: "has a NUL in its name" };
  // Judged as Windows would, too: what is packed here may be unpacked there.
  if (/^[/\\]/.test(written)) return { fault: "has an absolute path" };
  if (/^[A-Za-z]:/.test(written)) return { fault: "has a path with a drive letter" };
  if (written.includes("..") && written.split(/[/\\]/).includes("..")) {
    return { fault: 'has a path that leads out of the archive with ".."' };
  }
  if (written === "") return { fault: "has no name" };
  const isFolder = /(?:^|\/)\.?$/.test(written);
  // Nearly all names are clean.
  if (!isFolder && !written.startsWith("./") && !/\/\.?\//.test(written)) return { path: written, isFolder };
  return { path: written.split("/").filter((part) => part !== "" && part !== ".").join("/"), isFolder };
}

const SLASH = 47;
const DOT = 46;

/**
 * True if a `file_name` is a path below the dataset folder as docs/dataset_spec.md §2 wants it: relative, `/` between
 * parts, no empty, `.` or `..` part, no NUL.
 *
 * @param name UTF-8.
 */
export function isSafePath(name: Uint8Array): boolean {
  let start = 0;
  for (let i = 0; i <= name.length; i++) {
    if (name[i] === 0) return false;
    if (i < name.length && name[i] !== SLASH) continue;
    const length = i - start;
    if (length === 0) return false;
    if (length <= 2 && name[start] === DOT && name[i - 1] === DOT) return false;
    start = i + 1;
  }
  return true;
}

/** True for the name of a file without any folder, as the files of a set have: they lie beside their manifest. */
export function isPlainName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\\\0]/.test(name);
}

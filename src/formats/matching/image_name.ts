/**
 * Brings a `file_name` into the form of a relative path. In the wild it may be a Windows path, absolute, or a URL; then what
 * is left may begin with folders that are not here.
 *
 * @returns `/` between parts, none of them empty, `.` or `..`; "" if nothing is left.
 */
export function imageName(fileName: string): string {
  const path = fileName
    .replace(/^[A-Za-z][A-Za-z0-9+.-]+:\/\/([^/?#]*\/)?([^?#]*).*$/s, "$2")
    .replaceAll("\\", "/")
    .replace(/^[A-Za-z]:/, "");
  return path.split("/").filter((part) => part !== "" && part !== "." && part !== "..").join("/");
}

/** The same of a reference whose characters may be escaped, as in URLs. */
export function unescapedName(reference: string): string {
  const name = imageName(reference);
  try {
    return decodeURIComponent(name);
  } catch {
    // A percent sign that is part of the name.
    return name;
  }
}

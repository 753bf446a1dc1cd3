/** File name extensions of images, in lower case. */
export const IMAGE_EXTENSIONS: ReadonlySet<string> = new Set(
  ("jpg jpeg jpe jfif png bmp tif tiff webp gif ppm pgm mpo dng heic heif avif jp2 pfm").split(" "),
);

/** True if the extension is that of an image, in upper or lower case. */
export function isImageName(path: string): boolean {
  return IMAGE_EXTENSIONS.has(extensionOf(path));
}

/** What follows the last dot of the last part, in lower case; "" if there is none. */
export function extensionOf(path: string): string {
  const dot = path.lastIndexOf(".");
  const slash = path.lastIndexOf("/");
  return dot > slash + 1 ? path.slice(dot + 1).toLowerCase() : "";
}

/** The path without its last extension. */
export function withoutExtension(path: string): string {
  const dot = path.lastIndexOf(".");
  return dot > path.lastIndexOf("/") + 1 ? path.slice(0, dot) : path;
}

/** Folder part of a path; "" if there is none. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

/** Last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Path of `name` in `folder`; either may be empty. */
export function below(folder: string, name: string): string {
  return folder === "" ? name : name === "" ? folder : `${folder}/${name}`;
}

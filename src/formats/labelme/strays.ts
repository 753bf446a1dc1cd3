import { basename, posix } from "node:path";
import { filesNamed } from "../../tree/files_named.ts";
import { below, folderOf, isImageName, nameOf, withoutExtension } from "../../model/image_names.ts";
import { imageFolders, labelFolders } from "../../tree/sibling_folders.ts";
import type { DatasetView } from "../format.ts";
import { jsonHead } from "../json/find.ts";
import { asObject, parseLoose, textOfRange } from "../json/loose.ts";
import { scanJsonFile } from "../json/scan_file.ts";
import { ImageFinder, lazyIndex } from "../matching/image_finder.ts";
import { imageName } from "../matching/image_name.ts";

/**
 * Finds the images of the label files that have none of their own name nearby, as their `imagePath` says. The others need
 * not be opened for that.
 *
 * @returns Label file of each such image.
 */
export function straysOf(view: DatasetView): Map<string, string> {
  const { images, labels } = view;
  const roots = images === labels
    ? undefined
    : { images: basename(images.root), labels: basename(labels.root) };
  const found = new Map<string, string>();
  if (view.imagePaths()[Symbol.iterator]().next().done) return found;
  const index = lazyIndex(view);
  for (const path of filesNamed(labels, ["json"])) {
    const folder = folderOf(path);
    const stem = withoutExtension(nameOf(path));
    if (imageFolders(folder, roots).some((each) => images.withStem(each, stem).some(isImageName))) continue;
    const written = imagePathOf(view, path);
    if (written === undefined) continue;
    const relative = posix.join(folder, written.replaceAll("\\", "/"));
    const image = view.hasImage(relative)
      ? relative
      : new ImageFinder(view, path, index).find(imageName(written));
    if (image === undefined || found.has(image)) continue;
    const own = `${withoutExtension(nameOf(image))}.json`;
    // An image with labels of its own name has those.
    if (labelFolders(folderOf(image), roots).some((each) => labels.has(below(each, own)))) continue;
    found.set(image, path);
  }
  return found;
}

/** What a label file names as its image; it often comes behind all shapes. */
function imagePathOf(view: DatasetView, path: string): string | undefined {
  const head = asObject(jsonHead(view, path));
  if (!head || !("shapes" in head || "version" in head)) return undefined;
  let written = head.imagePath;
  if (written === undefined && view.head(path).length >= HEAD) {
    // What is wrong with the file is told when it is parsed.
    const silent: Pick<DatasetView, "open" | "issue"> = { open: (file) => view.open(file), issue: () => {} };
    scanJsonFile(silent, path, { "*": [] }, (_, { key, bytes, start, end }) => {
      if (key === "imagePath") written = parseLoose(textOfRange(bytes, start, end))?.value;
    });
  }
  return typeof written === "string" && written !== "" ? written : undefined;
}

/** Bytes of a head that may not be the whole file. */
const HEAD = 65_536;

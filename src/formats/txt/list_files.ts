import { extensionsIn } from "../../tree/extensions.ts";
import { below, extensionOf } from "../../model/image_names.ts";
import { sortByBytes } from "../../tree/byte_order.ts";
import type { DatasetView } from "../format.ts";
import { isOtherText, type TextKind, textKind } from "./kinds.ts";
import { TextSurvey } from "./survey.ts";

/** Text files a folder with lists has at the most: a folder with more has one for each image. */
const FEW = 16;
/** Files looked into at the most, those nearest to the root. */
const MOST = 128;

/**
 * Text files that list the labels of many images each, in byte order. They may be called `train.txt`; but beside YOLO's rows that is
 * a list of the images of a split.
 */
export function listFiles(view: DatasetView, kind: TextKind): string[] {
  const found: string[] = [];
  const hasRows = TextSurvey.of(view).of("yolo").folders.length > 0;
  const folders = [...view.labels.folders.values()].filter((folder) => {
    const texts = extensionsIn(folder).get("txt") ?? 0;
    return texts > 0 && texts <= FEW;
  });
  const depth = (path: string) => path === "" ? 0 : path.split("/").length;
  folders.sort((a, b) => depth(a.path) - depth(b.path));
  let looked = 0;
  for (const { path, files } of folders) {
    for (const name of files) {
      if (extensionOf(name) !== "txt" || (hasRows && isOtherText(name))) continue;
      if (looked++ === MOST) return sortByBytes(found);
      const list = below(path, name);
      if (textKind(view.head(list), list) === kind) found.push(list);
    }
  }
  return sortByBytes(found);
}

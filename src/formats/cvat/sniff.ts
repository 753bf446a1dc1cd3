import { sortByBytes } from "../../tree/byte_order.ts";
import { nameOf } from "../../model/image_names.ts";
import { filesNamed, sampleFiles } from "../../tree/files_named.ts";
import type { DatasetView } from "../format.ts";
import { decodeText } from "../text.ts";

/** XML files that are all looked into. With more, as when each image has one, a few tell for all. */
const FEW = 64;
const SAMPLES = 20;
/** Name that CVAT gives its files. */
const USUAL = "annotations.xml";
/** Bytes looked at in each. */
const HEAD = 4096;

/** Finds the CVAT files below the label tree: those whose root element is `annotations`. */
export function findCvatFiles(view: DatasetView): string[] {
  const all = filesNamed(view.labels, ["xml"]);
  const fits = (path: string) => isCvat(decodeText(view.head(path, HEAD)).text);
  if (all.length > FEW) {
    const named = all.filter((path) => nameOf(path) === USUAL);
    const { paths } = sampleFiles(view.labels, "xml", SAMPLES);
    if (!paths.some((path) => !named.includes(path) && fits(path))) return sortByBytes(named.filter(fits));
  }
  return sortByBytes(all.filter(fits));
}

function isCvat(text: string): boolean {
  const root = /<([A-Za-z_][\w.-]*)[\s/>]/.exec(text)?.[1];
  return root === "annotations" && /<(?:version|meta|image|track)[\s/>]/.test(text);
}

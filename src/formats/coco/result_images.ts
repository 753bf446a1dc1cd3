import type { Issue } from "../../model/issue.ts";
import { isImageName, nameOf, withoutExtension } from "../../model/image_names.ts";
import type { DatasetView } from "../format.ts";
import { jsonHead } from "../json/find.ts";
import { asObject, excerpt, parseLoose, textOfRange } from "../json/loose.ts";
import type { JsonRecord } from "../json/records.ts";
import { scanJsonFile } from "../json/scan_file.ts";
import { fileWords } from "../matching/file_words.ts";
import { ImageFinder, lazyIndex } from "../matching/image_finder.ts";
import { LabelRanges } from "../matching/label_ranges.ts";
import { type CocoLists, readCocoLists } from "./file.ts";
import { type CocoId, readId, toId } from "./ids.ts";
import type { CocoFiles } from "./sniff.ts";

/** Results of all files, and the COCO file that knows the images and classes of each. */
export interface Results {
  readonly ranges: LabelRanges;
  readonly lists: ReadonlyMap<string, CocoLists | undefined>;
}

/** Finds the image of every result. */
export function scanResults(view: DatasetView, { results, lists, objects, copies }: CocoFiles): Results {
  const known = [...lists, ...objects, ...copies].flatMap((path) => readCocoLists(view, path) ?? []);
  const ranges = new LabelRanges(view);
  const listOf = new Map<string, CocoLists | undefined>();
  const index = lazyIndex(view);
  for (const path of results) {
    const list = listFor(view, path, known);
    const finder = new ImageFinder(view, list?.path ?? path, index);
    const images = list ? new ListedImages(list, finder) : new NamedImages(view, finder);
    if (!list) tellNamesMissing(view, path);
    listOf.set(path, list);
    scanOne(view, path, ranges, images);
  }
  return { ranges: ranges.finish(), lists: listOf };
}

/** Path of an image below the image tree, by what a result says of it. */
interface Images {
  find(id: CocoId, fileName: string | undefined): string | undefined;
}

function scanOne(view: DatasetView, path: string, ranges: LabelRanges, images: Images): void {
  const file = ranges.file(path);
  let lastId: CocoId | undefined;
  let last = -1;
  const issues: Issue[] = [];
  const reject = (code: string, message: string) =>
    issues.push({ code, severity: "reject", record: "annotation", path, message });
  const visit = (_: string, record: JsonRecord) => {
    const { bytes, start, end, offset, values } = record;
    let id = values[0] < 0 ? undefined : readId(bytes, values[0]);
    if (id === undefined || id !== lastId) {
      const text = textOfRange(bytes, start, end);
      const value = asObject(parseLoose(text)?.value);
      id ??= toId(value?.image_id)?.id;
      if (id === undefined) {
        reject("annotation-invalid", `The annotation record ${excerpt(text)} has no image_id.`);
        return;
      }
      const name = images.find(id, typeof value?.file_name === "string" ? value.file_name : undefined);
      last = name === undefined ? -1 : file.image(name);
      lastId = id;
    }
    if (last >= 0) file.add(last, offset, end - start);
    else {
      const message = `The annotation at byte ${offset} has image_id ${
        JSON.stringify(id)
      }, which no image has.`;
      reject("image-unknown-id", message);
    }
  };
  if (!scanJsonFile(view, path, { "": ["image_id"] }, visit)) return ranges.forget(file);
  for (const issue of issues) view.issue(issue);
}

/** The COCO file that knows most images of the first results; of those alike, the one with the same split in its name. */
function listFor(view: DatasetView, path: string, known: readonly CocoLists[]): CocoLists | undefined {
  const head = jsonHead(view, path);
  const ids = (Array.isArray(head) ? head : []).map((record) => toId(asObject(record)?.image_id)?.id);
  let best: CocoLists | undefined;
  let most = 0;
  for (const list of known) {
    const { word } = fileWords(list.path);
    const same = word !== undefined && nameOf(path).includes(word) ? 0.5 : 0;
    const hits = ids.filter((id) => id !== undefined && list.ids.find(id) !== undefined).length;
    if (hits > 0 && hits + same > most) {
      best = list;
      most = hits + same;
    }
  }
  return best;
}

/** Images of a COCO file. */
class ListedImages implements Images {
  constructor(readonly list: CocoLists, readonly finder: ImageFinder) {}

  find(id: CocoId): string | undefined {
    const image = this.list.ids.find(id);
    if (image === undefined) return undefined;
    const { name } = this.list.images[image];
    return this.finder.find(name) ?? this.finder.expected(name);
  }
}

/** Images that are told by their names. */
class NamedImages implements Images {
  #byStem: Map<string, string | undefined> | undefined;

  constructor(readonly view: DatasetView, readonly finder: ImageFinder) {}

  find(id: CocoId, fileName: string | undefined): string {
    if (fileName !== undefined) return this.finder.find(fileName) ?? fileName;
    const text = String(id);
    if (isImageName(text)) return this.finder.find(text) ?? text;
    this.#byStem ??= byStem(this.view);
    return this.#byStem.get(text) ?? `${text}.jpg`;
  }
}

/** Images by their stem, and by the number it ends with; undefined for what two have. */
function byStem(view: DatasetView): Map<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  for (const path of view.imagePaths()) {
    const stem = withoutExtension(nameOf(path));
    const number = /\d+$/.exec(stem)?.[0].replace(/^0+(?=\d)/, "");
    for (const key of new Set([stem, number])) {
      if (key !== undefined) found.set(key, found.has(key) ? undefined : path);
    }
  }
  return found;
}

function tellNamesMissing(view: DatasetView, path: string): void {
  view.issue({
    code: "class-list-missing",
    severity: "warning",
    path,
    message:
      `No COCO file lists the images of "${path}": its classes are named by their ids, its images found by theirs.`,
    suggestion: "Put the file with the images and categories beside it.",
  });
}

import type { Annotation, ParsedLabels } from "../../model/annotation.ts";
import { below, folderOf, isImageName, nameOf } from "../../model/image_names.ts";
import { splitName, splitOfLayout } from "../../tree/split.ts";
import type { Candidate, DatasetView, LabelContext, LabelFormat, LabelPlan } from "../format.ts";
import { type FileRanges, LabelRanges } from "../matching/label_ranges.ts";
import { decimal } from "../number.ts";
import { scanFileLines, type TextLine } from "../text_lines.ts";
import { listFiles } from "../txt/list_files.ts";
import { type Fault, NO_EXTENT, notNumber, readRows, tooFew } from "../txt/rows.ts";

/** WIDER FACE: one list for each split, of paths, counts and rows of faces (FORMATS §11, 6.). */
export const widerFace: LabelFormat = { name: "wider-face", detect, plan, parse };

/** The order of the official readme; other readers mix up the last three. */
const ATTRIBUTES = ["blur", "expression", "illumination", "invalid", "occlusion", "pose"];

function detect(view: DatasetView): Candidate[] {
  const files = listFiles(view, "wider-face");
  if (files.length === 0) return [];
  const official = files.find((path) => /^wider_face_\w+_bbx_gt\.txt$/i.test(nameOf(path)));
  return [{
    format: "wider-face",
    root: folderOf(folderOf(files[0])),
    confidence: official === undefined ? 2 : 3,
    reason: `"${official ?? files[0]}" lists paths of images, numbers of faces and their boxes`,
    files: files.length,
  }];
}

function plan(view: DatasetView, { root }: Candidate): LabelPlan {
  const ranges = new LabelRanges(view);
  for (const path of listFiles(view, "wider-face")) {
    const [, word] = /wider_face_([a-z]+)_/i.exec(nameOf(path)) ?? [];
    const split = word === undefined ? undefined : splitName(word.toLowerCase());
    const folder = imageFolder(view, path, word);
    const file = ranges.file(path, folder !== undefined);
    new ListScanner(view, file, folder ?? "", split).scan();
  }
  ranges.finish();
  return {
    format: "wider-face",
    root,
    classes: [{ name: "face" }],
    settings: undefined,
    labelFor: (path) => ranges.labelFor(path),
    splitOf: (path) =>
      ranges.splitOf(path) ?? splitOfLayout(path) ?? /(?:^|\/)WIDER_(train|val|test)\//.exec(path)?.[1],
    unused: () => ranges.unused(),
  };
}

/** `WIDER_val/images` beside the folder of the list; undefined if it is not there. */
function imageFolder({ images }: DatasetView, path: string, word: string | undefined): string | undefined {
  if (word === undefined) return undefined;
  const folder = folderOf(path);
  for (const base of [folderOf(folder), folder]) {
    const found = below(base, `WIDER_${word.toLowerCase()}/images`);
    if (images.folders.has(found)) return found;
  }
  return undefined;
}

/** Goes through a list: a path begins an image, a single number is its count, all else are its faces. */
class ListScanner {
  #image = -1;
  #path = "";
  #count = 0;
  #rows = 0;
  #counted = false;
  #line = 0;

  constructor(
    readonly view: DatasetView,
    readonly file: FileRanges,
    readonly folder: string,
    readonly split: string | undefined,
  ) {}

  scan(): void {
    scanFileLines(this.view, this.file.path, (line) => this.#take(line));
    this.#check();
  }

  #take(line: TextLine): void {
    const { bytes, start, end } = line;
    const text = new TextDecoder().decode(bytes.subarray(start, Math.min(end, start + 4096))).trim();
    if (text === "") return;
    if (isImageName(text)) {
      this.#check();
      this.#path = text;
      this.#image = this.file.image(below(this.folder, text.replaceAll("\\", "/")), this.split);
      this.#line = line.number;
      this.#counted = false;
      this.#count = this.#rows = 0;
    } else if (this.#image < 0) {
      this.#tell("reject", line.number, `the row "${text.slice(0, 80)}" belongs to no image`);
    } else if (!this.#counted && /^\d+$/.test(text)) {
      this.#counted = true;
      this.#count = Number(text);
    } else if (this.#count === 0 && this.#counted && /^[0\s]+$/.test(text)) {
      // An image without faces has a row of zeros all the same.
    } else {
      this.#rows++;
      this.file.add(this.#image, line.offset, line.length);
    }
  }

  #check(): void {
    if (this.#image < 0 || (this.#counted && this.#count === this.#rows)) return;
    const count = this.#counted ? `${this.#count}` : "no number of";
    this.#tell(
      "warning",
      this.#line,
      `it announces ${count} faces of "${this.#path}", and ${this.#rows} rows follow`,
    );
  }

  #tell(severity: "reject" | "warning", line: number, cause: string): void {
    this.view.issue({
      code: severity === "reject" ? "label-row-invalid" : "label-count-differs",
      severity,
      record: severity === "reject" ? "annotation" : undefined,
      path: this.file.path,
      line,
      message: `Look at "${this.file.path}": ${cause}.`,
      suggestion: "Restore the list from its source.",
    });
  }
}

function parse(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  return { annotations: readRows(bytes, context, readRow, true) };
}

function readRow(text: string, context: LabelContext): Annotation | Fault {
  const tokens = text.split(/\s+/);
  if (tokens.length < 4) return tooFew(tokens.length, "10: x, y, width, height and six attributes");
  const numbers = tokens.map(decimal);
  const bad = numbers.findIndex(Number.isNaN);
  if (bad >= 0) return notNumber(tokens[bad]);
  const [x, y, width, height, ...rest] = numbers;
  if (!(width > 0 && height > 0)) return NO_EXTENT;
  const known = ATTRIBUTES.slice(0, rest.length).map((name, i) => [name, rest[i]]);
  return {
    category: context.category("face"),
    x,
    y,
    width,
    height,
    ...(known.length > 0 ? { attributes: Object.fromEntries(known) } : {}),
  };
}

import type { CocoAnnotation, CocoCategory, CocoImage } from "../../model/dataset.ts";
import type {
  Contents,
  LabelOutput,
  LabelSink,
  LabelWriter,
  Lose,
  WriterHead,
  WriterImage,
} from "../writer.ts";
import { rounded } from "../writing/decimals.ts";
import { classIds, loseImageAttributes, loseWords } from "../writing/image_level.ts";
import { NOT_IN_LINES, safeClassNames } from "../writing/safe_names.ts";
import { LINES, SplitFiles, splitFolder } from "../writing/split_files.ts";
import { quoted } from "../yolo/write.ts";

/** A row of a metadata file; each has the same columns. */
export interface HfRow {
  readonly file_name: string;
  readonly width: number;
  readonly height: number;
  /** Number of the class of the image, from 0; only if some image has one. */
  readonly label?: number | null;
  /** Lists side by side; only if there are objects. */
  readonly objects?: HfObjects;
}

/** Objects of an image. */
export interface HfObjects {
  readonly id: readonly number[];
  /** `[x, y, width, height]`, px. */
  readonly bbox: readonly (readonly number[])[];
  /** Numbers of the classes, from 0. */
  readonly category: readonly number[];
  readonly area: readonly number[];
}

/** Columns that the rows of a dataset have beside those of the image. */
export interface HfColumns {
  readonly label: boolean;
  readonly objects: boolean;
}

/** Where the rows go. */
export interface HfTable {
  write(split: string | undefined, row: HfRow): void;
  end(): void | Promise<void>;
}

/**
 * Hugging Face `imagefolder` with `metadata.jsonl` in the folder of each split; the names of the classes are in the dataset card,
 * `README.md` (FORMATS §11.19).
 */
export const hfImagefolderWriter: LabelWriter = hfWriter("hf-imagefolder", (out) => {
  const files = new SplitFiles(out, (split) => `${splitFolder(split)}metadata.jsonl`, LINES);
  return {
    write: (split, row) => files.write(split, JSON.stringify(row) + "\n"),
    end: () => files.end(),
  };
});

/** A format of this kind; `open` says where the rows go. */
export function hfWriter(name: string, open: (out: LabelSink, columns: HfColumns) => HfTable): LabelWriter {
  return {
    name,
    losses,
    begin(head, out) {
      const columns = columnsOf(head.contents);
      return write(head, out, columns, open(out, columns));
    },
  };
}

function losses(image: CocoImage, _annotations: readonly CocoAnnotation[], lose: Lose): void {
  const classes = classIds(image).length;
  if (classes > 1) lose("tags", "beyond the first of an image are left out", classes - 1);
  loseWords(image, lose);
  loseImageAttributes(image, lose);
}

function columnsOf({ tags, boxes, polygons, parts, masks }: Contents): HfColumns {
  const objects = boxes + polygons + parts + masks > 0;
  return { label: tags > 0, objects: objects || tags === 0 };
}

function write(head: WriterHead, out: LabelSink, columns: HfColumns, table: HfTable): LabelOutput {
  const names = safeClassNames(head.categories, NOT_IN_LINES, out.issue);
  return {
    place: ({ split }, name) => splitFolder(split) + name,
    write: (image, annotations) => table.write(image.split, rowOf(image, annotations, columns)),
    async end() {
      await table.end();
      out.file("README.md", cardOf(names, head.categories, columns));
    },
  };
}

function rowOf(image: WriterImage, annotations: readonly CocoAnnotation[], columns: HfColumns): HfRow {
  const { path, split, width, height } = image;
  const [label] = classIds(image);
  return {
    file_name: path.slice(splitFolder(split).length),
    width,
    height,
    ...(columns.label && { label: label === undefined ? null : label - 1 }),
    ...(columns.objects && {
      objects: {
        id: annotations.map(({ id }) => id),
        bbox: annotations.map(({ bbox }) => bbox.map((value) => rounded(value))),
        category: annotations.map(({ category_id }) => category_id - 1),
        area: annotations.map(({ area }) => rounded(area)),
      },
    }),
  };
}

/** The dataset card: without it the library takes the numbers of the classes for mere numbers. */
function cardOf(
  names: readonly string[],
  categories: readonly CocoCategory[],
  { label, objects }: HfColumns,
): string {
  const classes = (indent: string) =>
    categories.length === 0 ? ["  dtype: int64"].map((line) => indent + line) : [
      `${indent}  dtype:`,
      `${indent}    class_label:`,
      `${indent}      names:`,
      ...names.map((name, i) => `${indent}        '${i}': ${quoted(name)}`),
    ];
  return [
    "---",
    "dataset_info:",
    "  features:",
    "  - name: image",
    "    dtype: image",
    "  - name: width",
    "    dtype: int64",
    "  - name: height",
    "    dtype: int64",
    ...label ? ["  - name: label", ...classes("  ")] : [],
    ...objects
      ? [
        "  - name: objects",
        "    struct:",
        "    - name: id",
        "      list: int64",
        "    - name: bbox",
        "      list:",
        "        list: float64",
        "        length: 4",
        "    - name: category",
        "      list:",
        ...classes("      "),
        "    - name: area",
        "      list: float64",
      ]
      : [],
    "---",
    "",
  ].join("\n");
}

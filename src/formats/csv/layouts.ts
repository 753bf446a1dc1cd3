import { filesNamed } from "../../tree/files_named.ts";
import { isImageName } from "../../model/image_names.ts";
import type { DatasetView } from "../format.ts";
import type { PlannedClass } from "../../model/planned_class.ts";
import { decodeText } from "../text.ts";
import { boxCsv, type BoxLayout } from "./boxes.ts";
import type { CsvHead } from "./find.ts";
import { csvFields, csvNumber, delimiterOf } from "./records.ts";

const CORNERS = ["xmin", "ymin", "xmax", "ymax"];

/** Numbers of the columns with these names; undefined if one is missing. */
function columns({ header }: CsvHead, names: readonly string[]): number[] | undefined {
  const found = names.map((name) => header.indexOf(name));
  return found.includes(-1) ? undefined : found;
}

/** Layout of a file with a column for each corner, the class, and the image. */
function cornerLayout(head: CsvHead, imageColumn: string, classColumn: string): BoxLayout | undefined {
  const found = columns(head, [imageColumn, classColumn, ...CORNERS]);
  if (!found) return undefined;
  const [image, className, ...corners] = found;
  return { delimiter: head.delimiter, hasHeader: true, image, className, corners, form: "corners" };
}

/** TensorFlow Object Detection API, and Roboflow's `_annotations.csv`. */
export const tfCsv = boxCsv({
  name: "tf-csv",
  isMarker: (name) => name === "_annotations.csv",
  layout(head) {
    const layout = cornerLayout(head, "filename", "class");
    const [width, height] = columns(head, ["width", "height"]) ?? [];
    return layout && { ...layout, width, height };
  },
});

/** VoTT's CSV export. */
export const vottCsv = boxCsv({
  name: "vott-csv",
  layout(head) {
    const layout = cornerLayout(head, "image", "label");
    return layout && { ...layout, fractions: false };
  },
});

/** Kaggle's Global Wheat Detection: one class, the box as a list in one column. */
export const wheatCsv = boxCsv({
  name: "wheat-csv",
  layout(head) {
    const found = columns(head, ["image_id", "width", "height", "bbox"]);
    if (!found) return undefined;
    const [image, width, height, box] = found;
    return {
      delimiter: head.delimiter,
      hasHeader: true,
      image,
      width,
      height,
      corners: [box],
      form: "list",
      onlyClass: "wheat",
      fractions: false,
    };
  },
});

const SETS = new Set(["TRAIN", "VALIDATION", "TEST", "UNASSIGNED"]);

/** Google AutoML Vision: no header, `SET,path,label,x1,y1,x2,y1,x2,y2,x1,y2` with the second and fourth corner often empty. */
export const automlCsv = boxCsv({
  name: "automl-csv",
  layout({ delimiter, records }) {
    if (!records.every((fields) => fields.length === 11 && SETS.has(fields[0].toUpperCase()))) {
      return undefined;
    }
    return {
      delimiter,
      hasHeader: false,
      split: 0,
      image: 1,
      className: 2,
      corners: [3, 4, 7, 8],
      form: "corners",
      fractions: true,
    };
  },
});

/** keras-retinanet: no header, `path,x1,y1,x2,y2,class`; classes in a file of their own. */
export const retinanetCsv = boxCsv({
  name: "retinanet-csv",
  layout({ delimiter, records }) {
    const fits = records.every((fields) =>
      fields.length === 6 && isImageName(fields[0]) &&
      fields.slice(1, 5).every((field) => field === "" || !Number.isNaN(csvNumber(field, delimiter))) &&
      (fields[5] !== "" || fields.slice(1).every((field) => field === ""))
    );
    if (!fits) return undefined;
    return {
      delimiter,
      hasHeader: false,
      image: 0,
      className: 5,
      corners: [1, 2, 3, 4],
      form: "corners",
      fractions: false,
    };
  },
  classes: readClassIds,
});

/** Classes of a `classes.csv` with `name,id` rows, by their ids. */
function readClassIds(view: DatasetView): PlannedClass[] {
  for (
    const path of filesNamed(view.labels, ["csv"], (name) => /^class(?:es|_names?|_ids?)?\.csv$/i.test(name))
  ) {
    const lines = decodeText(view.head(path)).text.split(/\r?\n/).filter((line) => line.trim() !== "");
    const rows = lines.map((line) => csvFields(line, delimiterOf(line)));
    const classes = rows.map(([name, id]) => ({ name, id: Number(id) }));
    if (
      rows.every((row) => row.length === 2 && row[0] !== "" && /^\d+$/.test(row[1])) && classes.length > 0
    ) {
      return classes.sort((a, b) => a.id - b.id).map(({ name }) => ({ name }));
    }
  }
  return [];
}

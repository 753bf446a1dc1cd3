import type { ParsedLabels } from "../../model/annotation.ts";
import { nameOf } from "../../model/image_names.ts";
import { splitOfLayout } from "../../tree/split.ts";
import type { Candidate, DatasetView, LabelContext, LabelFormat, LabelPlan } from "../format.ts";
import type { PlannedClass } from "../../model/planned_class.ts";
import { excerpt } from "../json/loose.ts";
import { LabelRanges } from "../matching/label_ranges.ts";
import { type CsvHead, findCsvFiles } from "./find.ts";
import { csvFields, csvRecords, rejectNameless, scanCsvFile } from "./records.ts";

/** Layout of one file. */
interface Layout {
  readonly delimiter: string;
  /** Class of each column after the first. */
  readonly classes: readonly string[];
}

/** Classes of whole images as columns of 0 and 1, Roboflow's `_classes.csv` (FORMATS §11.2). */
export const multiclassCsv: LabelFormat = { name: "multiclass-csv", detect, plan, parse };

function layoutOf({ delimiter, header, records }: CsvHead): Layout | undefined {
  const classes = records[0].slice(1);
  const fits = header[0] === "filename" && classes.length > 0 && records.length > 1 &&
    records.slice(1).every((fields) =>
      fields.length === header.length && fields.slice(1).every((field) => field === "0" || field === "1")
    );
  return fits ? { delimiter, classes } : undefined;
}

function detect(view: DatasetView): Candidate[] {
  const files = findCsvFiles(view, layoutOf);
  if (files.length === 0) return [];
  const marker = files.some(({ path }) => nameOf(path) === "_classes.csv");
  return [{
    format: "multiclass-csv",
    root: "",
    confidence: marker ? 3 : 2,
    reason: `"${files[0].path}" has a column of 0 and 1 for each class`,
    files: files.length,
  }];
}

function plan(view: DatasetView, candidate: Candidate): LabelPlan {
  const ranges = new LabelRanges(view);
  const classes = new Map<string, PlannedClass>();
  const settings = new Map<string, Layout>();
  for (const { path, found } of findCsvFiles(view, layoutOf)) {
    settings.set(path, found);
    for (const name of found.classes) if (!classes.has(name)) classes.set(name, { name });
    const into = ranges.file(path);
    scanCsvFile(view, path, (row) => {
      if (row.line === 1) return;
      const image = into.image(csvFields(row.text, found.delimiter)[0]);
      if (image < 0) return rejectNameless(view, path, row, "label");
      into.add(image, row.offset, row.length);
    });
  }
  ranges.finish();
  return {
    format: "multiclass-csv",
    root: candidate.root,
    classes: [...classes.values()],
    settings,
    labelFor: (path) => ranges.labelFor(path),
    splitOf: (path) => ranges.splitOf(path) ?? splitOfLayout(path),
    unused: () => ranges.unused(),
  };
}

function parse(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const { delimiter, classes } = (context.settings as ReadonlyMap<string, Layout>).get(context.path)!;
  const found: number[] = [];
  for (const text of csvRecords(bytes)) {
    const values = csvFields(text, delimiter).slice(1);
    if (values.length !== classes.length || values.some((value) => value !== "0" && value !== "1")) {
      context.issue({
        code: "row-invalid",
        severity: "reject",
        record: "label",
        message: `The row ${excerpt(text)} does not hold 0 or 1 for each of ${classes.length} classes.`,
      });
      continue;
    }
    values.forEach((value, i) => {
      if (value === "1") found.push(context.category(classes[i]));
    });
  }
  return { annotations: [], classes: [...new Set(found)] };
}

import { sortByBytes } from "../../tree/byte_order.ts";
import { filesNamed } from "../../tree/files_named.ts";
import { below, extensionOf, folderOf, nameOf } from "../../model/image_names.ts";
import { splitOfLayout } from "../../tree/split.ts";
import { csvFields, delimiterOf, scanCsvFile } from "../csv/records.ts";
import type { Candidate, DatasetView, LabelFormat, LabelPlan, LabelRef } from "../format.ts";
import { excerpt, parseLoose, textOfRange } from "../json/loose.ts";
import { asObject } from "../json/loose.ts";
import { LabelRanges } from "../matching/label_ranges.ts";
import { decodeText } from "../text.ts";
import { scanFileLines } from "../text_lines.ts";
import { readClassNames } from "./class_names.ts";
import { type HfFile, type HfSettings, parseHf } from "./parse.ts";

/** Hugging Face `imagefolder`: a `metadata` file in each folder, as JSON lines, CSV or Parquet (FORMATS §11.19). */
export const hfImagefolder: LabelFormat = { name: "hf-imagefolder", detect, plan, parse: parseHf };

const EXTENSIONS = ["jsonl", "csv", "parquet"];

function findFiles(view: DatasetView): { path: string; file: HfFile }[] {
  const found: { path: string; file: HfFile }[] = [];
  for (
    const path of sortByBytes(filesNamed(view.labels, EXTENSIONS, (name) => name.startsWith("metadata.")))
  ) {
    const kind = extensionOf(path);
    if (kind === "parquet") {
      // The footer names the columns; it is read when the file is.
      found.push({ path, file: { kind: "parquet" } });
      continue;
    }
    const first = decodeText(view.head(path)).text.split(/\r?\n/).find((line) => line.trim() !== "") ?? "";
    if (kind === "jsonl") {
      const record = asObject(parseLoose(first)?.value);
      if (record && nameKey(Object.keys(record)) !== undefined) found.push({ path, file: { kind: "jsonl" } });
      continue;
    }
    const delimiter = delimiterOf(first);
    const columns = csvFields(first, delimiter);
    if (nameKey(columns) !== undefined) found.push({ path, file: { kind: "csv", delimiter, columns } });
  }
  return found;
}

/** The column that names the image. */
function nameKey(columns: readonly string[]): string | undefined {
  return columns.find((name) => name === "file_name") ?? columns.find((name) => name.endsWith("_file_name"));
}

function detect(view: DatasetView): Candidate[] {
  const files = findFiles(view);
  if (files.length === 0) return [];
  return [{
    format: "hf-imagefolder",
    root: "",
    confidence: 3,
    reason: `"${files[0].path}" describes the images of its folder`,
    files: files.length,
  }];
}

async function plan(view: DatasetView, candidate: Candidate): Promise<LabelPlan> {
  const settings: HfSettings = { files: new Map(), names: readClassNames(view) };
  const ranges = new LabelRanges(view);
  /** Records of Parquet files, by the path of the image. */
  const texts = new Map<string, LabelRef>();
  for (const { path, file } of findFiles(view)) {
    settings.files.set(path, file);
    if (file.kind === "jsonl") planLines(view, path, ranges);
    else if (file.kind === "csv") planCsv(view, path, file, ranges);
    else {
      const { readParquet } = await import("./parquet.ts");
      await readParquet(view, path, (name, text) => texts.set(below(folderOf(path), name), { path, text }));
    }
  }
  ranges.finish();
  const missing = new Set(texts.keys());
  return {
    format: "hf-imagefolder",
    root: candidate.root,
    classes: settings.names.map((name) => ({ name })),
    settings,
    labelFor(path) {
      missing.delete(path);
      return texts.get(path) ?? ranges.labelFor(path);
    },
    splitOf: splitOfLayout,
    *unused() {
      for (const imagePath of missing) yield { label: texts.get(imagePath)!, imagePath };
      yield* ranges.unused();
    },
  };
}

function planLines(view: DatasetView, path: string, ranges: LabelRanges): void {
  const into = ranges.file(path);
  scanFileLines(view, path, ({ bytes, start, end, offset, length, number }) => {
    const text = textOfRange(bytes, start, end);
    if (text.trim() === "") return;
    const record = asObject(parseLoose(text)?.value);
    const key = record && nameKey(Object.keys(record));
    const image = key !== undefined ? into.image(String(record![key])) : -1;
    if (image >= 0) into.add(image, offset, length);
    else rejectRow(view, path, number, text);
  });
}

function planCsv(view: DatasetView, path: string, csv: HfFile, ranges: LabelRanges): void {
  const into = ranges.file(path);
  const column = csv.columns!.indexOf(nameKey(csv.columns!)!);
  let isHeader = true;
  scanCsvFile(view, path, ({ text, offset, length, line }) => {
    if (isHeader) return void (isHeader = false);
    const image = into.image(csvFields(text, csv.delimiter!)[column] ?? "");
    if (image >= 0) into.add(image, offset, length);
    else rejectRow(view, path, line, text);
  });
}

function rejectRow(view: DatasetView, path: string, line: number, text: string): void {
  view.issue({
    code: "row-without-image",
    severity: "reject",
    record: "label",
    path,
    line,
    message: `The row ${excerpt(text)} of "${nameOf(path)}" names no image.`,
  });
}

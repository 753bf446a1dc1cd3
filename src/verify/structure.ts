import { recordText } from "../manifest/lines.ts";
import { checkOrder } from "./coco.ts";
import type { ProblemList } from "./report.ts";
import type { Run, VerifyJob } from "./tasks.ts";

/** The lines of an annotation file in order; `images` and so on stand for runs of records. */
const ORDER = [
  '{"info":',
  '"licenses":',
  '"images":[',
  "image",
  "],",
  '"annotations":[',
  "annotation",
  "],",
  '"categories":[',
  "category",
  "]}",
] as const;

/**
 * Checks how the lines of the annotation file follow each other: the frame of the JSON document, ids without gaps, and counts.
 *
 * @param runs Runs of all tasks, in file order.
 * @param wanted How many records of each kind the manifest counts.
 */
export function checkStructure(
  job: VerifyJob,
  runs: Run[],
  wanted: { image: number; annotation: number; category: number },
  problems: ProblemList,
): void {
  const { names: { annotations: file }, firstCategory } = job;
  const firsts = { image: 1, annotation: 1, category: firstCategory };
  const counts = { image: 0, annotation: 0, category: 0 };
  const categories: string[] = [];
  let step = 0;
  let before: Run | undefined;
  for (const run of runs) {
    if (run.kind === "text") {
      for (const line of run.lines) step = textStep(line, step, run.byte, file, problems);
      before = undefined;
      continue;
    }
    if (before?.kind === run.kind) {
      checkOrder(job, before, run, problems);
    } else {
      const first = firsts[run.kind];
      checkOrder(job, { ...run, last: first - 1, lastImage: 0, comma: true }, run, problems);
      if (ORDER[step] === run.kind) step++;
      else wrongLine(file, run.byte, `a record of kind ${run.kind}`, step, problems);
    }
    counts[run.kind] += run.count;
    if (run.kind === "category") categories.push(...run.lines);
    before = run;
  }
  if (step < ORDER.length) wrongLine(file, undefined, "the end of the file", step, problems);
  runs.forEach((run, i) => {
    if (run.kind !== "text" && run.comma && runs[i + 1]?.kind !== run.kind) {
      const message = `A comma follows the last ${run.kind}, whose run begins at byte ${run.byte}.`;
      problems.add({ code: "annotations-structure", file, byte: run.byte, message });
    }
  });
  checkCategories(file, categories, problems);
  for (const kind of ["image", "annotation", "category"] as const) {
    if (counts[kind] === wanted[kind]) continue;
    const message = `There are ${counts[kind]} ${kind} records, the manifest counts ${wanted[kind]}.`;
    problems.add({ code: "annotations-count", file, message });
  }
}

/** Checks a line that is no record; returns the step after it. */
function textStep(line: string, step: number, byte: number, file: string, problems: ProblemList): number {
  // An empty section leaves its place to an empty line.
  const empty = ["image", "annotation", "category"].includes(ORDER[step]);
  if (empty && line === "") return step + 1;
  const wanted = ORDER[step];
  if (step < 2 ? line.startsWith(wanted) && isMember(line, step) : line === wanted) return step + 1;
  wrongLine(file, byte, JSON.stringify(line.slice(0, 80)), step, problems);
  const found = ORDER.findIndex((text, i) => i >= step && text === line);
  return found < 0 ? step : found + 1;
}

/** True if one of the first two lines is JSON, once the rest of the document is put after it. */
function isMember(line: string, step: number): boolean {
  try {
    JSON.parse(`${step === 0 ? "" : "{"}${line}"":0}`);
    return true;
  } catch {
    return false;
  }
}

function wrongLine(
  file: string,
  byte: number | undefined,
  found: string,
  step: number,
  problems: ProblemList,
): void {
  const wanted = step < ORDER.length ? `the line ${ORDER[step]}` : "the end of the file";
  const message = `Found ${found}${byte === undefined ? "" : ` at byte ${byte}`}, expected ${wanted}.`;
  problems.add({ code: "annotations-structure", file, byte, message });
}

function checkCategories(file: string, lines: string[], problems: ProblemList): void {
  const names = new Set<unknown>();
  lines.forEach((line, i) => {
    const add = (cause: string) =>
      problems.add({ code: "category", file, message: `Category ${i + 1} ${cause}.` });
    let record: Record<string, unknown>;
    try {
      record = JSON.parse(recordText(line));
    } catch {
      return add("is not JSON");
    }
    const { name, supercategory } = record;
    if (typeof name !== "string") add(`has the name ${JSON.stringify(name)}, which is no text`);
    if (names.has(name)) add(`has the name ${JSON.stringify(name)}, which another has too`);
    if (typeof supercategory !== "string" || supercategory === "") add("has no supercategory");
    names.add(name);
  });
}

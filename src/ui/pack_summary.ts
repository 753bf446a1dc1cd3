import { catalogue } from "../model/catalogue.ts";
import type { PackReport } from "../pack/options.ts";
import { bytes, count, duration, plural, printable, rate, shellQuote } from "./format.ts";
import { type Row, table } from "./table.ts";

/** A line of `rejects.jsonl`. */
export interface Reject {
  readonly code: string;
  readonly path: string;
  readonly line?: number;
  readonly message: string;
}

/** What the summary shows beside the report. */
export interface SummaryContext {
  /** Folder of the set, as the user would write it. */
  readonly output: string;
  /** First rejects of the list, a few of each code. */
  readonly rejects: readonly Reject[];
  /** Command to try next. */
  readonly next: string | undefined;
}

/** Classes named in the table; the rest are counted. */
const NAMED = 8;

/** What a run did, as a short table. */
export function packSummary(report: PackReport, { output, rejects, next }: SummaryContext): string[] {
  const left = leftOut(report);
  const lines = [
    `Packed ${plural(report.frames, "image")} into ${shellQuote(output)} in ${duration(report.seconds)} ` +
    `(${rate(report.frames / Math.max(report.seconds, 1e-3))})`,
    "",
    ...table([
      ["images", images(report)],
      ["annotations", count(report.annotations)],
      ["classes", classList(report.categories)],
      ["splits", splits(report.splits)],
      [
        "labels",
        report.formats.map(({ format, root }) => `${format}${root && ` in ${printable(root)}`}`).join(", ") ||
        undefined,
      ],
      [
        "passed over",
        report.skippedLabels ? `${plural(report.skippedLabels, "label file")} without an image` : undefined,
      ],
      ...Object.entries(report.files).map((
        [name, size],
      ): Row => ["file", `${printable(name)}, ${bytes(size)}`]),
    ]),
  ];
  const kinds = Object.entries(report.issues).sort(([, a], [, b]) => b - a);
  if (kinds.length > 0) {
    const width = Math.max(...kinds.map(([, times]) => count(times).length));
    lines.push("", "Noticed:");
    for (const [code, times] of kinds) {
      lines.push(`  ${count(times).padStart(width)} × ${catalogue[code]?.title ?? code} (${code})`);
    }
  }
  if (left > 0) lines.push("", ...rejectLines(report, rejects, output));
  if (next) lines.push("", `Next: ${next}`);
  return lines;
}

/** Inputs that were left out. */
export function leftOut({ rejects }: PackReport): number {
  return rejects.image + rejects.label + rejects.annotation;
}

function images({ frames, background, placeholders }: PackReport): string {
  const remarks = [
    ...(background > 0 ? [`${count(background)} without labels`] : []),
    ...(placeholders > 0 ? [`${count(placeholders)} grey placeholders`] : []),
  ];
  return remarks.length > 0 ? `${count(frames)} (${remarks.join(", ")})` : count(frames);
}

/** `3: cat, dog, horse`, or undefined for none. */
export function classList(names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const named = names.slice(0, NAMED).map(printable).join(", ");
  return `${count(names.length)}: ${named}${names.length > NAMED ? ", …" : ""}`;
}

/** `train 80, val 20`; undefined if no image is in a split. */
export function splits(counts: Readonly<Record<string, number>>): string | undefined {
  const named = Object.keys(counts).filter((name) => name !== "");
  if (named.length === 0) return undefined;
  const parts = named.map((name) => `${printable(name)} ${count(counts[name])}`);
  return [...parts, ...(counts[""] ? [`none ${count(counts[""])}`] : [])].join(", ");
}

function rejectLines(report: PackReport, rejects: readonly Reject[], output: string): string[] {
  const parts = [
    ["image", report.rejects.image],
    ["label file", report.rejects.label],
    ["annotation", report.rejects.annotation],
  ] as const;
  const what = parts.filter(([, number]) => number > 0).map(([noun, number]) => plural(number, noun)).join(
    ", ",
  );
  const list = shellQuote(`${output.replace(/\/+$/, "")}/rejects.jsonl`);
  return [
    `Left out: ${what}. Each is listed with its reason in ${list}`,
    ...rejects.map(({ path, line, message }) =>
      `  ${printable(path)}${line === undefined ? "" : `:${line}`}: ${printable(message)}`
    ),
  ];
}

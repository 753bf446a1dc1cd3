import { catalogue } from "../model/catalogue.ts";
import type { PackReport } from "../pack/options.ts";
import { bytes, count, duration, plural, printable, rate, shellQuote } from "../text/format.ts";
import { type Row, table } from "./table.ts";
import { proofLine, settingsLine } from "./video_lines.ts";

/** Classes named in the table; the rest are counted. */
const NAMED = 8;

/** What the summary tells beside the report. */
export interface PackSummaryContext {
  /** Command that packed. */
  readonly stage: "run" | "bundle" | "annotate";
  /** Folder of the set, as the user would write it. */
  readonly output: string;
  /** Trainer the annotations are for. */
  readonly profile?: "dfine" | "mmdet";
  /** Command to try next, if there is one. */
  readonly next?: string;
}

const verbs = { run: "Packed", bundle: "Bundled", annotate: "Annotated" } as const;

/** What a run did, as a short table. */
export function packSummary(report: PackReport, context: PackSummaryContext): string[] {
  const { stage, output, next } = context;
  const { video } = report;
  const speed = rate(report.frames / Math.max(report.seconds, 1e-3), "images");
  const lines = [
    `${verbs[stage]} ${plural(report.frames, "image")} ${stage === "annotate" ? "in" : "into"} ${
      shellQuote(output)
    } in ${duration(report.seconds)}, ${speed}`,
    ...(report.placeholders > 0 ? [placeholderLine(report)] : []),
    "",
    ...table([
      ["images", images(report, stage !== "bundle")],
      ["annotations", stage === "bundle" ? undefined : count(report.annotations)],
      ["classes", classList(report.categories)],
      ["splits", splits(report.splits)],
      ["labels", labels(report)],
      ["passed over", passedOver(report)],
      [
        "video",
        video && `${settingsLine(video.summary)}; the image files have ${bytes(video.originalBytes)}`,
      ],
      ["proof", video && proofLine(video.summary, video.worstName)],
      ...files(report.files),
    ]),
  ];
  if (context.profile === "mmdet") {
    lines.push("", `metainfo = dict(classes=${pythonTuple(report.categories)})`);
  }
  const kinds = kindsOfIssues(report.issues);
  if (kinds.length > 0) lines.push("", "Noticed", ...kinds);
  if (leftOut(report) > 0) lines.push("", rejectLine(report, output));
  if (next) lines.push("", `Next: ${next}`);
  return lines;
}

/** Names as Python writes them; one alone needs its comma. */
function pythonTuple(names: readonly string[]): string {
  return `(${names.map((name) => JSON.stringify(name)).join(", ")}${names.length === 1 ? "," : ""})`;
}

/** Inputs that were left out. */
export function leftOut({ rejects }: PackReport): number {
  return rejects.image + rejects.label + rejects.annotation;
}

/** How often each kind of issue came up, most frequent first. */
export function kindsOfIssues(issues: Readonly<Record<string, number>>): string[] {
  const kinds = Object.entries(issues).sort(([, a], [, b]) => b - a);
  const width = Math.max(0, ...kinds.map(([, times]) => count(times).length));
  return kinds.map(([code, times]) =>
    `  ${count(times).padStart(width)}  ${catalogue[code]?.title ?? code} [${code}]`
  );
}

/** `3: cat, dog, horse`; undefined for none. */
export function classList(names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const named = names.slice(0, NAMED).map(printable).join(", ");
  return `${count(names.length)}: ${named}${names.length > NAMED ? ", …" : ""}`;
}

/** `train 80, val 20`; undefined if no image is in a split. */
export function splits(counts: Readonly<Record<string, number>>): string | undefined {
  const named = Object.keys(counts).filter((name) => name !== "");
  if (named.length === 0) return undefined;
  const parts = named.sort().map((name) => `${printable(name)} ${count(counts[name])}`);
  return [...parts, ...(counts[""] ? [`none ${count(counts[""])}`] : [])].join(", ");
}

/** One row for each file, sizes aligned. */
export function files(sizes: Readonly<Record<string, number>>): Row[] {
  const width = Math.max(0, ...Object.values(sizes).map((size) => bytes(size).length));
  return Object.entries(sizes).map(([name, size], i) =>
    [i === 0 ? "files" : "", `${bytes(size).padStart(width)}  ${printable(name)}`] as const
  );
}

function images({ frames, background, placeholders }: PackReport, withLabels: boolean): string {
  const remarks = [
    ...(withLabels && background > 0 ? [`${count(background)} without labels`] : []),
    ...(placeholders > 0 ? [plural(placeholders, "grey placeholder")] : []),
  ];
  return remarks.length > 0 ? `${count(frames)} (${remarks.join(", ")})` : count(frames);
}

function placeholderLine({ placeholders }: PackReport): string {
  return `There were labels but no images: ${plural(placeholders, "grey frame")} ` +
    `${placeholders === 1 ? "stands" : "stand"} in. To refuse that, pass --no-auto-generate-placeholders.`;
}

function labels({ formats }: PackReport): string | undefined {
  if (formats.length === 0) return undefined;
  return formats.map(({ format, root }) => `${format}${root && ` in ${printable(root)}`}`).join(", ");
}

function passedOver({ skippedLabels }: PackReport): string | undefined {
  return skippedLabels > 0 ? `${plural(skippedLabels, "label")} without an image in the set` : undefined;
}

function rejectLine({ rejects }: PackReport, output: string): string {
  const kinds = [
    ["image", rejects.image],
    ["label file", rejects.label],
    ["annotation", rejects.annotation],
  ] as const;
  const what = kinds.filter(([, times]) => times > 0).map(([noun, times]) => plural(times, noun)).join(", ");
  return `Left out: ${what}. The reason of each is in ${
    shellQuote(`${output.replace(/\/+$/, "")}/rejects.jsonl`)
  }`;
}

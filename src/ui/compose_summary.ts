import type { CompactReport, ComposeReport, MergeReport, SplitReport } from "../compose/options.ts";
import { bytes, count, duration, plural, shellQuote } from "../text/format.ts";
import { columnsOf, table } from "./table.ts";

/** Names that are told one by one. */
const NAMED = 10;

/** What `compact` did, or would do. */
export function compactSummary(report: CompactReport, set: string, next?: string): string[] {
  const { written, needed, before, size, dead, generation, seconds, images, annotations, forgotten } = report;
  const where = shellQuote(set);
  if (!needed) return [`Nothing of ${where} is dead, and its frames are in order: nothing was written`];
  const head = written
    ? `Compacted ${where} in ${duration(seconds)}`
    : `Nothing was written. ${deadBytes(report)}`;
  const rows = table([
    ["bundle", `${bytes(before)} → ${bytes(size)}`],
    ["dead bytes", dead > 0 ? bytes(dead) : undefined],
    ["generation", written ? count(generation) : undefined],
    [written ? "forgotten" : "to be forgotten", plural(forgotten, "generation")],
    ["images", count(images)],
    ["annotations", count(annotations)],
  ]);
  return [head, "", ...rows, ...nextLines(next)];
}

/** How much of a bundle no image needs. */
export function deadBytes({ dead, before }: Pick<CompactReport, "dead" | "before">): string {
  const percent = Math.round(dead / Math.max(before, 1) * 100);
  return dead > 0 ? `${bytes(dead)} of ${bytes(before)} (${percent} %) are dead.` : "No bytes are dead.";
}

/** What `merge` did. */
export function mergeSummary(report: MergeReport, output: string, dedupe: boolean, next: string): string[] {
  const { joined, renamed, duplicates } = report;
  const lines = [
    ...written(report, output, [
      ["the same in two", joined > 0 ? `${plural(joined, "image")}, joined` : undefined],
      [
        "same bytes",
        duplicates > 0
          ? `${plural(duplicates, "image")} under another name, ${
            dedupe ? "left out" : "kept (--dedupe leaves them out)"
          }`
          : undefined,
      ],
    ]),
  ];
  if (renamed.length > 0) {
    lines.push(
      "",
      `${plural(renamed.length, "image")} got another name, as theirs was that of another image:`,
    );
    for (const { from, to } of renamed.slice(0, NAMED)) lines.push(`  ${from} → ${to}`);
    if (renamed.length > NAMED) lines.push(`  and ${count(renamed.length - NAMED)} more`);
  }
  return [...lines, ...nextLines(next)];
}

/** What `subset` wrote. */
export function subsetSummary(report: ComposeReport, output: string, next: string): string[] {
  return [...written(report, output), ...nextLines(next)];
}

/** What `split` wrote. */
export function splitSummary({ sets, seconds }: SplitReport, output: string): string[] {
  const rows = Object.entries(sets).map((
    [name, { images, annotations, size }],
  ) => [name, count(images), count(annotations), bytes(size)]);
  return [
    `Wrote ${plural(rows.length, "set")} below ${shellQuote(output)} in ${duration(seconds)}`,
    "",
    ...columnsOf(["split", "images", "annotations", "bundle"], rows),
  ];
}

function written(report: ComposeReport, output: string, more: Parameters<typeof table>[0] = []): string[] {
  const { images, annotations, categories, size, media, seconds } = report;
  return [
    `Wrote ${shellQuote(output)} in ${duration(seconds)}`,
    "",
    ...table([
      ["images", count(images)],
      ["annotations", count(annotations)],
      ["classes", count(categories.length)],
      ["bundle", `${bytes(size)} ${media}`],
      ...more,
    ]),
  ];
}

function nextLines(next: string | undefined): string[] {
  return next === undefined ? [] : ["", `Next: ${next}`];
}

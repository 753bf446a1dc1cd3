import type { AppendReport } from "../generations/change.ts";
import type { GenerationSummary, SetHistory } from "../generations/set_history.ts";
import { bytes, count, plural, printable, shellQuote } from "../text/format.ts";
import { columnsOf } from "./table.ts";

/** The generations of a set. */
export function historySummary({ generations, dead }: SetHistory, set: string): string[] {
  const rows = generations.map((one) => [
    count(one.generation),
    count(one.images),
    count(one.annotations),
    bytes(one.size),
    [changes(one), one.date, one.message].filter((text) => text).map((text) => printable(text!)).join("; "),
  ]);
  const share = Math.round(100 * dead / Math.max(1, generations.at(-1)!.size));
  return [
    `${shellQuote(set)} has ${plural(generations.length, "generation")}`,
    "",
    ...columnsOf(["", "images", "annotations", "bundle", "what became different"], rows),
    ...(dead > 0
      ? ["", `${bytes(dead)} of the bundle (${share} %) belong to nothing that is there now`]
      : []),
  ];
}

/** What `rollback` did. */
export function rollbackSummary(report: AppendReport, set: string, to: number, next: string): string[] {
  return [
    `${shellQuote(set)} is as it was in generation ${to}: generation ${report.generation}, ${
      plural(report.images, "image")
    }, ${plural(report.annotations, "annotation")}`,
    `  ${changes(report) || "nothing was different"}`,
    "",
    `Next: ${next}`,
  ];
}

type Changes = Partial<
  Pick<GenerationSummary, "added" | "changed" | "moved" | "removed" | "relabelled" | "restores">
>;

function changes(one: Changes): string {
  const kinds = ["added", "changed", "moved", "removed", "relabelled"] as const;
  const counts = kinds.flatMap((kind) => one[kind] ? [`${count(one[kind])} ${kind}`] : []);
  return [...(one.restores === undefined ? [] : [`back to ${one.restores}`]), ...counts].join(", ");
}

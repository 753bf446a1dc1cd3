import type { Problem, VerifyReport } from "../verify/report.ts";
import { bytes, count, duration, plural, printable, rate, shellQuote } from "../text/format.ts";
import { table } from "./table.ts";

/** Problems shown; all are counted. */
const SHOWN = 10;

/**
 * What verification found.
 *
 * @param set Folder of the set, as the user wrote it.
 * @param next Command to try next; only said of a set that is sound.
 */
export function verifySummary(report: VerifyReport, set: string, next?: string): string[] {
  const where = shellQuote(set);
  const speed = `${bytes(report.bytes / Math.max(report.seconds, 1e-3))}/s`;
  const took = `in ${duration(report.seconds)}, ${speed}, ${
    rate(report.frames / Math.max(report.seconds, 1e-3), "images")
  }`;
  const deep = report.decoded ? ", every frame decoded" : report.deep ? ", SHA-256 of every image" : "";
  const facts = table([
    ["images", count(report.frames)],
    ["annotations", count(report.annotations)],
    ["classes", count(report.categories)],
    ["bundle", bytes(report.bytes)],
    ["checked", report.remote ? ofStore(report.remote) : `every byte and reference${deep}`],
  ]);
  if (report.ok) {
    return [`${where} is sound: verified ${took}`, "", ...facts, ...(next ? ["", `Next: ${next}`] : [])];
  }
  const kinds = Object.entries(report.counts);
  const width = Math.max(...kinds.map(([, times]) => count(times).length));
  const shown = report.problems.slice(0, SHOWN);
  const more = report.problemCount - shown.length;
  return [
    `${where} is damaged: ${plural(report.problemCount, "problem")} found ${took}`,
    "",
    ...kinds.map(([code, times]) => `  ${count(times).padStart(width)}  ${code}`),
    "",
    ...shown.map((problem) => `  ${place(problem)}: ${printable(problem.message)}`),
    ...(more > 0 ? [`  and ${count(more)} more`] : []),
    "",
    "Fetch the set again from where it came, or pack the dataset again.",
  ];
}

/** What was looked at of a set in a store. */
function ofStore({ imagesRead, bundleChecksum }: NonNullable<VerifyReport["remote"]>): string {
  return [
    "manifest and annotations as a whole",
    bundleChecksum ? "the store's checksum of the bundle" : "the bundle's size",
    ...(imagesRead > 0 ? [`SHA-256 of ${plural(imagesRead, "image")}`] : []),
  ].join(", ");
}

function place({ file, frame, byte }: Problem): string {
  return [
    printable(file),
    ...(frame === undefined ? [] : [`frame ${frame}`]),
    ...(byte === undefined ? [] : [`byte ${byte}`]),
  ].join(", ");
}

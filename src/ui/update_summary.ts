import type { UpdateReport } from "../update/options.ts";
import type { UploadReport } from "../upload/options.ts";
import { bytes, count, duration, plural, shellQuote } from "../text/format.ts";
import { kindsOfIssues } from "./pack_summary.ts";
import { type Row, table } from "./table.ts";

/**
 * What an update did, or would do.
 *
 * @param output Folder of the set, as the user would write it.
 * @param sent What was sent to a store.
 * @param next Command to try next.
 */
export function updateSummary(
  report: UpdateReport,
  output: string,
  sent?: UploadReport,
  next?: string,
): string[] {
  const { written, dryRun, generation, images, annotations, seconds } = report;
  const where = shellQuote(output);
  const different = report.added + report.changed + report.moved + report.removed + report.relabelled > 0;
  const head = written
    ? `Updated ${where} to generation ${generation} in ${duration(seconds)}`
    : dryRun && different
    ? `Nothing was written. An update of ${where} would change this:`
    : `Nothing has changed since generation ${generation} of ${where}: nothing was written`;
  const lines = [
    head,
    "",
    ...table([
      ...changes(report),
      ["images", count(images)],
      ["annotations", dryRun ? undefined : count(annotations)],
      [
        "appended",
        written || dryRun
          ? `${bytes(report.appended)} to ${bytes(report.size - (written ? report.appended : 0))}`
          : undefined,
      ],
      ["sent", sent && `${bytes(sent.bytesSent)} in ${plural(sent.requests, "request")}`],
      ["files read", report.hashed > 0 ? `${count(report.hashed)} whose times told nothing` : undefined],
    ]),
  ];
  const kinds = kindsOfIssues(report.issues);
  if (kinds.length > 0) lines.push("", "Noticed", ...kinds);
  const { image, label, annotation } = report.rejects;
  if (image + label + annotation > 0 && !dryRun) {
    lines.push(
      "",
      `Left out: ${plural(image + label + annotation, "input")}, listed in ${
        shellQuote(`${output.replace(/\/+$/, "")}/rejects.jsonl`)
      }`,
    );
  }
  if (next) lines.push("", `Next: ${next}`);
  return lines;
}

function changes({ dryRun, added, changed, moved, removed, relabelled }: UpdateReport): Row[] {
  const rows: [string, number][] = [
    ["new", added],
    ["changed", changed],
    ["renamed or moved", moved],
    ["gone", removed],
    [dryRun ? "labels to read" : "other labels", relabelled],
  ];
  return rows.filter(([, images]) => images > 0).map(([name, images]) =>
    [name, plural(images, "image")] as const
  );
}

import type { ConvertReport } from "../convert/options.ts";
import { lossSentence } from "../convert/loss.ts";
import { bytes, count, duration, plural, rate, shellQuote } from "../text/format.ts";
import { classList, kindsOfIssues, splits } from "./pack_summary.ts";
import { table } from "./table.ts";

/**
 * What a conversion did.
 *
 * @param output Folder, as the user would write it.
 */
export function convertSummary(report: ConvertReport, output: string): string[] {
  const { losses, to } = report;
  if (report.dryRun) {
    if (losses.length === 0) return [`"${to}" holds all that is in the labels.`];
    return [`"${to}" would lose:`, ...losses.map((loss) => `  ${lossSentence(loss)}`)];
  }
  const speed = rate(report.images / Math.max(report.seconds, 1e-3), "images");
  const kinds = kindsOfIssues(report.source?.issues ?? {});
  const rejected = leftOut(report);
  return [
    `Wrote the labels of ${plural(report.images, "image")} as ${to} into ${shellQuote(output)} in ` +
    `${duration(report.seconds)}, ${speed}`,
    "",
    ...table([
      ["annotations", count(report.annotations)],
      ["classes", classList(report.categories)],
      ["splits", splits(report.splits)],
      ["label files", count(report.labelFiles)],
      ["image files", imageFiles(report)],
      ["renamed", report.renamed > 0 ? plural(report.renamed, "image") : undefined],
    ]),
    ...(losses.length > 0 ? ["", "Lost", ...losses.map((loss) => `  ${lossSentence(loss)}`)] : []),
    ...(kinds.length > 0 ? ["", "Noticed", ...kinds] : []),
    ...(rejected > 0 ? ["", rejectLine(rejected, output)] : []),
  ];
}

/** Inputs that could not be read. */
export function leftOut({ source }: ConvertReport): number {
  const { image, label, annotation } = source?.rejects ?? { image: 0, label: 0, annotation: 0 };
  return image + label + annotation;
}

function imageFiles({ imageFiles, imageBytes, missingImages }: ConvertReport): string | undefined {
  if (imageFiles + missingImages === 0) return undefined;
  const size = imageBytes > 0 ? ` (${bytes(imageBytes)})` : "";
  return `${count(imageFiles)}${size}${missingImages > 0 ? `, ${count(missingImages)} are not there` : ""}`;
}

function rejectLine(rejected: number, output: string): string {
  const list = shellQuote(`${output.replace(/\/+$/, "")}/rejects.jsonl`);
  return `Left out: ${plural(rejected, "input")}. The reason of each is in ${list}`;
}

import type { ExtractReport } from "../extract/options.ts";
import { bytes, duration, plural, rate, shellQuote } from "../text/format.ts";

/** What an extraction did. */
export function extractSummary(report: ExtractReport): string[] {
  const speed = rate(report.frames / Math.max(report.seconds, 1e-3), "images");
  const labels = report.labels > 0 ? ` and ${plural(report.labels, "label file")}` : "";
  const form = report.format ? ` as ${report.format}` : "";
  return [
    `Restored ${plural(report.frames, "image")}${form}${labels} (${bytes(report.bytes)}) into ${
      shellQuote(report.dir)
    } in ` +
    `${duration(report.seconds)}, ${speed}`,
  ];
}

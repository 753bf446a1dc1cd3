import type { Candidate, DatasetView, LabelFormat } from "../format.ts";
import { parseCvat } from "./parse.ts";
import { planCvat } from "./plan.ts";
import { findCvatFiles } from "./sniff.ts";

/** CVAT XML 1.1, for images and for video: one file for a task or project, however large (FORMATS §8). */
export const cvat: LabelFormat = { name: "cvat", detect, plan: planCvat, parse: parseCvat };

function detect(view: DatasetView): Candidate[] {
  const paths = findCvatFiles(view);
  if (paths.length === 0) return [];
  const more = paths.length > 1 ? ` and ${paths.length - 1} more have` : " has";
  return [{
    format: "cvat",
    root: "",
    confidence: 3,
    reason: `"${paths[0]}"${more} the root element of CVAT's XML`,
    files: paths.length,
  }];
}

import { splitOfLayout } from "../../tree/split.ts";
import type { Candidate, DatasetView, LabelFormat, LabelPlan } from "../format.ts";
import { sampleJsonFiles } from "../json/find.ts";
import { asObject } from "../json/loose.ts";
import { Pairing } from "../matching/pairing.ts";
import { labelList } from "./label_list.ts";
import { parseLabelMe } from "./parse.ts";
import { straysOf } from "./strays.ts";

const decoder = new TextDecoder();

/** LabelMe JSON: one file for each image, mostly beside it; also what AnyLabeling makes of it (FORMATS §7). */
export const labelme: LabelFormat = { name: "labelme", detect, plan, parse: parseLabelMe };

function detect(view: DatasetView): Candidate[] {
  const { files, looked, fitting, first } = sampleJsonFiles(view, isLabelMe);
  if (fitting === 0) return [];
  return [{
    format: "labelme",
    root: "",
    confidence: fitting >= 0.8 * looked ? 2 : 1,
    reason: `${fitting} of ${looked} JSON files looked into are LabelMe's, like "${first}"`,
    files,
  }];
}

function isLabelMe(head: unknown): boolean {
  const root = asObject(head);
  if (!Array.isArray(root?.shapes)) return false;
  const first = asObject(root.shapes[0]);
  return "imagePath" in root || "imageData" in root || "flags" in root && root.shapes.length === 0 ||
    first !== undefined && "label" in first && ("points" in first || "shape_type" in first);
}

function plan(view: DatasetView, { format, root }: Candidate): LabelPlan {
  const strays = straysOf(view);
  const astray = new Set(strays.values());
  const pairs = new Pairing(view, { extension: "json", others: astray });
  return {
    format,
    root,
    classes: labelList(view).map((name) => ({ name })),
    settings: undefined,
    labelFor(path) {
      const stray = strays.get(path);
      return stray === undefined ? pairs.labelFor(path) : { path: stray };
    },
    isLabel: (path) => pairs.isLabel(path) || astray.has(path),
    splitOf: splitOfLayout,
    *unused() {
      let isFirst = true;
      for (const orphan of pairs.unused()) {
        if (isFirst) tellEmbeddedImage(view, orphan.label.path);
        isFirst = false;
        yield orphan;
      }
    },
  };
}

/** Says so if the image that is missing is in the label file: it is not taken out of it. */
function tellEmbeddedImage(view: DatasetView, path: string): void {
  if (!/"imageData"\s*:\s*"/.test(decoder.decode(view.head(path)))) return;
  view.issue({
    code: "image-in-label",
    severity: "warning",
    path,
    message:
      `"${path}" holds its image itself, as imageData: it is not taken out, and no image file is there.`,
  });
}

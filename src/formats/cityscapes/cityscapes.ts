import { splitOfLayout } from "../../tree/split.ts";
import type { Candidate, DatasetView, LabelFormat, LabelPlan } from "../format.ts";
import { sampleJsonFiles } from "../json/find.ts";
import { asObject } from "../json/loose.ts";
import { Pairing } from "../matching/pairing.ts";
import { parseCityscapes } from "./parse.ts";

/** Cityscapes: `gtFine/<split>/<city>/<id>_gtFine_polygons.json` for `leftImg8bit/<split>/<city>/<id>_leftImg8bit.png` (FORMATS §11.10). */
export const cityscapes: LabelFormat = { name: "cityscapes", detect, plan, parse: parseCityscapes };

const LABEL = /_gt(?:Fine|Coarse)_polygons\.json$/;
const IMAGE = /_leftImg8bit(?=\.\w+$)/;
/** Pictures of the same labels that lie beside them. */
const PICTURE = /_gt(?:Fine|Coarse)_(?:color|labelIds|labelTrainIds|instanceIds|instanceTrainIds)\.png$/;

function detect(view: DatasetView): Candidate[] {
  const { files, looked, fitting, first } = sampleJsonFiles(view, isCityscapes);
  if (fitting === 0) return [];
  const clear = fitting >= 0.8 * looked;
  return [{
    format: "cityscapes",
    root: "",
    confidence: !clear ? 1 : LABEL.test(first!) ? 3 : 2,
    reason: `${fitting} of ${looked} JSON files looked into are Cityscapes polygons, like "${first}"`,
    files,
  }];
}

function isCityscapes(head: unknown): boolean {
  const root = asObject(head);
  if (!root || !("imgHeight" in root && "imgWidth" in root) || !Array.isArray(root.objects)) return false;
  const first = asObject(root.objects[0]);
  return root.objects.length === 0 || first !== undefined && "label" in first && "polygon" in first;
}

function plan(view: DatasetView, { format, root }: Candidate): LabelPlan {
  const pairs = new Pairing(view, {
    extension: "json",
    labelNames: (image) => {
      const stem = image.replace(/\.\w+$/, "").replace(/_leftImg8bit$/, "");
      return IMAGE.test(image)
        ? [`${stem}_gtFine_polygons.json`, `${stem}_gtCoarse_polygons.json`]
        : [`${stem}.json`, `${stem}_gtFine_polygons.json`];
    },
    imageStem: (label) => label.replace(LABEL, "_leftImg8bit").replace(/\.json$/, ""),
  });
  return {
    format,
    root,
    classes: [],
    settings: undefined,
    labelFor: (path) => pairs.labelFor(path),
    isLabel: (path) => pairs.isLabel(path),
    splitOf: splitOfLayout,
    unused: () => pairs.unused(),
    claims: (path) => PICTURE.test(path),
  };
}

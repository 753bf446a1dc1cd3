import type { ParsedLabels } from "../../model/annotation.ts";
import { Pairing } from "../pairing.ts";
import type { Candidate, DatasetView, LabelContext, LabelFormat, LabelPlan, VocOffset } from "../format.ts";
import { readAnnotation } from "./annotation.ts";
import { sniffVoc } from "./sniff.ts";
import { ImageSets } from "./splits.ts";
import { parseXml } from "./parse_xml.ts";

/** Pascal VOC: one XML file for each image, in VOC's folders, beside the images, or in `annotations/` (FORMATS §5). */
export const voc: LabelFormat = { name: "voc", detect, plan, parse };

/** Settings of the plan, for the workers. */
interface Settings {
  readonly offset: VocOffset;
}

/** Folders of masks beside the labels. */
const MASKS = /(?:^|\/)Segmentation(?:Class|Object)[^/]*\//;

function detect(view: DatasetView): Candidate[] {
  const { files, looked, fitting } = sniffVoc(view);
  if (fitting === 0) return [];
  // Where many are broken or something else, VOC is read only if nothing fits better, and each of them becomes a reject.
  const clear = fitting >= 0.8 * looked;
  const sets = new ImageSets(view);
  const seen = `${fitting} of ${looked} XML files looked into are VOC annotations`;
  return [{
    format: "voc",
    root: "",
    confidence: !clear ? 1 : sets.folders.length > 0 ? 3 : 2,
    reason: sets.folders.length > 0 ? `${seen}, "${sets.folders[0]}" lists the splits` : seen,
    files,
  }];
}

function plan(view: DatasetView, candidate: Candidate): LabelPlan {
  const pairs = new Pairing(view, { extension: "xml" });
  const sets = new ImageSets(view);
  const settings: Settings = { offset: view.vocOffset };
  const hasMasks = [...view.labels.folders.keys()].some((folder) => MASKS.test(folder + "/"));
  return {
    format: "voc",
    root: candidate.root,
    classes: [],
    settings,
    labelFor: (path) => pairs.labelFor(path),
    isLabel: (path) => pairs.isLabel(path),
    splitOf: (path) => sets.splitOf(path),
    unused: () => pairs.unused(),
    claims: hasMasks ? (path) => MASKS.test(path) : undefined,
  };
}

function parse(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const document = parseXml(bytes, "annotation", context);
  return document
    ? readAnnotation(document, (context.settings as Settings).offset, context)
    : { annotations: [] };
}

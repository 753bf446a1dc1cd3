import type { ParsedLabels } from "../../model/annotation.ts";
import { sampleFiles } from "../../tree/files_named.ts";
import { splitOfLayout } from "../../tree/split.ts";
import type { Candidate, DatasetView, LabelContext, LabelFormat, LabelPlan } from "../format.ts";
import { Pairing } from "../matching/pairing.ts";
import { decodeText } from "../text.ts";
import { parseXml } from "../xml/parse_xml.ts";
import { readObjects } from "./objects.ts";

/** XML of LabelMe's web version: `Annotations/` beside `Images/`, with the same folders in both (FORMATS §7). */
export const labelmeXml: LabelFormat = { name: "labelme-xml", detect, plan, parse };

/** Files looked into at the most. */
const SAMPLES = 20;
/** Bytes looked at in each. */
const HEAD = 4096;

function detect(view: DatasetView): Candidate[] {
  const { files, paths } = sampleFiles(view.labels, "xml", SAMPLES);
  const samples = paths.slice(0, SAMPLES);
  const fitting = samples.filter((path) => isLabelMe(decodeText(view.head(path, HEAD)).text));
  if (fitting.length === 0) return [];
  return [{
    format: "labelme-xml",
    root: "",
    confidence: fitting.length >= 0.8 * samples.length ? 2 : 1,
    reason: `${fitting.length} of ${samples.length} XML files looked into are LabelMe's, like "${
      fitting[0]
    }"`,
    files,
  }];
}

/** True if the beginning of a file has what VOC, with the same root, does not. */
function isLabelMe(text: string): boolean {
  const root = /<([A-Za-z_][\w.-]*)[\s/>]/.exec(text)?.[1];
  return root === "annotation" && /<(?:imagesize|segm|pt)[\s/>]/.test(text);
}

function plan(view: DatasetView, { format, root }: Candidate): LabelPlan {
  const pairs = new Pairing(view, { extension: "xml" });
  const masks = [...view.labels.folders.keys()].filter((path) => MASKS.test(path));
  return {
    format,
    root,
    classes: [],
    settings: undefined,
    labelFor: (path) => pairs.labelFor(path),
    isLabel: (path) => pairs.isLabel(path),
    splitOf: splitOfLayout,
    unused: () => pairs.unused(),
    claims: masks.length > 0 ? (path) => MASKS.test(path) : undefined,
  };
}

/** The folder of masks and what lies in it. */
const MASKS = /(?:^|\/)Masks(?:\/|$)/;

function parse(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const document = parseXml(bytes, "annotation", context);
  return document ? readObjects(document, context) : { annotations: [] };
}

import type { ParsedLabels } from "../../model/annotation.ts";
import { extensionOf } from "../../model/image_names.ts";
import type { Candidate, DatasetView, LabelContext, LabelFormat, LabelPlan, VocOffset } from "../format.ts";
import type { ClassTable } from "../masks/class_table.ts";
import { Pairing } from "../matching/pairing.ts";
import { parseXml } from "../xml/parse_xml.ts";
import { readAnnotation } from "./annotation.ts";
import { attachMasks, readSegmentation, VOC_CLASSES } from "./masks.ts";
import { SegmentationMasks } from "./segmentation.ts";
import { sniffVoc } from "./sniff.ts";
import { ImageSets } from "./splits.ts";

/**
 * Pascal VOC: one XML file for each image, in VOC's folders, beside the images, or in `annotations/`, and the masks of its
 * segmentation task (FORMATS §5). An image that has both keeps the boxes of the XML, which exist for all images and tell
 * more, and they get the masks.
 */
export const voc: LabelFormat = { name: "voc", detect, plan, parse };

/** Settings of the plan, for the workers. */
interface Settings {
  readonly offset: VocOffset;
  readonly hasMasks: boolean;
  readonly table: ClassTable | undefined;
}

/** Folders of masks beside the labels. */
const MASKS = /(?:^|\/)Segmentation(?:Class|Object)[^/]*\//;

function detect(view: DatasetView): Candidate[] {
  const { files, looked, fitting } = sniffVoc(view);
  const masks = new SegmentationMasks(view);
  if (fitting === 0) {
    return masks.folders.length === 0 ? [] : [{
      format: "voc",
      root: "",
      confidence: 3,
      reason: `"${masks.folders[0]}" holds the masks of VOC's segmentation task`,
      files: masks.count,
    }];
  }
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
  const masks = new SegmentationMasks(view);
  const hasMasks = masks.folders.length > 0;
  const table = hasMasks ? masks.table() : undefined;
  const settings: Settings = { offset: view.vocOffset, hasMasks, table };
  const names = table ? table.entries.flatMap(({ name }) => name ?? []) : VOC_CLASSES;
  const claimed = [...view.labels.folders.keys()].some((folder) => MASKS.test(folder + "/"));
  return {
    format: "voc",
    root: candidate.root,
    // The numbers in masks are those of a list; XML has the names alone.
    classes: hasMasks && sniffVoc(view).fitting === 0 ? [...new Set(names)].map((name) => ({ name })) : [],
    settings,
    labelFor: (path) => pairs.labelFor(path) ?? (hasMasks ? masks.labelFor(path) : undefined),
    isLabel: (path) => pairs.isLabel(path) || masks.isMask(path),
    splitOf: (path) => sets.splitOf(path),
    *unused() {
      yield* pairs.unused();
      yield* masks.unused();
    },
    claims: claimed ? (path) => MASKS.test(path) : undefined,
  };
}

function parse(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const { offset, hasMasks, table } = context.settings as Settings;
  if (hasMasks && extensionOf(context.path) === "png") return readSegmentation(bytes, table, context);
  const document = parseXml(bytes, "annotation", context);
  if (!document) return { annotations: [] };
  const parsed = readAnnotation(document, offset, context);
  if (hasMasks) attachMasks(parsed, table, context);
  return parsed;
}

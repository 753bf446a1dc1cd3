import { sortByBytes } from "../../tree/byte_order.ts";
import { below, folderOf, nameOf } from "../../model/image_names.ts";
import type { VideoFrames } from "../../tree/tree.ts";
import type { Candidate, DatasetView, LabelFormat, LabelPlan } from "../format.ts";
import type { PlannedClass } from "../../model/planned_class.ts";
import { textKind } from "../txt/kinds.ts";
import { planSequences, type Sequence } from "../txt/sequences.ts";
import { commonFolder } from "../txt/text_labels.ts";
import { namesOfLines } from "../yolo/class_list.ts";
import { MOT_CLASSES, type MotSettings, parseMot } from "./parse.ts";
import { readSequenceInfo } from "./sequence_info.ts";

/** MOT Challenge: `gt/gt.txt`, or `det/det.txt`, for each sequence (FORMATS §11, 9.). */
export const mot: LabelFormat = { name: "mot", detect, plan, parse: parseMot };

/** Label files looked into. */
const SAMPLES = 20;
/** Largest list of class names, bytes. */
const LIMIT = 1 << 20;

function detect(view: DatasetView): Candidate[] {
  const { files } = labelFiles(view);
  const stride = Math.max(1, Math.floor(files.length / SAMPLES));
  const looked = files.filter((_, i) => i % stride === 0);
  const fitting = looked.filter((path) => textKind(view.head(path, 4096), path) === "mot");
  if (fitting.length === 0) return [];
  const marked = files.find((path) => view.labels.has(infoOf(path)));
  return [{
    format: "mot",
    root: commonFolder(files.map(sequenceOf)),
    confidence: marked !== undefined ? 3 : 2,
    reason: `${fitting.length} of ${looked.length} files looked into hold MOT rows` +
      (marked === undefined ? "" : `, "${infoOf(marked)}" describes a sequence`),
    files: files.length,
  }];
}

function plan(view: DatasetView, { root }: Candidate): LabelPlan {
  const { files, passedOver } = labelFiles(view);
  if (passedOver.length > 0) {
    view.issue({
      code: "mot-detections-skipped",
      severity: "note",
      path: passedOver[0],
      message: `Left ${passedOver.length} files of detections alone, like "${
        passedOver[0]
      }": there is ground truth.`,
      suggestion: "Remove the gt folders to read the detections.",
    });
  }
  const classes = new Map<string, PlannedClass>();
  const settings: MotSettings = { sequences: new Map() };
  const sequences = files.map((path): Sequence => {
    const info = readSequenceInfo(view.head(infoOf(path)));
    const names = readNames(view, path);
    for (const name of names) classes.set(name, { name });
    settings.sequences.set(path, { names, width: info.width, height: info.height });
    const frames = framesOf(view, sequenceOf(path), info.folder);
    return {
      labels: path,
      frames,
      video: videoOf(view, sequenceOf(path), frames, files.length === 1),
      nameOf: (frame) => `${String(frame).padStart(6, "0")}${info.extension ?? ".jpg"}`,
    };
  });
  return { format: "mot", root, classes: [...classes.values()], settings, ...planSequences(view, sequences) };
}

/** Ground truth; detections only where no sequence has ground truth, for they are what others are to be compared with. */
function labelFiles({ labels }: DatasetView): { files: string[]; passedOver: string[] } {
  const named = (name: string) => {
    const found: string[] = [];
    for (const { path, files } of labels.folders.values()) {
      if (nameOf(path) === name && files.includes(`${name}.txt`)) found.push(`${path}/${name}.txt`);
    }
    return sortByBytes(found);
  };
  const truth = named("gt");
  const detections = named("det");
  return truth.length > 0 ? { files: truth, passedOver: detections } : { files: detections, passedOver: [] };
}

function sequenceOf(labels: string): string {
  return folderOf(folderOf(labels));
}

function infoOf(labels: string): string {
  return below(sequenceOf(labels), "seqinfo.ini");
}

function framesOf({ images }: DatasetView, sequence: string, told: string | undefined): string {
  const usual = below(sequence, told ?? "img1");
  const folders = [usual, below(sequence, "img1"), below(sequence, "images"), below(sequence, "img")];
  return folders.find((folder) => images.folders.has(folder)) ?? usual;
}

/**
 * The video of a sequence that has no folder of images: of the name of the folder of its frames, or of its own; the only one
 * that lies in it; the only one at all.
 */
function videoOf(
  { images: { folders, videos = [] } }: DatasetView,
  sequence: string,
  frames: string,
  isOnly: boolean,
): VideoFrames | undefined {
  const named = videos.find(({ folder }) => folder === frames) ??
    videos.find(({ folder }) => folder === sequence);
  if (named || folders.has(frames)) return named;
  const inside = videos.filter(({ path }) => folderOf(path) === sequence);
  if (inside.length === 1) return inside[0];
  return isOnly && videos.length === 1 ? videos[0] : undefined;
}

/** CVAT writes the names of its classes beside the rows. */
function readNames(view: DatasetView, path: string): readonly string[] {
  const list = below(folderOf(path), "labels.txt");
  const names = view.labels.has(list) ? namesOfLines(view.head(list, LIMIT)) : [];
  return names.length > 0 ? names : MOT_CLASSES;
}

/** Label files of video sequences: one for all frames, each row begins with the number of its frame. */
import { below, isImageName, withoutExtension } from "../../model/image_names.ts";
import { splitOfLayout } from "../../tree/split.ts";
import type { VideoFrames } from "../../tree/tree.ts";
import type { DatasetView, LabelPlan } from "../format.ts";
import { LabelRanges } from "../matching/label_ranges.ts";
import { scanFileLines, type TextLine } from "../text_lines.ts";

/** A sequence of frames with its label file. */
export interface Sequence {
  /** Label file, below the label tree. */
  readonly labels: string;
  /** Folder of the frames, below the image tree. */
  readonly frames: string;
  /** The video the frames are from, whose first is frame 1. */
  readonly video?: VideoFrames;
  /** What a frame is called if it is not there, like `000001.jpg`. */
  nameOf(frame: number): string;
}

/** Finds the rows of each frame: what a plan needs. */
export function planSequences(
  view: DatasetView,
  sequences: readonly Sequence[],
): Pick<LabelPlan, "labelFor" | "splitOf" | "unused"> {
  const ranges = new LabelRanges(view);
  for (const sequence of sequences) addSequence(view, ranges, sequence);
  ranges.finish();
  return {
    labelFor: (path) => ranges.labelFor(path),
    splitOf: splitOfLayout,
    unused: () => ranges.unused(),
  };
}

function addSequence(view: DatasetView, ranges: LabelRanges, sequence: Sequence): void {
  const there = framesIn(view, sequence.frames);
  const file = ranges.file(sequence.labels, true);
  const images = new Map<number, number>();
  scanFileLines(view, sequence.labels, (line) => {
    if (isBlank(line)) return;
    const frame = frameOf(line);
    if (frame < 0) {
      view.issue({
        code: "label-row-invalid",
        severity: "reject",
        record: "annotation",
        path: sequence.labels,
        line: line.number,
        message: "Cannot read the row: it does not begin with the number of a frame.",
        suggestion: "Correct the row; fields are parted by commas.",
      });
      return;
    }
    let image = images.get(frame);
    if (image === undefined) {
      const ofVideo = frame >= 1 ? sequence.video?.framePath(frame - 1) : undefined;
      image = file.image(ofVideo ?? below(sequence.frames, there.get(frame) ?? sequence.nameOf(frame)));
      images.set(frame, image);
    }
    file.add(image, line.offset, line.length);
  });
}

/** Names of the frames in a folder by the number they end with; of two with the same number, the first. */
function framesIn(view: DatasetView, folder: string): Map<number, string> {
  const frames = new Map<number, string>();
  for (const name of view.images.folders.get(folder)?.files ?? []) {
    const digits = isImageName(name) ? /\d{1,15}$/.exec(withoutExtension(name))?.[0] : undefined;
    if (digits !== undefined && !frames.has(Number(digits))) frames.set(Number(digits), name);
  }
  return frames;
}

function isBlank({ bytes, start, end }: TextLine): boolean {
  for (let i = start; i < end; i++) if (bytes[i] > 32) return false;
  return true;
}

/** Number in front of the first comma or blank, `12` or `12.0`; -1 if there is none. */
function frameOf({ bytes, start, end }: TextLine): number {
  let at = start;
  while (at < end && bytes[at] <= 32) at++;
  const first = at;
  let frame = 0;
  while (at < end && bytes[at] >= 48 && bytes[at] <= 57 && at - first < 15) {
    frame = frame * 10 + bytes[at++] - 48;
  }
  if (at === first) return -1;
  if (bytes[at] === 46) { for (at++; at < end && bytes[at] === 48; at++); }
  return at === end || bytes[at] === 44 || bytes[at] <= 32 ? frame : -1;
}

import type { Issue } from "../model/issue.ts";
import { type ImageHeader, uprightSize } from "../model/frame.ts";
import type { Annotation, CocoAnnotation, ParsedLabels } from "../model/annotation.ts";
import { Duplicates } from "./duplicates.ts";
import { turnKeypoints } from "./exif.ts";
import { labelTurn } from "./frame.ts";
import { type LabelPolicy, PLAIN_POLICY } from "../model/label_policy.ts";
import { PolygonText } from "../model/polygon_text.ts";
import { polygonsToRle } from "./polygon_rle.ts";
import { finishSegmentation, type Frame, reach } from "./segmentation.ts";

/** The smallest number that six decimals can hold. */
const SMALLEST = 1e-6;
/** Coordinates beyond this are damage, whatever the image; COCO's own library runs out of memory on them (px). */
const HUGE = 1e6;
/** So are coordinates this many times the longer side of the image. */
const HUGE_SIDES = 10;
/** Boxes may stick out this far without a word: rounding does it (px). */
const TOLERATED = 0.5;
/** A box with more of its area than this outside is likely to be wrong. */
const MOSTLY_OUTSIDE = 0.1;

/**
 * Brings the labels of an image into the form of the COCO file: upright, inside the image, without duplicates. What cannot
 * be brought there is left out and told.
 *
 * @param parsed Labels as the reader found them.
 * @param header Header of the image they belong to.
 * @param issue Called for each problem, with the line of the label file. Never throws.
 * @param policy What the user decided.
 */
export function finish(
  parsed: ParsedLabels,
  header: ImageHeader,
  issue: (issue: Omit<Issue, "path">) => void,
  policy: LabelPolicy = PLAIN_POLICY,
): CocoAnnotation[] {
  const finished: CocoAnnotation[] = [];
  if (parsed.annotations.length === 0) return finished;
  const frame: Frame = { ...uprightSize(header), turn: labelTurn(parsed, header, issue) };
  const duplicates = new Duplicates();
  for (const source of parsed.annotations) {
    if (source.ignore && !policy.keepIgnore) {
      note(source, "ignored-region", `The ${text(source)} is a region not to be judged.`, issue);
      continue;
    }
    const annotation = finishOne(source, frame, issue);
    if (!annotation) continue;
    if (policy.maskArea) useMaskArea(annotation, frame);
    if (policy.outlineBoxes && !annotation.segmentation) {
      annotation.segmentation = [outline(annotation)];
      note(
        source,
        "box-as-polygon",
        `The ${text(source)} has no outline; its own became the polygon.`,
        issue,
      );
    }
    if (duplicates.add(annotation)) finished.push(annotation);
    else {
      reject(
        source,
        "duplicate-annotation",
        `The ${text(source)} of this class is there more than once.`,
        issue,
      );
    }
  }
  return finished;
}

function finishOne(
  source: Annotation,
  frame: Frame,
  issue: (issue: Omit<Issue, "path">) => void,
): CocoAnnotation | undefined {
  const defect = damage(source, frame);
  if (defect) return reject(source, defect.code, defect.message, issue);
  const annotation: CocoAnnotation = {
    category: source.category,
    x: source.x,
    y: source.y,
    width: source.width,
    height: source.height,
    area: 0,
    iscrowd: source.iscrowd === 1 || source.ignore ? 1 : 0,
    segmentation: undefined,
    keypoints: undefined,
    attributes: undefined,
  };
  if (frame.turn) turnBox(annotation, frame);
  const outside = clip(annotation, frame);
  if (annotation.width < SMALLEST || annotation.height < SMALLEST) {
    const where = `outside the image of ${frame.width}×${frame.height} px`;
    return reject(source, "annotation-outside", `The ${text(source)} lies ${where}.`, issue);
  }
  if (outside > 0) warnClipped(source, annotation, outside, issue);

  let clipped = outside > 0;
  let drawnArea: (() => number) | undefined;
  if (source.segmentation) {
    const drawn = finishSegmentation(source.segmentation, frame);
    annotation.segmentation = drawn.segmentation;
    drawnArea = drawn.area;
    clipped ||= drawn.clipped;
    if (drawn.problem) {
      warn(
        source,
        "segmentation-invalid",
        `The segmentation is left out in part or whole: ${drawn.problem}.`,
        issue,
      );
    }
  }
  if (source.keypoints) annotation.keypoints = finishKeypoints(source, frame, issue);
  if (source.attributes) {
    for (const _ in source.attributes) {
      annotation.attributes = source.attributes;
      break;
    }
  }
  if (source.ignore) annotation.attributes = { ...annotation.attributes, ignore: true };
  const stated = !clipped && Number.isFinite(source.area) ? source.area! : 0;
  if (stated >= SMALLEST) annotation.area = stated;
  else {
    const drawn = drawnArea?.() ?? 0;
    annotation.area = Math.max(SMALLEST, drawn >= SMALLEST ? drawn : annotation.width * annotation.height);
  }
  return annotation;
}

/** A reason to leave an annotation out that shows before its place in the image is looked at. */
function damage(source: Annotation, frame: Frame): { code: string; message: string } | undefined {
  const { x, y, width, height } = source;
  const limit = Math.min(HUGE, HUGE_SIDES * Math.max(frame.width, frame.height));
  const drawn = source.segmentation ? reach(source.segmentation) : 0;
  const finite = Number.isFinite(x) && Number.isFinite(y) && Number.isFinite(width) &&
    Number.isFinite(height) && Number.isFinite(drawn);
  if (!finite) {
    return {
      code: "annotation-not-finite",
      message: `The ${text(source)} has a coordinate that is no finite number.`,
    };
  }
  const far = Math.abs(x) > limit || Math.abs(y) > limit || Math.abs(x + width) > limit ||
    Math.abs(y + height) > limit || drawn > limit;
  if (far) {
    const message = `The ${text(source)} reaches beyond ${limit} px, far from the image of ` +
      `${frame.width}×${frame.height} px.`;
    return { code: "annotation-out-of-bounds", message };
  }
  if (width < SMALLEST || height < SMALLEST) {
    return { code: "annotation-empty", message: `The ${text(source)} has no area.` };
  }
  return undefined;
}

function turnBox(box: CocoAnnotation, { turn }: Frame): void {
  const { x, y, width, height } = box;
  const { xx, xy, dx, yx, yy, dy } = turn!;
  const right = x + width;
  const bottom = y + height;
  box.x = Math.min(xx * x + xy * y, xx * right + xy * bottom) + dx;
  box.y = Math.min(yx * x + yy * y, yx * right + yy * bottom) + dy;
  box.width = xx === 0 ? height : width;
  box.height = xx === 0 ? width : height;
}

/**
 * Clips a box to the image. Edges inside keep their exact value.
 *
 * @returns How far the box stuck out at its worst edge, px.
 */
function clip(box: CocoAnnotation, frame: Frame): number {
  const right = box.x + box.width;
  const bottom = box.y + box.height;
  const outside = Math.max(-box.x, -box.y, right - frame.width, bottom - frame.height);
  if (outside <= 0) return 0;
  if (box.x < 0 || right > frame.width) {
    box.x = Math.max(0, box.x);
    box.width = Math.min(frame.width, right) - box.x;
  }
  if (box.y < 0 || bottom > frame.height) {
    box.y = Math.max(0, box.y);
    box.height = Math.min(frame.height, bottom) - box.y;
  }
  return outside;
}

function warnClipped(
  source: Annotation,
  clipped: CocoAnnotation,
  outside: number,
  issue: (issue: Omit<Issue, "path">) => void,
): void {
  const part = 1 - clipped.width * clipped.height / (source.width * source.height);
  if (part > MOSTLY_OUTSIDE) {
    const percent = Math.round(part * 100);
    warn(
      source,
      "annotation-mostly-outside",
      `${percent} % of the ${text(source)} lie outside the image.`,
      issue,
    );
  } else if (outside > TOLERATED) {
    warn(
      source,
      "annotation-clipped",
      `The ${text(source)} sticks out of the image by ${round(outside)} px.`,
      issue,
    );
  }
}

function finishKeypoints(
  source: Annotation,
  frame: Frame,
  issue: (issue: Omit<Issue, "path">) => void,
): number[] | undefined {
  const points = source.keypoints!;
  const limit = Math.min(HUGE, HUGE_SIDES * Math.max(frame.width, frame.height));
  if (
    !Array.isArray(points) || points.length % 3 !== 0 || !points.every((value) => Math.abs(value) <= limit)
  ) {
    warn(source, "keypoints-invalid", `The keypoints of the ${text(source)} are left out.`, issue);
    return undefined;
  }
  return frame.turn ? turnKeypoints(points, frame.turn) : points;
}

function reject(
  { line }: Annotation,
  code: string,
  message: string,
  issue: (issue: Omit<Issue, "path">) => void,
): undefined {
  issue({ code, severity: "reject", record: "annotation", line, message });
}

function warn(
  { line }: Annotation,
  code: string,
  message: string,
  issue: (issue: Omit<Issue, "path">) => void,
): void {
  issue({ code, severity: "warning", line, message });
}

function note(
  { line }: Annotation,
  code: string,
  message: string,
  issue: (issue: Omit<Issue, "path">) => void,
): void {
  issue({ code, severity: "note", line, message });
}

/** Corners of a box, clockwise from the top left. */
function outline({ x, y, width, height }: CocoAnnotation): number[] {
  return [x, y, x + width, y, x + width, y + height, x, y + height];
}

/** Pixels of the mask that COCO's own library makes of the polygons; a thin one has none, and keeps its area. */
function useMaskArea(annotation: CocoAnnotation, { width, height }: Frame): void {
  const drawn = annotation.segmentation;
  const segmentation = drawn instanceof PolygonText ? drawn.polygons() : drawn;
  if (!Array.isArray(segmentation)) return;
  const mask = polygonsToRle(segmentation, width, height);
  if (mask && mask.area > 0) annotation.area = mask.area;
}

/** The box as it stands in the label file. */
function text({ x, y, width, height }: Annotation): string {
  return `box x ${round(x)}, y ${round(y)}, width ${round(width)}, height ${round(height)}`;
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}

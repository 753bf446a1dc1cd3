import { containers } from "../media/containers.ts";
import { jsonRoom } from "../media/layout.ts";
import type { FrameIndex } from "../manifest/frame_index.ts";
import type { Container } from "../media/container.ts";
import type { ProblemList } from "./report.ts";
import type { VerifyJob, VerifyTask } from "./tasks.ts";

/** Bundle bytes, frames and manifest bytes of one task at most: large enough to be worth a message, small enough to share out. */
const BUNDLE_BYTES = 16 * 1024 * 1024;
const FRAMES = 4096;
const MANIFEST_BYTES = 4 * 1024 * 1024;
const COCO_BYTES = 2 * 1024 * 1024;

/** What there is to do, and where the frames end. */
export interface VerifyPlan {
  readonly tasks: VerifyTask[];
  /** Byte of the bundle after the last frame and its padding. */
  readonly framesEnd: number;
}

/**
 * Divides a verification into tasks; those that cannot be divided come first.
 *
 * @param annotationBytes Size of the annotation file; undefined if there is none.
 */
export function planTasks(
  job: VerifyJob,
  annotationBytes: number | undefined,
  problems: ProblemList,
): VerifyPlan {
  const tasks: VerifyTask[] = [{ kind: "manifest" }];
  if (annotationBytes !== undefined) tasks.push({ kind: "digest" });
  const frames = frameTasks(job, problems);
  if (annotationBytes !== undefined) {
    for (let from = 0; from < annotationBytes; from += COCO_BYTES) {
      tasks.push({ kind: "coco", from, to: Math.min(from + COCO_BYTES, annotationBytes) });
    }
  }
  tasks.push(...frames);
  const last = frames.at(-1);
  return {
    tasks,
    framesEnd: last?.kind === "frames"
      ? last.to
      : job.media === "video"
      ? 0
      : containers[job.media].prologueSize,
  };
}

function frameTasks(job: VerifyJob, problems: ProblemList): VerifyTask[] {
  const { frames, media, index: { lines, offsets } } = job;
  const tasks: VerifyTask[] = [];
  // A video is checked as a whole: its frames have no bytes of their own.
  const container = media === "video" ? undefined : containers[media];
  let first = 0, from = container?.prologueSize ?? 0, to = from;
  for (let i = 0; i < frames; i++) {
    if (offsets[i] < to) {
      const message = `Frame ${i} is said to lie at byte ${
        offsets[i]
      }, inside the frame before it, which ends at ${to}.`;
      problems.add({ code: "frame-offset", file: job.names.manifest, frame: i, message });
      return [];
    }
    if (container) to = endOfFrame(container, job.index, i);
    const enough = to - from >= BUNDLE_BYTES || i + 1 - first >= FRAMES ||
      lines[i + 1] - lines[first] >= MANIFEST_BYTES;
    if (enough || i === frames - 1) {
      tasks.push({ kind: "frames", first, end: i + 1, from, to });
      first = i + 1;
      from = to;
    }
  }
  return tasks;
}

/** Byte of the bundle after a frame, its padding and the `.json` member that belongs to it. */
export function endOfFrame(
  container: Container,
  { offsets, sizes, jsonSizes }: Pick<FrameIndex, "offsets" | "sizes" | "jsonSizes">,
  frame: number,
): number {
  const end = offsets[frame] + sizes[frame] + container.padding(sizes[frame]);
  return jsonSizes ? end + jsonRoom(container, jsonSizes[frame]) : end;
}

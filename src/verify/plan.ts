import { containers } from "../media/containers.ts";
import { jsonRoom } from "../media/layout.ts";
import type { FrameIndex } from "../manifest/frame_index.ts";
import type { GenerationRecord } from "../manifest/record.ts";
import type { Container } from "../media/container.ts";
import type { ProblemList } from "./report.ts";
import type { BundleState } from "./state.ts";
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
 * @param bundle What is said of the bundle.
 */
export function planTasks(
  job: VerifyJob,
  annotationBytes: number | undefined,
  bundle: BundleState,
  problems: ProblemList,
): VerifyPlan {
  const tasks: VerifyTask[] = [{ kind: "manifest" }];
  if (annotationBytes !== undefined) tasks.push({ kind: "digest" });
  const frames = frameTasks(job, bundle, problems);
  if (annotationBytes !== undefined) {
    for (let from = 0; from < annotationBytes; from += COCO_BYTES) {
      tasks.push({ kind: "coco", from, to: Math.min(from + COCO_BYTES, annotationBytes) });
    }
  }
  tasks.push(...frames);
  const last = frames.at(-1);
  return {
    tasks,
    framesEnd: last && "to" in last
      ? last.to
      : job.media === "video"
      ? 0
      : containers[job.media].prologueSize,
  };
}

function frameTasks(job: VerifyJob, { list }: BundleState, problems: ProblemList): VerifyTask[] {
  const { frames, media, index: { lines, offsets, frames: numbers } } = job;
  const tasks: VerifyTask[] = [];
  // A video is checked as a whole: its frames have no bytes of their own.
  const container = media === "video" ? undefined : containers[media];
  let first = 0, from = container?.prologueSize ?? 0, to = from;
  let next = 0;
  for (let i = 0; i < frames; i++) {
    for (; i === list[next]?.lines; next++) leap(next + 1);
    const own = !numbers || numbers[i] === i;
    if (own && offsets[i] < to) {
      const message = `Frame ${i} is said to lie at byte ${
        offsets[i]
      }, inside the frame before it, which ends at ${to}.`;
      problems.add({ code: "frame-offset", file: job.names.manifest, frame: i, message });
      return [];
    }
    if (container && own) to = endOfFrame(container, job.index, i);
    const enough = to - from >= BUNDLE_BYTES || i + 1 - first >= FRAMES ||
      lines[i + 1] - lines[first] >= MANIFEST_BYTES;
    if (enough || i === frames - 1 || i + 1 === list[next]?.lines) {
      tasks.push({ kind: "frames", first, end: i + 1, from, to });
      first = i + 1;
      from = to;
    }
  }
  for (next++; next < list.length; next++) leap(next);
  return tasks;

  /** Passes over what lies between the frames of a generation and those of the one before it. */
  function leap(generation: number): void {
    const [before, after] = [list[generation - 1], list[generation]];
    const written = after && firstByte(media, before, after);
    if (written === undefined) return;
    const begin = written + (container && after.frames_end > written ? container.growth.headerSize : 0);
    if (begin === to) return;
    if (begin < to || to !== before.frames_end) {
      const message =
        `The frames of generation ${before.generation} end at byte ${to}, it says ${before.frames_end}.`;
      problems.add({ code: "generation", file: job.names.manifest, message });
    }
    if (begin > to) tasks.push({ kind: "gap", from: to, to: begin });
    from = to = begin;
  }
}

/** Byte at which a generation begins to write into the bundle; undefined if it wrote nothing. */
function firstByte(
  media: VerifyJob["media"],
  before: GenerationRecord,
  after: GenerationRecord,
): number | undefined {
  if (media === "video" || after.bundle.size === before.bundle.size) return undefined;
  return containers[media].growth.overEnd ? before.frames_end : before.bundle.size;
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

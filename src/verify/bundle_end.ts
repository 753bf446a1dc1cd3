import type { RangeReader } from "../io/range_file.ts";
import { readRange } from "../io/range_file.ts";
import type { BundleSummary } from "../manifest/record.ts";
import { containers } from "../media/containers.ts";
import { combineCrc32, crc32 } from "../media/crc32.ts";
import type { ProblemList } from "./report.ts";
import type { TaskResult, VerifyTask } from "./tasks.ts";

type FramesTask = Extract<VerifyTask, { kind: "frames" }>;

/**
 * Checks what follows the frames of a bundle (directory and end records), its size, and the CRC-32 of the whole file.
 *
 * @param checked Tasks over all frames, in order, with their results.
 * @param framesEnd Byte after the last frame.
 */
export function checkBundleEnd(
  bundle: RangeReader,
  summary: BundleSummary,
  checked: { task: FramesTask; result: TaskResult }[],
  framesEnd: number,
  problems: ProblemList,
): void {
  const { file, media } = summary;
  let crc: number | undefined = 0;
  let at = framesEnd;
  let directoryCrc = 0;
  for (const { task, result } of checked) {
    crc = result.crc32 === undefined || crc === undefined
      ? undefined
      : combineCrc32(crc, result.crc32, task.to - task.from);
    const size = result.directorySize!;
    const part = crc32(readRange(bundle, at, size));
    if (part !== result.directoryCrc32) {
      const message = `The directory at byte ${at} does not list frames ${task.first} to ${
        task.end - 1
      } as it should.`;
      problems.add({ code: "bundle-directory", file, frame: task.first, byte: at, message });
    }
    directoryCrc = combineCrc32(directoryCrc, part, size);
    at += size;
  }
  const directorySize = at - framesEnd;
  const frames = checked.at(-1)?.task.end ?? 0;
  const wanted = containers[media].end(frames, framesEnd, directorySize);
  const found = readRange(bundle, at, wanted.length);
  const differs = wanted.findIndex((byte, i) => byte !== found[i]);
  if (differs >= 0) {
    const message = `The end records at byte ${at} are wrong from their byte ${differs} on.`;
    problems.add({ code: "bundle-end", file, byte: at + differs, message });
  }
  if (bundle.size !== at + wanted.length) {
    const message = `The bundle has ${bundle.size} bytes, should have ${at + wanted.length}.`;
    problems.add({ code: "bundle-size", file, byte: bundle.size, message });
  }
  if (bundle.size !== summary.size) {
    const message = `The bundle has ${bundle.size} bytes, the manifest says ${summary.size}.`;
    problems.add({ code: "bundle-size", file, byte: bundle.size, message });
  } else if (crc !== undefined) {
    crc = combineCrc32(crc, directoryCrc, directorySize);
    const whole = combineCrc32(crc, crc32(found), found.length).toString(16).padStart(8, "0");
    if (whole !== summary.crc32) {
      const message = `The bundle has CRC-32 ${whole}, the manifest says ${summary.crc32}.`;
      problems.add({ code: "bundle-crc32", file, message });
    }
  }
}

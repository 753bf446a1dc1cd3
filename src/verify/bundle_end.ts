import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { RangeReader } from "../io/range_file.ts";
import { readRange } from "../io/range_file.ts";
import type { BundleSummary, LabelsSummary, ManifestHeader } from "../manifest/record.ts";
import { storedMedia } from "../manifest/stored_bundle.ts";
import { ORIGINAL_LABELS, originalLabelsMember } from "../media/original_labels.ts";
import { containers } from "../media/containers.ts";
import { memoryFile } from "../io/range_window.ts";
import { combineCrc32, crc32 } from "../media/crc32.ts";
import type { ProblemList } from "./report.ts";
import type { TaskResult, VerifyTask } from "./tasks.ts";

/** Bytes read at once. */
const BLOCK = 4 << 20;

/** A task over bytes of the bundle. */
export type BundleTask = Extract<VerifyTask, { kind: "frames" | "gap" }>;

/**
 * Checks what stands before the frames of a bundle and what follows them (original labels, directory and end records), its
 * size, and the CRC-32 of the whole file.
 *
 * @param checked Tasks over all frames and what lies between them, in order, with their results.
 * @param ends Byte after the last frame of the first generation, and of this one.
 * @param frames How many of them the directory lists.
 */
export function checkBundleEnd(
  bundle: RangeReader,
  { bundle: summary, labels }: Pick<ManifestHeader, "bundle" | "labels">,
  checked: { task: BundleTask; result: TaskResult }[],
  { first: firstEnd, last: framesEnd }: { first: number; last: number },
  frames: number,
  problems: ProblemList,
): void {
  const { file } = summary;
  const container = containers[storedMedia(summary)];
  const prologue = readRange(bundle, 0, container.prologueSize);
  const wrong = firstDifference(prologue, container.prologue(firstEnd - container.prologueSize));
  if (wrong >= 0) {
    const message = `Byte ${wrong} of the bundle, before the first frame, is not as it should be.`;
    problems.add({ code: "bundle-header", file, byte: wrong, message });
  }
  let crc: number | undefined = crc32(prologue);
  const member = labels && checkLabels(bundle, summary, labels, framesEnd, problems);
  const directoryAt = member?.end ?? framesEnd;
  let at = directoryAt;
  let directoryCrc = 0;
  for (const { task, result } of checked) {
    crc = result.crc32 === undefined || crc === undefined
      ? undefined
      : combineCrc32(crc, result.crc32, task.to - task.from);
    if (task.kind === "gap" || result.records) continue;
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
  if (container.tables) {
    const tables = checkTables(bundle, summary, checked, at, problems);
    directoryCrc = tables.crc32;
    at = tables.end;
  }
  if (member) {
    const found = readRange(bundle, at, member.directory.length);
    if (!sameBytes(found, member.directory)) {
      const message = `The directory at byte ${at} does not list ${ORIGINAL_LABELS} as it should.`;
      problems.add({ code: "bundle-directory", file, byte: at, message });
    }
    directoryCrc = combineCrc32(directoryCrc, crc32(found), found.length);
    at += member.directory.length;
  }
  const directorySize = at - directoryAt;
  const wanted = container.end(frames + (member ? 1 : 0), directoryAt, directorySize);
  const found = readRange(bundle, at, wanted.length);
  const differs = firstDifference(found, wanted);
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
    if (member) crc = combineCrc32(crc, member.crc32, member.end - framesEnd);
    crc = combineCrc32(crc, directoryCrc, directorySize);
    const whole = combineCrc32(crc, crc32(found), found.length).toString(16).padStart(8, "0");
    if (whole !== summary.crc32) {
      const message = `The bundle has CRC-32 ${whole}, the manifest says ${summary.crc32}.`;
      problems.add({ code: "bundle-crc32", file, message });
    }
  }
}

/** Makes the directory of a container anew whose records are not in it as they are, and compares. */
function checkTables(
  bundle: RangeReader,
  summary: BundleSummary,
  checked: { result: TaskResult }[],
  start: number,
  problems: ProblemList,
): { end: number; crc32: number } {
  const { file, fps } = summary;
  const records = memoryFile(Buffer.concat(checked.flatMap(({ result }) => result.records ?? [])));
  let at = start;
  let crc = 0;
  let damage: number | undefined;
  for (const wanted of containers[storedMedia(summary)].tables!(records, fps!)) {
    const found = readRange(bundle, at, wanted.length);
    const differs = firstDifference(found, wanted);
    if (differs >= 0) damage ??= at + differs;
    crc = combineCrc32(crc, crc32(found), found.length);
    at += wanted.length;
  }
  if (damage !== undefined) {
    const message = `The sample tables at byte ${start} are wrong from byte ${damage} on.`;
    problems.add({ code: "bundle-directory", file, byte: damage, message });
  }
  return { end: at, crc32: crc };
}

/** Checks the original labels and what surrounds them; tells where they end and the CRC-32 of all of it. */
function checkLabels(
  bundle: RangeReader,
  summary: BundleSummary,
  labels: LabelsSummary,
  framesEnd: number,
  problems: ProblemList,
): { end: number; crc32: number; directory: Uint8Array } {
  const { file } = summary;
  const crc = Number.parseInt(labels.crc32, 16);
  const { header, padding, directory } = originalLabelsMember(containers[storedMedia(summary)], framesEnd, {
    size: labels.size,
    crc32: crc,
  });
  const before = readRange(bundle, framesEnd, header.length);
  const start = framesEnd + header.length;
  const after = readRange(bundle, start + labels.size, padding.length);
  const digest = createHash("sha256");
  let found = 0;
  // What the manifest says may be damage.
  const end = Math.min(start + labels.size, bundle.size);
  for (let at = start; at < end; at += BLOCK) {
    const bytes = readRange(bundle, at, Math.min(BLOCK, end - at));
    digest.update(bytes);
    found = crc32(bytes, found);
  }
  const add = (cause: string) =>
    problems.add({ code: "bundle-labels", file, byte: framesEnd, message: `The original labels ${cause}.` });
  if (labels.offset !== start) add(`are said to lie at byte ${labels.offset}, and lie at ${start}`);
  if (!sameBytes(before, header) || !sameBytes(after, padding)) add("are not wrapped as they should be");
  if (found !== crc || digest.digest("hex") !== labels.sha256) add("are not those that were packed");
  const whole = crc32(after, combineCrc32(crc32(before), found, labels.size));
  return { end: start + labels.size + padding.length, crc32: whole, directory };
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && firstDifference(a, b) < 0;
}

/** Place of the first byte that is not the wanted one; −1 if there is none. */
function firstDifference(found: Uint8Array, wanted: Uint8Array): number {
  for (let i = 0; i < wanted.length; i++) if (found[i] !== wanted[i]) return i;
  return -1;
}

import { PackError } from "../model/issue.ts";

/** Frames from `first` on, up to but not including `end`; `end` may be Infinity. */
export interface FrameRange {
  readonly first: number;
  readonly end: number;
}

const RANGE = /^\s*(?:(\d+)|(\d+)?\s*\.\.\s*(\d+)?)\s*$/;

/**
 * Reads a list of frame numbers and ranges, as `3,10..20,100..`. Frames count from 0, both ends of a range are in it.
 *
 * @returns Ranges in frame order, none touching another.
 * @throws {PackError} With exit code 2 if it is no such list.
 */
export function parseFrames(text: string): FrameRange[] {
  return joined(
    text.split(",").map((part) => {
      const [, one, from, to] = RANGE.exec(part) ?? [];
      const first = Number(one ?? from ?? 0), last = Number(one ?? to ?? Infinity);
      if ((one ?? from ?? to) === undefined || last < first || first > Number.MAX_SAFE_INTEGER) {
        throw new PackError(
          `"${part.trim()}" is no frame and no range of frames.`,
          "Give frames as 3, 10..20, ..5 or 100.., with commas between them. They count from 0; both ends are in a range.",
          2,
        );
      }
      return { first, end: last + 1 };
    }),
  );
}

/**
 * The ranges that single frames make up.
 *
 * @throws {RangeError} If one is not a whole number from 0.
 */
export function rangesOf(frames: Iterable<number>): FrameRange[] {
  return joined(Array.from(frames, (first) => {
    if (!Number.isSafeInteger(first) || first < 0) {
      throw new RangeError(`There is no frame ${first}: they count from 0.`);
    }
    return { first, end: first + 1 };
  }));
}

function joined(ranges: FrameRange[]): FrameRange[] {
  const result: { first: number; end: number }[] = [];
  for (const { first, end } of ranges.sort((a, b) => a.first - b.first)) {
    const before = result.at(-1);
    if (before && first <= before.end) before.end = Math.max(before.end, end);
    else result.push({ first, end });
  }
  return result;
}

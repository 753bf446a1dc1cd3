/** Which frames of a video are taken. All of them if neither is given. */
export interface FrameChoice {
  /** Frames 0, N, 2 N, … */
  readonly every?: number;
  /** The frames that are shown at these times, in seconds after the first frame. */
  readonly at?: readonly number[];
}

/**
 * Labelling tools write times with three decimals, so one may lie this much, in seconds, before the frame it is of
 * (0.033 for the frame at 0.0333…).
 */
const ROUNDED = 0.001;

/**
 * The frame that is shown at a time: the last one that does not begin after it.
 *
 * @param times When each frame begins, in seconds, ascending.
 * @param seconds On the same clock; before the first frame it is the first.
 * @returns Number of the frame, from 0.
 */
export function frameAt(times: Float64Array, seconds: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle] <= seconds + ROUNDED) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** True if the last frame is not shown any more at a time, by the clock of `times`. */
export function isBeyond(times: Float64Array, seconds: number): boolean {
  const last = times.length - 1;
  return last > 0 && seconds > times[last] + (times[last] - times[last - 1]) + ROUNDED;
}

/**
 * Numbers of the frames to be taken, ascending, each once.
 *
 * @param times When each frame begins, in seconds, ascending.
 * @param frames How many there should be, if that is more: those behind the last time are lost.
 */
export function chosenFrames(
  choice: FrameChoice,
  times: Float64Array,
  frames: number = times.length,
): Uint32Array {
  if (choice.at) {
    const first = times[0] ?? 0;
    const shown = choice.at.filter((seconds) => !isBeyond(times, first + seconds));
    const numbers = new Set(shown.map((seconds) => frameAt(times, first + seconds)));
    return Uint32Array.from(numbers).sort();
  }
  const every = choice.every ?? 1;
  return Uint32Array.from({ length: Math.ceil(frames / every) }, (_, k) => k * every);
}

/**
 * The same choice for ffmpeg's filter `select`, which counts the frames it is given; undefined for all frames. It is a tree,
 * as ffmpeg refuses an expression of a thousand terms side by side.
 */
export function selectExpression(choice: FrameChoice, numbers: Uint32Array): string | undefined {
  if (choice.at) return oneOf(numbers, 0, numbers.length);
  return (choice.every ?? 1) > 1 ? `not(mod(n,${choice.every}))` : undefined;
}

function oneOf(numbers: Uint32Array, from: number, to: number): string {
  if (to - from <= 1) return from === to ? "0" : `eq(n,${numbers[from]})`;
  const middle = (from + to) >>> 1;
  return `if(lt(n,${numbers[middle]}),${oneOf(numbers, from, middle)},${oneOf(numbers, middle, to)})`;
}

import { bytes, count, duration, rate } from "../text/format.ts";

/** Stage of any command. */
export type Phase =
  | "fetch"
  | "scan"
  | "decode"
  | "encode"
  | "prove"
  | "pack"
  | "publish"
  | "verify"
  | "extract"
  | "inspect"
  | "survey"
  | "convert"
  | "upload"
  | "compare"
  | "write"
  | "copy";

/** State of a command that is at work. */
export interface Progress {
  readonly phase: Phase;
  /** Items done in this phase. */
  readonly done: number;
  /** Items in all; 0 while unknown. */
  readonly total: number;
  /** Bytes written or read. */
  readonly bytes: number;
  /** Seconds since the command began. */
  readonly seconds: number;
}

/** {@link Progress} with the time its phase began, so that rates are those of the phase. */
export interface PhaseProgress extends Progress {
  /** `seconds` when the phase began. */
  readonly since: number;
}

const words: Readonly<Record<Phase, { verb: string; unit: string }>> = {
  fetch: { verb: "Fetching", unit: "bytes" },
  scan: { verb: "Scanning", unit: "files" },
  decode: { verb: "Taking frames of videos:", unit: "frames" },
  encode: { verb: "Encoding", unit: "images" },
  prove: { verb: "Decoding again and comparing", unit: "images" },
  pack: { verb: "Packing", unit: "images" },
  publish: { verb: "Publishing", unit: "images" },
  verify: { verb: "Verifying", unit: "images" },
  extract: { verb: "Extracting", unit: "images" },
  inspect: { verb: "Inspecting", unit: "images" },
  survey: { verb: "Looking for losses in", unit: "images" },
  convert: { verb: "Converting", unit: "images" },
  upload: { verb: "Uploading", unit: "bytes" },
  compare: { verb: "Comparing", unit: "images" },
  write: { verb: "Writing", unit: "bytes" },
  copy: { verb: "Copying", unit: "bytes" },
};

/** The next state of the display: a new phase begins its own clock. */
export function follow(before: PhaseProgress | undefined, now: Progress): PhaseProgress {
  if (before?.phase === now.phase) return { ...now, since: before.since };
  // What comes before the first report belongs to the first phase.
  return { ...now, since: before === undefined ? 0 : now.seconds };
}

/**
 * One calm line: what is done, how far, how fast, how much, how long still.
 *
 * @returns `Packing 45,120 of 100,000 images (45 %) · 12,300/s · 722 MB · 4 s left`
 */
export function progressLine(state: PhaseProgress): string {
  const { verb, unit } = words[state.phase];
  if (unit === "bytes") return byteLine(verb, state);
  if (state.phase === "publish") return `${verb} ${count(state.total)} ${unit}`;
  const { done, total } = state;
  const elapsed = state.seconds - state.since;
  const known = total > 0;
  // 100 % is said only when it is true.
  const percent = known ? Math.floor(done / total * 100) : 0;
  const parts = [
    known
      ? `${verb} ${count(done)} of ${count(total)} ${unit} (${percent} %)`
      : `${verb} ${count(done)} ${unit}`,
  ];
  if (elapsed >= 0.5 && done > 0) {
    const speed = done / elapsed;
    parts.push(rate(speed));
    if (state.bytes > 0) parts.push(bytes(state.bytes));
    // A guess from the first half second would jump about.
    if (known && done < total && elapsed >= 1) {
      parts.push(`${duration(Math.ceil((total - done) / speed))} left`);
    }
  }
  return parts.join(" · ");
}

/** `Uploading 45 MB of 1.2 GB (3 %) · 12 MB/s · 96 s left`: items are bytes, the rate that of what was sent. */
function byteLine(verb: string, { done, total, bytes: sent, seconds, since }: PhaseProgress): string {
  const percent = Math.floor(done / Math.max(total, 1) * 100);
  const parts = [`${verb} ${bytes(done)} of ${bytes(total)} (${percent} %)`];
  const elapsed = seconds - since;
  if (elapsed >= 1 && sent > 0) {
    const speed = sent / elapsed;
    parts.push(`${bytes(speed)}/s`);
    if (done < total) parts.push(`${duration(Math.ceil((total - done) / speed))} left`);
  }
  return parts.join(" · ");
}

/** Cuts a line to the width of the terminal, so that `\r` always returns to its beginning. */
export function fit(line: string, columns: number): string {
  return line.length < columns ? line : `${line.slice(0, Math.max(0, columns - 2))}…`;
}

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installed, run } from "../tools.ts";

/** A program to be timed. */
export interface Contender {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd?: string;
  /** Puts things in order before each run; not timed. */
  readonly before?: () => void;
}

/** Cost of a program: medians over the rounds; the peak is the highest seen. */
export interface Cost {
  readonly name: string;
  /** Wall clock, from start to exit of the process. */
  readonly seconds: number;
  /** Peak resident set, MiB; undefined where GNU time is not installed. */
  readonly peakMiB?: number;
}

const GNU_TIME = "/usr/bin/time";

/** Runs a program once. */
function once({ command, cwd, before }: Contender, note: string): { seconds: number; peakMiB?: number } {
  before?.();
  const timed = installed(GNU_TIME);
  const start = performance.now();
  const { code, stderr, stdout } = run(timed ? [GNU_TIME, "-f", "%M", "-o", note, ...command] : command, {
    cwd,
  });
  const seconds = (performance.now() - start) / 1000;
  if (code !== 0) throw new Error(`"${command.join(" ")}" ended with ${code}:\n${stdout}\n${stderr}`);
  return { seconds, peakMiB: timed ? Number(readFileSync(note, "utf8").trim()) / 1024 : undefined };
}

/**
 * Times programs in turn, A B C A B C …, so that a slow minute of the machine falls on all of them. The first round only
 * warms the caches and is not counted.
 *
 * @param rounds Counted rounds.
 */
export function measure(contenders: readonly Contender[], rounds: number): Cost[] {
  const folder = mkdtempSync(join(tmpdir(), "bench-time-"));
  const samples = contenders.map(() => [] as { seconds: number; peakMiB?: number }[]);
  try {
    for (let round = 0; round <= rounds; round++) {
      contenders.forEach((contender, i) => {
        const sample = once(contender, join(folder, "peak"));
        if (round > 0) samples[i].push(sample);
      });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return contenders.map(({ name }, i) => ({
    name,
    seconds: median(samples[i].map((sample) => sample.seconds)),
    peakMiB: samples[i][0].peakMiB === undefined
      ? undefined
      : Math.max(...samples[i].map((sample) => sample.peakMiB!)),
  }));
}

/** Middle value; the mean of the two middle ones if there is an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

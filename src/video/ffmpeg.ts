import { type ChildProcess, type ProcessEnd, startProcess } from "../io/process.ts";
import { systemCode } from "../io/system_error.ts";
import { PackError } from "../model/issue.ts";

/** Name of the program, found on the search path. */
export const FFMPEG = "ffmpeg";
/** Lines of its error output that are told when it fails, and the longest line that is kept. */
const LINES = 8;
const LINE = 500;
/** Where a part of ffmpeg lies in memory: another place in every run. */
const ADDRESS = / @ 0x[0-9a-f]+(?=\])/g;

/** No frame is ever doubled or dropped for the sake of a frame rate. Known since ffmpeg 5.1. */
export const PASSTHROUGH = ["-fps_mode", "passthrough"];

/** How to get ffmpeg, by system. */
export const INSTALL =
  "Install it (apt-get install ffmpeg, brew install ffmpeg, winget install ffmpeg), or name it with --ffmpeg";

/** Options of {@link startFfmpeg}. */
export interface FfmpegOptions {
  /** Name or path of the program. @default {"ffmpeg"} */
  program?: string;
  /** Arguments that keep it quiet; ffprobe takes none of those. @default {["-nostats"]} */
  quiet?: readonly string[];
  /** What it is doing, for messages: "encoding the frames". */
  task: string;
  /** What works without it, for messages. @default {"--codec copy and every --media but mkv need none"} */
  remedy?: string;
  /** True if bytes are written to its standard input (`pipe:0`). @default {false} */
  input?: boolean;
  /** True if its standard output (`pipe:1`) is read. @default {false} */
  output?: boolean;
  /** Ends the program. */
  signal?: AbortSignal;
}

/** The error that there is no such program. */
export class FfmpegMissing extends PackError {}

/** A running ffmpeg: fed, read and watched. Whoever starts one calls {@link Ffmpeg.close} in the end. */
export interface Ffmpeg {
  /**
   * Writes to its input; settles when the program has taken the bytes, so they may be used again and nothing piles up.
   *
   * @throws {PackError} With its last words, if it has ended.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends its input. */
  end(): Promise<void>;
  /** Fills `into` from its output; returns the bytes read, fewer only at the end of the output. */
  read(into: Uint8Array<ArrayBuffer>): Promise<number>;
  /**
   * Waits for its end.
   *
   * @throws {PackError} With code or signal and its last words, unless it ended with 0; with exit code 130 after an abort.
   */
  finish(): Promise<void>;
  /** How it ended and its last words; no error, whatever they are. */
  result(): Promise<FfmpegResult>;
  /** Kills it if it still runs, and waits until it is gone. */
  close(): Promise<void>;
}

/** How a run of ffmpeg ended. */
export interface FfmpegResult extends ProcessEnd {
  /** The last lines of its error output. */
  readonly words: readonly string[];
}

/**
 * Starts ffmpeg. Its error output is read all the time, so it never waits for that, and only the last lines are kept.
 *
 * @param args Arguments; those that keep it quiet are put before them.
 * @throws {FfmpegMissing} If it is not there, naming the packages and `--codec copy`.
 * @throws {PackError} If the signal is aborted already.
 */
export function startFfmpeg(args: readonly string[], options: FfmpegOptions): Ffmpeg {
  const { program = FFMPEG, quiet = ["-nostats"], task, remedy, input = false, output = false, signal } =
    options;
  if (signal?.aborted) throw interrupted();
  const child = start(program, ["-hide_banner", ...quiet, "-v", "error", ...args], { input, output }, remedy);
  const words = lastLines(child);
  const onAbort = () => child.kill();
  signal?.addEventListener("abort", onAbort);
  const result = (async () => {
    const [end, lines] = await Promise.all([child.ended, words]);
    signal?.removeEventListener("abort", onAbort);
    return { ...end, words: lines };
  })();
  const failure = async () => signal?.aborted ? interrupted() : ffmpegFailed(program, task, await result);
  return {
    async write(bytes) {
      try {
        await child.write(bytes);
      } catch {
        // It does not read any more; that it should hang all the same is not waited for.
        child.kill();
        throw await failure();
      }
    },
    async end() {
      try {
        await child.end();
      } catch {
        // What it made of its input is seen from its end.
      }
    },
    read: (into) => child.read(into),
    async finish() {
      const { code } = await result;
      if (code !== 0 || signal?.aborted) throw await failure();
    },
    result: () => result,
    async close() {
      child.kill();
      await result;
    },
  };
}

/** The error that ffmpeg failed at something, with its last words. */
export function ffmpegFailed(
  program: string,
  task: string,
  { code, signal, words }: FfmpegResult,
): PackError {
  const how = signal === null ? `with code ${code}` : `by signal ${signal}`;
  const said = words.length > 0 ? ` It said: ${words.join(" | ")}` : " It said nothing.";
  return new PackError(
    `"${program}" ended ${how} while ${task}.${said}`,
    "Check the settings (--codec, --preset, --pix-fmt) and the disk; --codec copy packs without ffmpeg.",
  );
}

function start(
  program: string,
  args: string[],
  pipes: { input: boolean; output: boolean },
  remedy = "--codec copy and every --media but mkv need none",
): ChildProcess {
  try {
    return startProcess(program, args, pipes);
  } catch (error) {
    const code = systemCode(error);
    if ((error as Error).name === "NotCapable") throw error;
    const suggestion = `${INSTALL}; ${remedy}.`;
    throw code === "ENOENT" || (error as Error).name === "NotFound"
      ? new FfmpegMissing(`Cannot start "${program}": there is no such program.`, suggestion)
      : new PackError(`Cannot start "${program}": ${(error as Error).message}.`, suggestion);
  }
}

/** Reads the error output to its end; keeps the last lines, without control characters. */
async function lastLines({ words }: ChildProcess): Promise<string[]> {
  const decoder = new TextDecoder();
  const lines: string[] = [];
  let rest = "";
  const keep = (line: string) => {
    // deno-lint-ignore no-control-regex -- what a program says must not steer the terminal
    const text = line.replace(/[\x00-\x1f\x7f-\x9f]+/g, " ").replace(ADDRESS, "").trim();
    if (text === "" || text.startsWith("Svt[info]")) return;
    lines.push(text.length > LINE ? `${text.slice(0, LINE)}…` : text);
    if (lines.length > LINES) lines.shift();
  };
  for await (const bytes of words) {
    const parts = (rest + decoder.decode(bytes, { stream: true })).split(/[\r\n]/);
    rest = parts.pop()!.slice(-4 * LINE);
    parts.slice(-LINES - 1).forEach(keep);
  }
  keep(rest);
  return lines;
}

const interrupted = () => new PackError("Interrupted: ffmpeg was ended.", undefined, 130);

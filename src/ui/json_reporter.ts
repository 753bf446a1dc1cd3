import type { OutputStream } from "../io/terminal.ts";
import { describe } from "./describe.ts";
import { follow, type PhaseProgress } from "./progress.ts";
import type { Reporter } from "./reporter.ts";

/** Seconds between two progress events of the same phase. */
const INTERVAL = 1;

/**
 * Events as JSON, one a line, each with the key `event`. The outcome goes to stdout, the others to stderr, so that
 * stdout holds exactly one document.
 *
 * - `progress`: `phase`, `done`, `total` (0 while unknown), `bytes`, `seconds`; once a second and at each new phase.
 * - `issue`: an `Issue` (`code`, `severity`, `path`, `line`, `message`, `suggestion`).
 * - `remark`: `message`.
 * - `packed`, `predicted`, `inspected`, `verified`, `extracted`, `converted`, `history`, `rolled-back`, `compacted`, `merged`,
 *   `subset`, `split`, `uploaded`, `cleaned`: the outcome, with the keys of the library's report.
 * - `error`: `message`, `suggestion`, `losses` if a format cannot hold all labels, and `stack` if it is a bug.
 *
 * @param quiet Leaves out progress, issues and remarks.
 */
export function jsonReporter(
  streams: { stdout: OutputStream; stderr: OutputStream },
  quiet: boolean,
): Reporter {
  let shown: PhaseProgress | undefined;
  const emit = (stream: OutputStream, event: string, value: object) => {
    stream.write(JSON.stringify({ event, ...value }) + "\n");
  };
  const tell = (event: string, value: object) => {
    if (!quiet) emit(streams.stderr, event, value);
  };
  return {
    progress(progress) {
      if (shown?.phase === progress.phase && progress.seconds - shown.seconds < INTERVAL) return;
      shown = follow(shown, progress);
      tell("progress", progress);
    },
    issue: (issue) => tell("issue", issue),
    remark: (message) => tell("remark", { message }),
    result: ({ event, value }) => emit(streams.stdout, event, value),
    error: (error) => emit(streams.stderr, "error", describe(error)),
  };
}

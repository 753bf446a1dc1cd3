import { colourWanted, columns, exit, onEndRequest, stderr, stdout } from "../io/terminal.ts";
import { PackError } from "../model/issue.ts";
import { colour } from "../ui/colour.ts";
import { jsonReporter } from "../ui/json_reporter.ts";
import type { Reporter } from "../ui/reporter.ts";
import { textReporter } from "../ui/text_reporter.ts";
import type { Context } from "./context.ts";
import { ExitCode } from "./exit_code.ts";
import type { DisplayFlags } from "./flags/common.ts";

/** Milliseconds a command has to end by itself after Ctrl-C, and one that has to tell a store. */
const GRACE = 700;
export const GRACE_WITH_STORE = 10_000;

/** What a command works with. */
export interface Session {
  readonly reporter: Reporter;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/**
 * Carries out a command: says what it does, ends it on Ctrl-C, and notes the exit code.
 *
 * @param interrupted What to say if Ctrl-C ended it.
 * @param work Returns the exit code; what it throws is told and becomes one.
 * @param grace Milliseconds it has to end by itself after Ctrl-C.
 */
export async function perform(
  context: Context,
  display: DisplayFlags,
  interrupted: string,
  work: (session: Session) => Promise<ExitCode>,
  grace: number = GRACE,
): Promise<void> {
  const reporter = createReporter(display);
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ended = () => new PackError(interrupted, undefined, ExitCode.interrupted);
  const stopListening = onEndRequest(() => {
    if (controller.signal.aborted) exit(ExitCode.interrupted);
    timer = setTimeout(() => {
      reporter.error(ended());
      exit(ExitCode.interrupted);
    }, grace);
    controller.abort(ended());
  });
  try {
    context.process.exitCode = await work({ reporter, signal: controller.signal });
  } catch (error) {
    // Whatever an interrupted command throws, the cause is known; it may say more about it itself.
    const told = error instanceof PackError && error.exitCode === ExitCode.interrupted;
    const cause = controller.signal.aborted && !told ? ended() : error;
    reporter.error(cause);
    context.process.exitCode = cause instanceof PackError ? cause.exitCode : ExitCode.failed;
  } finally {
    clearTimeout(timer);
    stopListening();
  }
}

function createReporter({ json, quiet = false }: DisplayFlags): Reporter {
  if (json) return jsonReporter({ stdout, stderr }, quiet);
  return textReporter({ stdout, stderr, columns, quiet, colour: colour(colourWanted && stderr.isTerminal) });
}

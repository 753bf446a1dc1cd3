import { rollback } from "../generations/rollback.ts";
import { rollbackSummary } from "../ui/history_summary.ts";
import type { Context } from "./context.ts";
import { ExitCode } from "./exit_code.ts";
import { nextCommand } from "./next.ts";
import type { DisplayFlags, GenerationFlags } from "./options.ts";
import { perform } from "./perform.ts";

/** Options of `rollback`. */
export interface RollbackFlags extends GenerationFlags, DisplayFlags {
  readonly to: number;
}

/** Carries out `rollback`. */
export function rollbackCommand(context: Context, flags: RollbackFlags, set: string): Promise<void> {
  return perform(context, flags, "Interrupted: the set is as it was.", async ({ reporter, signal }) => {
    const { date, message, to } = flags;
    const report = await rollback(set, to, { date, message, signal });
    const lines = rollbackSummary(report, set, to, nextCommand(context, "verify", set));
    reporter.result({ event: "rolled-back", value: { dir: set, restores: to, ...report }, lines });
    return ExitCode.ok;
  });
}

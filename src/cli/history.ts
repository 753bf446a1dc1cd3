import { history } from "../generations/set_history.ts";
import { historySummary } from "../ui/history_summary.ts";
import type { Context } from "./context.ts";
import { ExitCode } from "./exit_code.ts";
import type { DisplayFlags } from "./options.ts";
import { perform } from "./perform.ts";

/** Carries out `history`. */
export function historyCommand(context: Context, flags: DisplayFlags, set: string): Promise<void> {
  return perform(context, flags, "Interrupted.", ({ reporter }) => {
    const found = history(set);
    reporter.result({ event: "history", value: { dir: set, ...found }, lines: historySummary(found, set) });
    return Promise.resolve(ExitCode.ok);
  });
}

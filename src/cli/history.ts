import { remoteHistory } from "../dataset/remote/history.ts";
import { history } from "../generations/set_history.ts";
import { accessOf } from "../store/access.ts";
import { isRemote } from "../store/location.ts";
import { historySummary } from "../ui/history_summary.ts";
import type { Context } from "./context.ts";
import { ExitCode } from "./exit_code.ts";
import type { DisplayFlags, StoreFlags } from "./flags/common.ts";
import { shownSet } from "./next.ts";
import { perform } from "./perform.ts";

/** Options of `history`. */
export interface HistoryFlags extends StoreFlags, DisplayFlags {}

/** Carries out `history`. */
export function historyCommand(context: Context, flags: HistoryFlags, set: string): Promise<void> {
  return perform(context, flags, "Interrupted.", async ({ reporter, signal }) => {
    const found = isRemote(set) ? await remoteHistory(set, { ...accessOf(flags), signal }) : history(set);
    const dir = shownSet(set);
    reporter.result({ event: "history", value: { dir, ...found }, lines: historySummary(found, dir) });
    return ExitCode.ok;
  });
}

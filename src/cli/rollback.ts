import type { AppendOptions } from "../generations/change.ts";
import { rollback } from "../generations/rollback.ts";
import { rollbackSummary } from "../ui/history_summary.ts";
import type { Context } from "./context.ts";
import { ExitCode } from "./exit_code.ts";
import { nextCommand, wayTo } from "./next.ts";
import type { DisplayFlags, StoreFlags } from "./flags/common.ts";
import type { GenerationFlags } from "./flags/set.ts";
import { perform } from "./perform.ts";
import { sendingOptions } from "./sending.ts";
import { accessOf } from "../store/access.ts";
import { isRemote } from "../store/location.ts";

/** Options of `rollback`. */
export interface RollbackFlags extends GenerationFlags, StoreFlags, DisplayFlags {
  readonly to: number;
}

/** Carries out `rollback`. */
export function rollbackCommand(context: Context, flags: RollbackFlags, set: string): Promise<void> {
  const remote = isRemote(set);
  const interrupted = remote ? "Interrupted." : "Interrupted: the set is as it was.";
  return perform(context, flags, interrupted, async (session) => {
    const { reporter, signal } = session;
    const { date, message, to } = flags;
    const began = performance.now();
    const show = (phase: "fetch" | "write") => (done: number, total: number) =>
      reporter.progress({ phase, done, total, bytes: done, seconds: (performance.now() - began) / 1000 });
    const written = show("write");
    const change: AppendOptions = {
      date,
      message,
      signal,
      onProgress: ({ bytes, total }) => written(bytes, total),
    };
    const { report, sent } = remote
      ? await (await import("../upload/change_remote.ts"))
        .rollbackRemote(set, to, { ...change, onFetched: show("fetch") }, {
          ...accessOf(flags),
          ...sendingOptions(session),
        })
      : { report: await rollback(set, to, change), sent: undefined };
    const lines = rollbackSummary(report, set, to, nextCommand(context, "verify", set, ...wayTo(set, flags)));
    const value = { dir: set, restores: to, ...report, ...sent && { upload: sent } };
    reporter.result({ event: "rolled-back", value, lines });
    return ExitCode.ok;
  });
}

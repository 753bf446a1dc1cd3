import { verifySummary } from "../ui/verify_summary.ts";
import { accessOf } from "../store/access.ts";
import { verify } from "../verify/verify.ts";
import type { Context } from "./context.ts";
import { ExitCode } from "./exit_code.ts";
import { nextCommand, shownSet, wayTo } from "./next.ts";
import type { DisplayFlags, StoreFlags } from "./flags/common.ts";
import type { AtFlags } from "./flags/set.ts";
import { perform } from "./perform.ts";

/** Options of `verify`. */
export interface VerifyFlags extends AtFlags, StoreFlags, DisplayFlags {
  readonly deep?: boolean;
  readonly all?: boolean;
  readonly ffmpeg?: string;
  readonly workers?: number;
}

/** Carries out `verify`. */
export function verifyCommand(context: Context, flags: VerifyFlags, set: string): Promise<void> {
  return perform(context, flags, "Interrupted.", async ({ reporter, signal }) => {
    const report = await verify(set, {
      ...accessOf(flags),
      deep: flags.deep,
      all: flags.all,
      at: flags.at,
      ffmpeg: flags.ffmpeg,
      workers: flags.workers,
      signal,
      onProgress: (progress) => reporter.progress({ phase: "verify", ...progress }),
    });
    const shown = shownSet(set);
    const next = shown === set
      ? nextCommand(context, "extract", set, "restored", ...wayTo(set, flags))
      : undefined;
    reporter.result({
      event: "verified",
      value: report,
      lines: verifySummary(report, shown, next),
      urgent: !report.ok,
    });
    return report.ok ? ExitCode.ok : ExitCode.damaged;
  });
}

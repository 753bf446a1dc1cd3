import { presign } from "../dataset/remote/presign.ts";
import type { Context } from "./context.ts";
import { ExitCode } from "./exit_code.ts";
import type { DisplayFlags, StoreFlags } from "./flags/common.ts";
import { perform } from "./perform.ts";

/** Options of `presign`. */
export interface PresignFlags extends StoreFlags, DisplayFlags {
  readonly seconds?: number;
}

/** As long as a working day may last. */
const SECONDS = 12 * 3600;

/** Carries out `presign`. */
export function presignCommand(context: Context, flags: PresignFlags, location: string): Promise<void> {
  return perform(context, flags, "Interrupted.", async ({ reporter, signal }) => {
    const { endpoint, region, profile, seconds = SECONDS } = flags;
    const report = await presign(location, seconds, { endpoint, region, profile, signal });
    reporter.result({
      event: "presigned",
      value: report,
      lines: [JSON.stringify(report.links, undefined, 2)],
    });
    return ExitCode.ok;
  });
}

import { cleanSummary, forecastSummary, uploadSummary } from "../ui/upload_summary.ts";
import type { UploadOptions } from "../upload/options.ts";
import type { Context } from "./context.ts";
import { ExitCode } from "./exit_code.ts";
import type { DisplayFlags, StoreFlags } from "./flags/common.ts";
import { perform } from "./perform.ts";
import { sendingOptions } from "./sending.ts";
import { type SendingFlags, storeAccess } from "./flags/sending.ts";

/** Options of `upload`. */
export interface UploadFlags extends StoreFlags, SendingFlags, DisplayFlags {
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly clean?: boolean;
}

/** Carries out `upload`. */
export function uploadCommand(
  context: Context,
  flags: UploadFlags,
  set: string,
  destination: string,
): Promise<void> {
  const interrupted = "Interrupted: the same command goes on from where it stopped.";
  return perform(context, flags, interrupted, async (session) => {
    const { reporter } = session;
    const options: UploadOptions = {
      ...storeAccess(flags),
      force: flags.force,
      ...sendingOptions(session),
    };
    if (flags.clean) {
      const { cleanUpload } = await import("../upload/clean.ts");
      const report = await cleanUpload(set, destination, options);
      reporter.result({ event: "cleaned", value: report, lines: cleanSummary(report) });
    } else if (flags.dryRun) {
      const { predictUpload } = await import("../upload/predict.ts");
      const forecast = await predictUpload(set, destination, options);
      reporter.result({ event: "predicted", value: forecast, lines: forecastSummary(forecast) });
    } else {
      const { upload } = await import("../upload/upload.ts");
      const report = await upload(set, destination, options);
      reporter.result({ event: "uploaded", value: report, lines: uploadSummary(report) });
    }
    return ExitCode.ok;
  });
}

import type { PackOptions, PackReport } from "../pack/options.ts";
import { isRemote } from "../store/location.ts";
import { MANIFEST_FILE } from "../manifest/record.ts";
import { predictionSummary } from "../ui/inspection_summary.ts";
import { leftOut, packSummary } from "../ui/pack_summary.ts";
import type { Context } from "./context.ts";
import { ExitCode } from "./exit_code.ts";
import { inspectProgress } from "./inspect_progress.ts";
import { nextCommand, shortPath, wayTo } from "./next.ts";
import type { DisplayFlags } from "./flags/common.ts";
import { type PackFlags, packOptions, type Stage } from "./pack_options.ts";
import { GRACE_WITH_STORE, perform } from "./perform.ts";
import { isFolder, sampleFolder, sampleRemark } from "./sample.ts";
import { sendingOptions } from "./sending.ts";
import { refuseStoreFlags, storeAccess } from "./flags/sending.ts";

/** Carries out `run`, `bundle` or `annotate`. */
export function packCommand(
  context: Context,
  stage: Stage,
  flags: PackFlags & DisplayFlags,
  dataset: string | undefined,
): Promise<void> {
  return perform(context, flags, "Interrupted: nothing was published.", async (session) => {
    const { reporter, signal } = session;
    const { options, isSample } = packOptions(stage, flags, dataset, { isFolder, sample: sampleFolder });
    const straight = isRemote(options.output!);
    if (straight) {
      const { onRemark, onRetry } = sendingOptions(session);
      options.temp = flags.temp;
      options.store = { ...storeAccess({ ...flags, profile: undefined }), onRemark, onRetry };
    } else refuseStoreFlags(flags, options.output!);
    if (isSample) reporter.remark(sampleRemark("packing", options.dataset!));
    if (flags.dryRun) {
      if (straight) {
        const { checkPlace } = await import("../upload/straight/pack_to_store.ts");
        await checkPlace({ ...options, signal });
      }
      const { predict } = await import("../inspect/inspect.ts");
      const onProgress = (progress: Parameters<typeof inspectProgress>[0]) =>
        reporter.progress(inspectProgress(progress));
      const found = await predict({ ...options, signal }, onProgress);
      const lines = predictionSummary(found, stage, shortPath(options.output!));
      reporter.result({ event: "predicted", value: found, lines });
      return ExitCode.ok;
    }
    const { pack } = await import("../upload/straight/pack.ts");
    const report = await pack({ ...options, signal, onProgress: reporter.progress, onIssue: reporter.issue });
    const output = shortPath(report.output);
    const lines = packSummary(report, {
      stage,
      output,
      profile: options.profile,
      next: next(context, options, report),
    });
    reporter.result({ event: "packed", value: report, lines });
    return leftOut(report) > 0 ? ExitCode.leftOut : ExitCode.ok;
  }, isRemote(flags.output ?? "") ? GRACE_WITH_STORE : undefined);
}

/** The command that makes sense next; none after a bundle without manifest. */
function next(context: Context, options: PackOptions, { files, output }: PackReport): string | undefined {
  if (!(MANIFEST_FILE in files)) return undefined;
  const { dataset, images, labels, store = {} } = options;
  if (options.stage !== "bundle") {
    return nextCommand(context, "verify", shortPath(output), ...wayTo(output, store));
  }
  const source = [
    ...(dataset ? [dataset] : []),
    ...(images ? ["--images", images] : []),
    ...(labels ? ["--labels", labels] : []),
  ];
  return nextCommand(context, "annotate", ...source, "--output", shortPath(output));
}

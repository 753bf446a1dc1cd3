import { relative } from "node:path";
import { invocation } from "../io/terminal.ts";
import type { PackReport } from "../pack/options.ts";
import { printable, shellQuote } from "../ui/format.ts";
import { leftOut, packSummary } from "../ui/pack_summary.ts";
import { type Context, programName } from "./context.ts";
import { ExitCode } from "./exit_code.ts";
import type { DisplayFlags } from "./options.ts";
import { type PackFlags, packOptions } from "./pack_options.ts";
import { perform, type Session } from "./perform.ts";
import { isFolder, sampleFolder } from "./sample.ts";

/** Carries out `run`, `bundle` or `annotate`. */
export function packCommand(
  context: Context,
  stage: "run" | "bundle" | "annotate",
  flags: PackFlags & DisplayFlags,
  dataset: string | undefined,
): Promise<void> {
  return perform(
    context,
    flags,
    "Interrupted: nothing was published.",
    async ({ reporter, signal }: Session) => {
      const { options, isSample } = packOptions(stage, flags, dataset, { isFolder, sample: sampleFolder });
      if (isSample) {
        reporter.remark(
          `No dataset was named and there is no folder raw_images here: packing the sample in ${
            printable(options.dataset!)
          }`,
        );
      }
      const hooks = {
        signal,
        onProgress: reporter.progress,
        onIssue: reporter.issue,
      };
      const { pack } = await import("../pack/pack.ts");
      const report = await pack({ ...options, ...hooks });
      const lines = flags.json || flags.quiet ? [] : summary(context, stage, report);
      reporter.result({ event: "packed", value: report, lines });
      return leftOut(report) > 0 ? ExitCode.leftOut : ExitCode.ok;
    },
  );
}

function summary(context: Context, stage: "run" | "bundle" | "annotate", report: PackReport): string[] {
  const started = invocation();
  const near = relative(started.cwd, report.output) || ".";
  const output = near.startsWith("..") ? report.output : near;
  const program = programName(context.main, started, shellQuote);
  return packSummary(report, output, next(stage, report, program, shellQuote(output)));
}

/** The command that makes sense next; none after a bundle without manifest. */
function next(stage: string, report: PackReport, program: string, output: string): string | undefined {
  if (!("frame_manifest.json" in report.files)) return undefined;
  return stage === "bundle" ? `${program} annotate --output ${output}` : `${program} verify ${output}`;
}

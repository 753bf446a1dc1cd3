import { convert } from "../convert/convert.ts";
import type { ConvertOptions } from "../convert/options.ts";
import type { StillFormat } from "../image/still_format.ts";
import { resolveSet } from "../manifest/source_set.ts";
import { accessOf } from "../store/access.ts";
import { isRemote } from "../store/location.ts";
import { convertSummary, leftOut } from "../ui/convert_summary.ts";
import { readClassMap } from "./class_map.ts";
import type { Context } from "./context.ts";
import { ExitCode } from "./exit_code.ts";
import { shortPath } from "./next.ts";
import type { DisplayFlags, StoreFlags } from "./flags/common.ts";
import type { FrameFlags, LabelFlags, SourceFlags } from "./flags/input.ts";
import type { RunFlags } from "./flags/output.ts";
import type { AtFlags } from "./flags/set.ts";
import { perform } from "./perform.ts";

/** Options of `convert`. */
export interface ConvertFlags
  extends
    Pick<SourceFlags, "labels" | "format" | "pattern" | "noAutoGeneratePlaceholders">,
    Pick<RunFlags, "output" | "overwrite" | "dryRun" | "workers" | "maxRejects">,
    Omit<LabelFlags, "area" | "profile">,
    FrameFlags,
    AtFlags,
    StoreFlags,
    DisplayFlags {
  readonly to: string;
  readonly images?: "copy" | "link" | "none";
  readonly allowLoss?: boolean;
}

/** Carries out `convert`. */
export function convertCommand(context: Context, flags: ConvertFlags, dataset: string): Promise<void> {
  const { classMap, dropClass, noAutoGeneratePlaceholders, json: _json, quiet: _quiet, ...same } = flags;
  return carryOut(context, flags, () => ({
    ...same,
    dataset,
    classMap: classMap === undefined ? undefined : readClassMap(classMap),
    dropClasses: dropClass,
    placeholders: !noAutoGeneratePlaceholders,
  }));
}

/** Carries out `extract --labels-as`: images and labels of a set in the layout of a format. */
export function extractLabels(
  context: Context,
  flags: DisplayFlags & StoreFlags & Pick<ConvertOptions, "overwrite" | "allowLoss" | "select" | "at"> & {
    readonly format?: StillFormat;
    readonly ffmpeg?: string;
  },
  set: string,
  dir: string,
  to: string,
): Promise<void> {
  const { overwrite, allowLoss, select, at, format: imageFormat, ffmpeg } = flags;
  return carryOut(
    context,
    flags,
    () => ({
      ...accessOf(flags),
      dataset: isRemote(set) ? set : resolveSet(set).dir,
      to,
      output: dir,
      images: "copy",
      imageFormat,
      ffmpeg,
      overwrite,
      allowLoss,
      select,
      at,
    }),
  );
}

function carryOut(context: Context, display: DisplayFlags, options: () => ConvertOptions): Promise<void> {
  return perform(context, display, "Interrupted: nothing was written.", async ({ reporter, signal }) => {
    const chosen = options();
    const report = await convert({
      ...chosen,
      signal,
      onProgress: reporter.progress,
      onIssue: reporter.issue,
    });
    const lines = convertSummary(report, shortPath(report.output));
    reporter.result({ event: "converted", value: report, lines });
    if (report.dryRun && report.losses.length > 0 && !chosen.allowLoss) return ExitCode.usage;
    return leftOut(report) > 0 ? ExitCode.leftOut : ExitCode.ok;
  });
}

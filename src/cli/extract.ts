import { extract } from "../extract/extract.ts";
import { accessOf } from "../store/access.ts";
import type { Selection } from "../dataset/selection.ts";
import type { StillFormat } from "../image/still_format.ts";
import { extractSummary } from "../ui/extract_summary.ts";
import type { Context } from "./context.ts";
import { ExitCode } from "./exit_code.ts";
import type { DisplayFlags, StoreFlags } from "./flags/common.ts";
import { ORIGINAL } from "./flags/format_names.ts";
import type { AtFlags, SelectionFlags } from "./flags/set.ts";
import { perform } from "./perform.ts";

/** Options of `extract`. */
export interface ExtractFlags extends SelectionFlags, AtFlags, StoreFlags, DisplayFlags {
  readonly format?: StillFormat;
  readonly ffmpeg?: string;
  readonly overwrite?: boolean;
  readonly labelsAs?: string;
  readonly allowLoss?: boolean;
}

/** Carries out `extract`. */
export async function extractCommand(
  context: Context,
  flags: ExtractFlags,
  set: string,
  dir: string,
): Promise<void> {
  const originalLabels = flags.labelsAs === ORIGINAL;
  if (flags.labelsAs !== undefined && !originalLabels) {
    const { extractLabels } = await import("./convert.ts");
    return await extractLabels(context, { ...flags, select: selectionOf(flags) }, set, dir, flags.labelsAs);
  }
  const interrupted = `Interrupted: "${dir}" holds only a part of the images.`;
  return await perform(context, flags, interrupted, async ({ reporter, signal }) => {
    const report = await extract(set, dir, {
      ...accessOf(flags),
      ...selectionOf(flags),
      at: flags.at,
      format: flags.format,
      ffmpeg: flags.ffmpeg,
      originalLabels,
      overwrite: flags.overwrite,
      signal,
      onProgress: (progress) => reporter.progress({ phase: "extract", ...progress }),
    });
    reporter.result({ event: "extracted", value: report, lines: extractSummary({ ...report, dir }) });
    return ExitCode.ok;
  });
}

/** What the command line chose of the frames. */
function selectionOf({ frames, name, split }: SelectionFlags): Selection {
  return { frames, names: name, split };
}

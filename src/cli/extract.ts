import { extract } from "../extract/extract.ts";
import { extractSummary } from "../ui/extract_summary.ts";
import type { Context } from "./context.ts";
import { ExitCode } from "./exit_code.ts";
import type { DisplayFlags } from "./options.ts";
import { perform } from "./perform.ts";

/** Options of `extract`. */
export interface ExtractFlags extends DisplayFlags {
  readonly overwrite?: boolean;
}

/** Carries out `extract`. */
export function extractCommand(
  context: Context,
  flags: ExtractFlags,
  set: string,
  dir: string,
): Promise<void> {
  const interrupted = `Interrupted: "${dir}" holds only a part of the images.`;
  return perform(context, flags, interrupted, async ({ reporter, signal }) => {
    const report = await extract(set, dir, {
      overwrite: flags.overwrite,
      signal,
      onProgress: (progress) => reporter.progress({ phase: "extract", ...progress }),
    });
    reporter.result({ event: "extracted", value: report, lines: extractSummary({ ...report, dir }) });
    return ExitCode.ok;
  });
}

import { inspect } from "../inspect/inspect.ts";
import { accessOf } from "../store/access.ts";
import { isRemote } from "../store/location.ts";
import { isSet } from "../manifest/source_set.ts";
import { inspectionSummary } from "../ui/inspection_summary.ts";
import type { Context } from "./context.ts";
import { ExitCode } from "./exit_code.ts";
import { inspectProgress } from "./inspect_progress.ts";
import { nextCommand, shortPath, wayTo } from "./next.ts";
import type { DisplayFlags, StoreFlags } from "./flags/common.ts";
import { type LabelFlags, type SourceFlags, type VideoFlags, videoOptions } from "./flags/input.ts";
import { generationNumber } from "./flags/values.ts";
import { perform } from "./perform.ts";
import { isFolder, sampleFolder, sampleRemark } from "./sample.ts";
import { chooseSource } from "./source.ts";

/** Options of `inspect`. */
export type InspectFlags =
  & Pick<SourceFlags, "images" | "labels" | "format" | "pattern">
  & Pick<LabelFlags, "vocOffset">
  & VideoFlags
  & StoreFlags
  & DisplayFlags;

/** Carries out `inspect`. */
export function inspectCommand(
  context: Context,
  flags: InspectFlags,
  path: string | undefined,
): Promise<void> {
  return perform(context, flags, "Interrupted.", async ({ reporter, signal }) => {
    const source = chooseSource({ ...flags, dataset: path }, { isFolder, sample: sampleFolder });
    if (source.isSample) reporter.remark(sampleRemark("inspecting", source.dataset!));
    const ofSet = source.dataset !== undefined && (isRemote(source.dataset) || isSet(source.dataset));
    const found = await inspect(source.dataset, {
      ...accessOf(flags),
      images: source.images,
      labels: source.labels,
      at: ofSet ? generationOf(flags.at) : undefined,
      format: flags.format,
      pattern: flags.pattern,
      vocOffset: flags.vocOffset,
      videos: videoOptions(flags),
      signal,
      onProgress: (progress) => reporter.progress(inspectProgress(progress)),
    });
    const near = shortPath(found.path);
    const next = found.kind === "set"
      ? nextCommand(context, "verify", near, ...wayTo(near, flags))
      : path === undefined || found.images === 0
      ? undefined
      : nextCommand(context, "run", near, "--output", "output");
    const lines = inspectionSummary({ ...found, path: near }, next);
    reporter.result({ event: "inspected", value: found, lines });
    return ExitCode.ok;
  });
}

/** Of a set, what `--at` names is no time but a generation. */
function generationOf(at: readonly number[] | undefined): number | undefined {
  return at && generationNumber(at.join());
}

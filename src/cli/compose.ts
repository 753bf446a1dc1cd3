import { compact } from "../compose/compact.ts";
import { merge } from "../compose/merge.ts";
import type { CompactOptions, ComposeOptions } from "../compose/options.ts";
import { split, subset } from "../compose/subset.ts";
import { ask, canAsk } from "../io/terminal.ts";
import { PackError } from "../model/issue.ts";
import {
  compactSummary,
  deadBytes,
  mergeSummary,
  splitSummary,
  subsetSummary,
} from "../ui/compose_summary.ts";
import type { Context } from "./context.ts";
import { ExitCode } from "./exit_code.ts";
import { nextCommand, shortPath } from "./next.ts";
import type { DisplayFlags } from "./flags/common.ts";
import type { NewSetFlags } from "./flags/output.ts";
import type { SelectionFlags } from "./flags/set.ts";
import { perform, type Session } from "./perform.ts";

const NOTHING = "Interrupted: nothing was published.";

/** Options of `compact`. */
export interface CompactFlags extends DisplayFlags {
  readonly order?: CompactOptions["order"];
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly check?: boolean;
}

/** Options of `merge`. */
export interface MergeFlags extends NewSetFlags, DisplayFlags {
  readonly dedupe?: boolean;
}

/** Options of `subset`. */
export interface SubsetFlags extends NewSetFlags, SelectionFlags, DisplayFlags {
  readonly class?: readonly string[];
  readonly onlyClasses?: boolean;
  readonly where?: readonly string[];
  readonly sample?: number;
  readonly seed?: number;
}

/** Carries out `compact`. */
export function compactCommand(context: Context, flags: CompactFlags, set: string): Promise<void> {
  return perform(context, flags, "Interrupted: the set is as it was.", async (session) => {
    const { order, check } = flags;
    const options = { order, check, ...working(session) };
    let report = await compact(set, { ...options, dryRun: true });
    if (!flags.dryRun && report.needed) {
      if (!flags.yes) confirm(session, set, deadBytes(report), flags);
      report = await compact(set, options);
    }
    const next = report.written ? nextCommand(context, "verify", shortPath(report.output)) : undefined;
    session.reporter.result({ event: "compacted", value: report, lines: compactSummary(report, set, next) });
    return ExitCode.ok;
  });
}

/** Asks if earlier generations may be forgotten. */
function confirm({ reporter }: Session, set: string, what: string, { json, quiet }: DisplayFlags): void {
  if (json || quiet || !canAsk()) {
    throw new PackError(
      `compact forgets the earlier generations of "${set}", and nobody can be asked if that is wanted.`,
      "Add --yes, or look first with --dry-run.",
      2,
    );
  }
  reporter.remark(what);
  if (!ask(`Write "${set}" anew and forget its earlier generations?`)) {
    throw new PackError("Nothing was written.", undefined, 2);
  }
}

/** Carries out `merge`. */
export function mergeCommand(context: Context, flags: MergeFlags, sets: readonly string[]): Promise<void> {
  return perform(context, flags, NOTHING, async (session) => {
    const report = await merge(sets, flags.output, { ...newSet(flags, session), dedupe: flags.dedupe });
    const next = nextCommand(context, "verify", shortPath(report.output));
    const lines = mergeSummary(report, flags.output, flags.dedupe ?? false, next);
    session.reporter.result({ event: "merged", value: report, lines });
    return ExitCode.ok;
  });
}

/** Carries out `subset`. */
export function subsetCommand(context: Context, flags: SubsetFlags, set: string): Promise<void> {
  return perform(context, flags, NOTHING, async (session) => {
    const { frames, name, split, class: classes, onlyClasses, where, sample, seed } = flags;
    const report = await subset(set, flags.output, {
      ...newSet(flags, session),
      ...{ frames, names: name, split, classes, onlyClasses, where, sample, seed },
    });
    const next = nextCommand(context, "verify", shortPath(report.output));
    session.reporter.result({
      event: "subset",
      value: report,
      lines: subsetSummary(report, flags.output, next),
    });
    return ExitCode.ok;
  });
}

/** Carries out `split`. */
export function splitCommand(
  context: Context,
  flags: NewSetFlags & DisplayFlags,
  set: string,
): Promise<void> {
  return perform(context, flags, NOTHING, async (session) => {
    const report = await split(set, flags.output, newSet(flags, session));
    session.reporter.result({ event: "split", value: report, lines: splitSummary(report, flags.output) });
    return ExitCode.ok;
  });
}

function newSet({ overwrite, media, check }: NewSetFlags, session: Session) {
  return { overwrite, media, check, ...working(session) };
}

function working({ reporter, signal }: Session): ComposeOptions {
  return {
    signal,
    onProgress: (progress) => reporter.progress({ phase: "copy", ...progress, bytes: progress.done }),
  };
}

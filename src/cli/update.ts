import { resolve } from "node:path";
import { PackError } from "../model/issue.ts";
import { accessOf } from "../store/access.ts";
import { isRemote } from "../store/location.ts";
import type { UploadReport } from "../upload/options.ts";
import type { UpdateOptions, UpdateProgress, UpdateReport } from "../update/options.ts";
import type { Progress } from "../ui/progress.ts";
import { updateSummary } from "../ui/update_summary.ts";
import type { Context } from "./context.ts";
import { ExitCode } from "./exit_code.ts";
import { nextCommand, shortPath, wayTo } from "./next.ts";
import type { DisplayFlags, StoreFlags } from "./flags/common.ts";
import type { GenerationFlags, UpdateFlags } from "./flags/set.ts";
import { perform, type Session } from "./perform.ts";
import { isFolder } from "./sample.ts";
import { sendingOptions } from "./sending.ts";
import { chooseSource, type Source } from "./source.ts";

/** Carries out `update`. */
export function updateCommand(
  context: Context,
  flags: UpdateFlags & GenerationFlags & StoreFlags & DisplayFlags,
  dataset: string | undefined,
): Promise<void> {
  return perform(context, flags, interrupted(flags.output), async (session) => {
    const source = named(flags, dataset);
    const { output = "output", checksum, date, message, workers, maxRejects, dryRun } = flags;
    const options: UpdateOptions = {
      ...source,
      output,
      checksum,
      date,
      message,
      workers,
      maxRejects,
      dryRun,
      signal: session.signal,
      onProgress: (progress) => session.reporter.progress(shown(progress)),
      onIssue: session.reporter.issue,
    };
    const remote = isRemote(output);
    const once = async () => {
      if (!remote) {
        const { update } = await import("../update/update.ts");
        return tell(context, session, flags, await update(options));
      }
      const { updateRemote } = await import("../upload/change_remote.ts");
      const { report, sent } = await updateRemote(output, options, {
        ...accessOf(flags),
        ...sendingOptions(session),
      });
      return tell(context, session, flags, report, sent);
    };
    return flags.watch ? await watch(session, source, output, once) : await once();
  });
}

/** What is said if Ctrl-C ends a change of a set before it has said so itself. */
function interrupted(output = ""): string {
  return isRemote(output) ? "Interrupted." : "Interrupted: the set is as it was.";
}

/** Updates whenever the dataset has changed and come to rest, until Ctrl-C. */
async function watch(
  { reporter, signal }: Session,
  source: Source,
  output: string,
  once: () => Promise<ExitCode>,
): Promise<ExitCode> {
  const { QUIET, settledChanges } = await import("../update/watch.ts");
  const folders = [source.dataset, source.images, source.labels].filter((path) => path !== undefined);
  // Watching begins before the first look, so that nothing falls between the two.
  const changes = settledChanges(folders.map((path) => resolve(path)), QUIET, resolve(output), signal);
  let code = await once();
  reporter.remark("Watching for changes; Ctrl-C ends it");
  for await (const _ of changes) {
    try {
      code = await once();
    } catch (error) {
      if (!(error instanceof PackError) || signal.aborted) throw error;
      // What cannot be read now may be complete at the next change.
      reporter.error(error);
    }
  }
  return signal.aborted ? ExitCode.interrupted : code;
}

function named(flags: UpdateFlags, dataset: string | undefined): Source {
  return chooseSource({ ...flags, dataset }, {
    isFolder,
    sample: () => {
      throw new PackError(
        "No dataset was named, and there is no folder raw_images here.",
        "Name the dataset that the set was made of, as in: compact-uploader update photos --output packed",
        2,
      );
    },
  });
}

function tell(
  context: Context,
  { reporter }: Session,
  flags: StoreFlags,
  report: UpdateReport,
  sent?: UploadReport,
): ExitCode {
  const output = shortPath(report.output);
  const next = report.written ? nextCommand(context, "history", output, ...wayTo(output, flags)) : undefined;
  reporter.result({
    event: report.dryRun ? "predicted" : "updated",
    value: sent ? { ...report, upload: sent } : report,
    lines: updateSummary(report, output, sent, next),
  });
  const { image, label, annotation } = report.rejects;
  return !report.dryRun && image + label + annotation > 0 ? ExitCode.leftOut : ExitCode.ok;
}

function shown({ phase, done, total, seconds }: UpdateProgress): Progress {
  return { phase, done, total, seconds, bytes: phase === "write" || phase === "fetch" ? done : 0 };
}

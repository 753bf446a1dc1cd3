import { fromFailure, toFailure } from "../io/failure.ts";
import { PackError } from "../model/issue.ts";
import type { Scan } from "../scan/scan.ts";
import type { PackOptions, PackReport } from "./options.ts";
import { resolveOptions } from "./resolve.ts";
import { NotResumable } from "./resume/check_done.ts";
import type { CheckpointPlan } from "./resume/resumption.ts";
import type { SegmentTarget } from "./segments/segment_flow.ts";
import { type ChosenFrames, type Inside, Run } from "./run.ts";

/**
 * Packs a dataset into a set: media bundle, COCO annotations and frame manifest (docs/dataset_spec.md).
 *
 * Nothing is published unless everything succeeded. Inputs that cannot be packed are left out and listed, with the reason, in
 * `rejects.jsonl`.
 *
 * @param options What to pack and where to; see {@link PackOptions}.
 * @throws {PackError} If the run fails as a whole: bad options, no images, a full disk, an abort.
 */
export function pack(options: PackOptions): Promise<PackReport> {
  return packAll(options);
}

/**
 * As {@link pack}, with frames that a scan has found already. A set of no frames is no error here.
 *
 * @throws {PackError} As {@link pack}.
 */
export function packFrames(options: PackOptions, chosen: ChosenFrames): Promise<PackReport> {
  return packAll(options, { chosen });
}

/**
 * As {@link pack}, and what was scanned is not closed: its files can be read once more without being inflated again.
 *
 * @param handOver Gets it before the set is published, and closes it. Helper files it reads stay in the output folder.
 * @throws {PackError} As {@link pack}, maybe after `handOver`.
 */
export function packHandingOver(options: PackOptions, handOver: (found: Scan) => void): Promise<PackReport> {
  return packAll(options, { handOver });
}

/** As {@link pack} with `resume`, with checkpoints at known places. */
export function packWithCheckpoints(options: PackOptions, checkpoints: CheckpointPlan): Promise<PackReport> {
  return packAll({ ...options, resume: true }, { checkpoints });
}

/**
 * As {@link pack}, but for the bundle: it is handed on in segments while it is written. All its segments are taken when the
 * other files of the set get their names.
 *
 * @param segments Takes them.
 * @throws {PackError} As {@link pack}; also the error of a segment that could not be taken. Some may be on their way still.
 */
export function packInSegments(options: PackOptions, segments: SegmentTarget): Promise<PackReport> {
  return packAll(options, { segments });
}

async function packAll(options: PackOptions, inside: Inside = {}): Promise<PackReport> {
  const started = performance.now();
  const resolved = resolveOptions(options);
  for (let obstacle: string | undefined;;) {
    const run = new Run(resolved, started, inside, obstacle);
    try {
      return await run.carryOut();
    } catch (error) {
      const aborted = options.signal?.aborted ?? false;
      const kept = await run.giveUp(aborted, error);
      if (aborted) throw interrupted(kept);
      if (!(error instanceof NotResumable)) {
        throw error instanceof PackError ? error : fromFailure(toFailure(error));
      }
      obstacle = error.message;
    }
  }
}

/** @param kept Entries that need not be done again. */
function interrupted(kept: number): PackError {
  return new PackError(
    "Interrupted: nothing was published.",
    kept > 0
      ? `The same command continues after the first ${kept} images; with --no-resume it begins anew.`
      : undefined,
    130,
  );
}

import type { Issue } from "../../model/issue.ts";
import type { FrameEntry, Scan } from "../../scan/scan.ts";
import type { ResolvedOptions } from "../resolve.ts";
import { checkDone, type Inputs, NotResumable } from "./check_done.ts";
import { Checkpointer } from "./checkpointer.ts";
import { EntryList } from "./entry_list.ts";
import { readRunJournal, type RunJournal } from "./journal.ts";
import { datasetDigest, optionsDigest } from "./same_run.ts";

/** A checkpoint after each batch, which the run waits for: tests end it there. */
export interface CheckpointPlan {
  /** Entries in a batch. */
  readonly batch: number;
  /** Told of each checkpoint: the entries that are done. */
  readonly written: (entries: number) => void;
}

/** How far a run has come, as far as the run itself knows it. */
export type RunState = Pick<RunJournal, "began" | "sums" | "frames" | "classes">;

/** Takes up a run that was interrupted, and leaves notes from which this one can be taken up (docs/dataset_spec.md §5.1). */
export class Resumption {
  /** What is to be continued. */
  readonly journal: RunJournal | undefined;
  /** Why the interrupted run that is there cannot be continued. */
  readonly obstacle: string | undefined;
  /** Digest of the options; undefined if the run cannot be continued. */
  readonly #options: string | undefined;
  /** Issues that wait until it is certain that the run is continued: else they would be told twice. */
  #held: Issue[] | undefined;
  #dataset = "";
  readonly #list = new EntryList();
  #checkpointer: Checkpointer | undefined;

  /**
   * @param resumable False if this run cannot be continued when it is interrupted.
   * @param obstacle Why the interrupted run before cannot be continued, if that was tried.
   */
  constructor(readonly options: ResolvedOptions, resumable: boolean, obstacle: string | undefined) {
    this.#options = resumable ? optionsDigest(options) : undefined;
    const journal = resumable && obstacle === undefined ? readRunJournal(options.output) : undefined;
    if (journal && journal.options !== this.#options) {
      obstacle = "it had other options, or another version of the program";
    } else this.journal = journal;
    if (this.journal) this.#held = [];
    this.obstacle = obstacle;
  }

  /** Tells an issue as soon as it is certain what becomes of the run. */
  readonly tell = (issue: Issue): void => {
    if (this.#held) this.#held.push(issue);
    else this.options.onIssue?.(issue);
  };

  /** It is certain now: tells what had to wait. */
  tellHeld(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const issue of held) this.options.onIssue?.(issue);
  }

  /** Entries that are done already. */
  get done(): number {
    return this.journal?.sums.entries ?? 0;
  }

  /** Takes note of what was found out about the dataset as a whole; `rejects` are the lines of what was left out before. */
  found(found: Scan, rejects: Uint8Array): void {
    if (this.#options !== undefined) this.#dataset = datasetDigest(found, rejects);
  }

  /**
   * Moves `entries` behind those that are done.
   *
   * @param manifest The unfinished manifest.
   * @returns What has seen the digests of their frames.
   * @throws {NotResumable} If the run would not become what it was to be.
   */
  async skipDone(journal: RunJournal, inputs: Inputs, entries: Iterator<FrameEntry>, manifest: string) {
    if (journal.dataset !== this.#dataset) throw new NotResumable("the dataset is another now");
    return await checkDone(journal, inputs, entries, this.#list, manifest, this.options.signal);
  }

  /**
   * Begins to leave notes.
   *
   * @param files Paths of the files being written.
   * @param state Says how far the run has come; undefined before the first piece.
   */
  begin(files: readonly string[], state: () => RunState | undefined, plan?: CheckpointPlan): void {
    if (this.#options === undefined) return;
    const interval = plan ? 0 : undefined;
    const { output } = this.options;
    this.#checkpointer = new Checkpointer(output, files, () => this.#note(state()), interval, plan?.written);
  }

  #note(state: RunState | undefined): RunJournal | undefined {
    if (state === undefined || state.sums.frames === 0) return undefined;
    const list = this.#list.at(state.sums.entries);
    return list === undefined
      ? undefined
      : { options: this.#options!, dataset: this.#dataset, list, ...state };
  }

  /** The entries, of which it takes note as they come by. */
  *listed(entries: Iterable<FrameEntry>): Generator<FrameEntry> {
    const noted = this.#options !== undefined;
    for (const entry of entries) {
      if (noted) this.#list.add(entry);
      yield entry;
    }
  }

  /** A batch that ends with this entry is about to be packed. */
  batch(end: number): void {
    if (this.#options !== undefined) this.#list.mark(end);
  }

  /** Leaves a note if it is time for one. */
  tick(): void {
    this.#checkpointer?.tick();
  }

  /** Waits for the note that is being made. */
  async settle(): Promise<void> {
    await this.#checkpointer?.end();
  }

  /**
   * Ends a run that came to nothing. Of one that was aborted, what can be continued stays; a failed one makes room. As long
   * as an interrupted run before is only looked at, it stays in any case.
   *
   * @returns Entries that need not be done again.
   */
  async giveUp(aborted: boolean, error: unknown): Promise<number> {
    await this.settle().catch(() => {});
    const saved = this.#checkpointer?.saved || this.done;
    const notResumable = error instanceof NotResumable;
    const keeps = aborted || this.#held !== undefined && !notResumable;
    if (!notResumable) this.tellHeld();
    return keeps ? saved : 0;
  }
}

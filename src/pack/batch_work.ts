import { toFailure } from "../io/failure.ts";
import { loadReader } from "../formats/table.ts";
import { BatchPacker } from "./batch.ts";
import { eachEntry } from "../tree/list_folder.ts";
import type { FromWorker, Job, ToWorker } from "./protocol.ts";
import { Aborted } from "./ticket.ts";

/**
 * What a worker does: takes batches, packs them, reports. All order comes from the tickets, so it knows nothing of other
 * workers, nor whether it runs in a thread of its own.
 */
export class BatchWork {
  #packer: BatchPacker | undefined;
  /** Messages are worked off one after the other, although a batch may wait for something asynchronous inside. */
  #last: Promise<void> = Promise.resolve();

  /**
   * @param tell Called with what became of each message.
   * @param pause As of {@link BatchPacker}.
   */
  constructor(readonly tell: (message: FromWorker) => void, readonly pause?: () => Promise<void>) {}

  hear(message: ToWorker): void {
    this.#last = this.#last.then(() => this.#handle(message)).catch((error) => {
      // Whoever gave the run up knows why.
      if (!(error instanceof Aborted)) this.tell({ kind: "failed", failure: toFailure(error) });
    });
  }

  /** Closes what is open, after the batch at hand. A thread that is ended needs no such call. */
  async end(): Promise<void> {
    await this.#last;
    this.#close();
  }

  async #handle(message: ToWorker): Promise<void> {
    if (message.kind === "list") await this.#list(message.folder);
    else if (message.kind === "job") this.#packer = await this.#packerOf(message.job);
    else if (message.kind === "batch") {
      this.tell({ kind: "batch", pieces: await this.#packer!.pack(message.batch) });
    } else {
      this.#close();
      this.tell({ kind: "closed" });
    }
  }

  async #list(folder: string): Promise<void> {
    try {
      await eachEntry(folder, (files, others) => {
        this.tell({ kind: "entries", files: files.join("/"), others });
      });
      this.tell({ kind: "listed", complete: true });
    } catch {
      // Who walks through the folders comes upon the same, and tells it.
      this.tell({ kind: "listed", complete: false });
    }
  }

  #close(): void {
    this.#packer?.close();
    this.#packer = undefined;
  }

  async #packerOf(job: Job): Promise<BatchPacker> {
    const formats = await Promise.all((job.labels?.parts ?? []).map((part) => loadReader(part.format)));
    const filled = (offset: number) => this.tell({ kind: "segment", offset });
    return new BatchPacker(job, formats, filled, this.pause);
  }
}

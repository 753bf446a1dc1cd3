/**
 * A packing worker: takes batches, packs them, reports. All order comes from the tickets, so this loop knows nothing of the
 * other workers.
 */
import { loadReader } from "../formats/table.ts";
import { workerScope } from "../io/worker_scope.ts";
import { BatchPacker } from "./batch.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";
import { Aborted } from "./ticket.ts";
import { toFailure } from "../io/failure.ts";

const scope = workerScope<ToWorker, FromWorker>();
const tell = (message: FromWorker) => scope.postMessage(message);

let packer: Promise<BatchPacker> | undefined;
/** Batches are packed one after the other, although a batch may wait for something asynchronous inside. */
let last: Promise<void> = Promise.resolve();

async function handle(message: ToWorker): Promise<void> {
  if (message.kind === "job") {
    const { job } = message;
    packer = (async () => {
      const formats = await Promise.all((job.labels?.parts ?? []).map((part) => loadReader(part.format)));
      return new BatchPacker(job, formats);
    })();
    await packer;
  } else if (message.kind === "batch") {
    tell({ kind: "batch", pieces: await (await packer!).pack(message.batch) });
  } else {
    (await packer)?.close();
    tell({ kind: "closed" });
  }
}

scope.onmessage = ({ data }) => {
  last = last.then(() => handle(data)).catch((error) => {
    // Whoever gave the run up knows why.
    if (!(error instanceof Aborted)) tell({ kind: "failed", failure: toFailure(error) });
  });
};

import assert from "node:assert/strict";
import { Crew } from "../../src/pack/crew.ts";
import { SharedClasses } from "../../src/pack/classes.ts";
import type { Batch, Job } from "../../src/pack/protocol.ts";
import { Tickets } from "../../src/pack/ticket.ts";

const job = (tickets: Tickets): Job => ({
  tickets: tickets.memory,
  classes: new SharedClasses().memory,
  imageSource: { kind: "folder", root: "" },
  labelSource: { kind: "folder", root: "" },
  media: "zip",
  deflate: false,
  splitsDealt: false,
  labels: null,
  outputs: { rejects: "" },
});
const batch = (start: number): Batch => ({
  start,
  fileNames: ["a"],
  labels: [null],
  ranges: null,
  refs: null,
  parts: null,
  splits: null,
  placeholders: false,
  known: null,
});
const script = (onBatch: string) =>
  new URL(
    `data:application/javascript,${
      encodeURIComponent(`self.onmessage = ({ data }) => { if (data.kind === "batch") { ${onBatch} } };`)
    }`,
  );

/** Gives batches to workers of this script until the crew gives up. */
async function failure(onBatch: string, stallSeconds: number): Promise<Error> {
  const tickets = new Tickets();
  const crew = new Crew(2, { script: script(onBatch), stallSeconds, onPiece: () => {} });
  try {
    await crew.start(job(tickets));
    await crew.give(batch(0));
    await crew.give(batch(1));
    await crew.finish();
  } catch (error) {
    assert.ok(tickets.aborted, "the other workers were not told");
    return error as Error;
  } finally {
    await crew.end();
  }
  throw new Error("the crew did not notice");
}

Deno.test("a worker that throws ends the run", async () => {
  assert.match((await failure(`throw new Error("boom")`, 60)).message, /worker ended unexpectedly.*boom/);
});

Deno.test("a worker that reports a full disk ends the run with the remedy", async () => {
  const failed = {
    kind: "failed",
    failure: { name: "Error", message: "ENOSPC: no space left", code: "ENOSPC" },
  };
  const error = await failure(`self.postMessage(${JSON.stringify(failed)})`, 60);
  assert.equal(error.name, "PackError");
  assert.match((error as Error & { suggestion: string }).suggestion, /disk is full/);
});

Deno.test("a worker that dies without a word ends the run instead of hanging it", async () => {
  assert.match((await failure("self.close()", 0.2)).message, /No worker has read or written/);
});

Deno.test("a worker that never hands its ticket on ends the run instead of hanging it", async () => {
  assert.match((await failure("for (;;) ;", 0.2)).message, /No worker has read or written/);
});

import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openDataset, pack } from "../../mod.ts";
import { settledChanges } from "../../src/update/watch.ts";
import { tempDir } from "../dataset/temp.ts";
import { jpeg, writeTree, yoloFiles } from "../pack/small_dataset.ts";

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}

const main = fileURLToPath(import.meta.resolve("../../main.ts"));

Deno.test("--watch updates when files have come and Ctrl-C ends it", async () => {
  using temp = tempDir();
  const dataset = join(temp.path, "data"), set = join(temp.path, "set");
  writeTree(dataset, yoloFiles(3));
  await pack({ dataset, output: set });
  const args = ["run", "-A", "--no-check", main, "update", dataset, "--output", set, "--watch", "--json"];
  const child = new Deno.Command(Deno.execPath(), { args, stdout: "piped", stderr: "piped" }).spawn();
  const outcomes = linesOf(child.stdout), remarks = linesOf(child.stderr);
  const outcome = async () => JSON.parse((await outcomes.next()).value!);

  assert.equal((await outcome()).written, false);
  for (;;) {
    const { event, message } = JSON.parse((await remarks.next()).value!);
    if (event === "remark" && /Watching/.test(message)) break;
  }
  // A file that grows while it is looked at is one image in the end.
  const path = join(dataset, "images/train/new.jpg"), bytes = jpeg(80, 60, 500);
  writeFileSync(path, bytes.subarray(0, 200));
  appendFileSync(path, bytes.subarray(200));
  const { event, written, added, generation } = await outcome();
  assert.deepEqual({ event, written, added, generation }, {
    event: "updated",
    written: true,
    added: 1,
    generation: 2,
  });
  {
    await using opened = await openDataset(set);
    assert.deepEqual(opened.bytes(opened.byName("images/train/new.jpg")!), bytes);
  }
  child.kill("SIGINT");
  const { code, signal } = await child.status;
  assert.deepEqual({ code, signal }, { code: 130, signal: null });
  for await (const _ of outcomes);
  for await (const _ of remarks);
  assert.deepEqual(readdirSync(set).filter((name) => /partial|lock|journal/.test(name)), []);
});

Deno.test("changes that come soon after one another are one, and those of the set itself do not count", async () => {
  using temp = tempDir();
  const set = join(temp.path, "set");
  mkdirSync(set);
  const controller = new AbortController();
  const changes = settledChanges([temp.path], 200, set, controller.signal);
  const next = changes.next();
  writeFileSync(join(set, "a"), "");
  for (const name of ["a", "b", "c"]) writeFileSync(join(temp.path, name), "");
  assert.equal((await next).done, false);
  const after = changes.next();
  controller.abort();
  assert.equal((await after).done, true);
});

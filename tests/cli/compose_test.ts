import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { pack } from "../../src/pack/pack.ts";
import { update } from "../../src/update/update.ts";
import { jpeg, writeTree } from "../pack/small_dataset.ts";
import { python, run, testWith } from "../tools.ts";
import { inFolder, MAIN, program } from "./program.ts";

Deno.test("merge, subset, split and compact on the command line: outcome as text and as JSON, exit codes", async () => {
  await inFolder(async (folder) => {
    for (const [name, split] of [["a", "train"], ["b", "val"]] as const) {
      writeTree(join(folder, name), {
        "classes.txt": "cat\n",
        [`images/${split}/1.jpg`]: jpeg(20, 30),
        "images/train/same.jpg": jpeg(30, 30, name === "a" ? 10 : 20),
        "labels/train/same.txt": "0 .5 .5 .1 .1\n",
      });
      await pack({ dataset: join(folder, name), output: join(folder, `set-${name}`), workers: 1 });
    }
    const merged = program(folder, "merge", "set-a", "set-b", "--output", "all");
    assert.equal(merged.code, 0, merged.stderr);
    assert.match(merged.stdout, /images +4\n/);
    assert.match(merged.stdout, /same bytes +1 image under another name, kept \(--dedupe leaves them out\)/);
    assert.match(merged.stdout, / {2}images\/train\/same\.jpg → set-b\/images\/train\/same\.jpg\n/);

    const part = program(folder, "subset", "all", "--output", "cats", "--class", "cat", "--json");
    const outcome = JSON.parse(part.stdout);
    assert.deepEqual([part.code, outcome.event, outcome.images, outcome.annotations], [0, "subset", 2, 2]);
    assert.equal(program(folder, "subset", "all", "--output", "none", "--where", "area>1e9").code, 2);
    assert.equal(program(folder, "subset", "all", "--output", "cats").code, 2);

    const split = program(folder, "split", "all", "--output", "parts");
    assert.equal(split.code, 0, split.stderr);
    assert.match(split.stdout, /train +3 +2 /);

    writeTree(join(folder, "a"), { "images/train/same.jpg": jpeg(31, 31) });
    await update({ dataset: join(folder, "a"), output: join(folder, "set-a"), workers: 1 });
    const forecast = program(folder, "compact", "set-a", "--dry-run");
    assert.equal(forecast.code, 0, forecast.stderr);
    assert.match(forecast.stdout, /are dead\./);
    const unasked = program(folder, "compact", "set-a");
    assert.equal(unasked.code, 2);
    assert.match(unasked.stderr, /Add --yes/);
    const compacted = program(folder, "compact", "set-a", "--yes", "--json");
    assert.equal(compacted.code, 0, compacted.stderr);
    const { event, written, generation } = JSON.parse(compacted.stdout);
    assert.deepEqual([event, written, generation], ["compacted", true, 3]);
    const again = program(folder, "compact", "set-a");
    assert.match(again.stdout, /nothing was written/);
    assert.equal(program(folder, "verify", "set-a", "--deep").code, 0);
  });
});

/** Runs a command on a terminal of its own, answers when it asks, and prints its exit code behind what it says. */
const ON_A_TERMINAL = `
import os, pty, sys
answer, command = sys.argv[1], sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    os.execv(command[0], command)
said = b""
asked = False
while True:
    try:
        block = os.read(terminal, 1024)
    except OSError:
        break
    if not block:
        break
    said += block
    if not asked and b"[y/N]" in said:
        asked = True
        os.write(terminal, answer.encode() + b"\\n")
print(said.decode(), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), sep="\\n")
`;

testWith(["python:termios"], "compact asks on a terminal, and goes by the answer", async () => {
  await inFolder(async (folder) => {
    const dataset = join(folder, "data"), set = join(folder, "set");
    writeTree(dataset, { "1.jpg": jpeg(20, 30), "2.jpg": jpeg(21, 30), "classes.txt": "cat\n" });
    await pack({ dataset, output: set, workers: 1 });
    writeTree(dataset, { "2.jpg": jpeg(22, 30) });
    await update({ dataset, output: set, workers: 1 });
    const manifest = () => readFileSync(join(set, "frame_manifest.json"), "utf8");
    const before = manifest();
    const answer = (text: string) => {
      const command = [process.execPath, "run", "-A", "--no-check", MAIN, "compact", "set"];
      const { stdout, stderr } = run([python, "-c", ON_A_TERMINAL, text, ...command], { cwd: folder });
      assert.equal(stderr, "");
      const lines = stdout.trimEnd().split("\n");
      return { code: Number(lines.pop()), said: lines.join("\n") };
    };
    const refused = answer("n");
    assert.match(refused.said, / are dead\./);
    assert.match(refused.said, /Write "set" anew and forget its earlier generations\?/);
    assert.match(refused.said, /Nothing was written/);
    assert.equal(refused.code, 2);
    assert.equal(manifest(), before);
    const agreed = answer("y");
    assert.equal(agreed.code, 0, agreed.said);
    assert.match(agreed.said, /forget its earlier generations\?/);
    assert.notEqual(manifest(), before);
    assert.match(manifest(), /"generation":3/);
    assert.equal(program(folder, "verify", "set", "--deep").code, 0);
  });
});

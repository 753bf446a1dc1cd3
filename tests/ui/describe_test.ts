import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { PackError } from "../../src/model/issue.ts";
import { describe } from "../../src/ui/describe.ts";

const denied = (kind: string, target: string) =>
  new Error(`Requires ${kind} access${target}, run again with the --allow-${kind} flag`);

Deno.test("an expected error is its sentence and its remedy, without a stack", () => {
  assert.deepEqual(describe(new PackError("Wrong.", "Do right.")), {
    message: "Wrong.",
    suggestion: "Do right.",
  });
  assert.deepEqual(describe(new PackError("Wrong.")), { message: "Wrong." });
});

Deno.test("a denied permission names the exact flag", () => {
  const table: [Error, string][] = [
    [denied("read", ' to "/data/a"'), 'Add --allow-read=/data/a to "deno run".'],
    [denied("write", ' to "/my data/a"'), `Add --allow-write='/my data/a' to "deno run".`],
    [denied("read", ' to "/a,b"'), 'Add --allow-read=/a,,b to "deno run".'],
    [denied("env", ' to "HOME"'), 'Add --allow-env=HOME to "deno run".'],
    [denied("ffi", ""), 'Add --allow-ffi to "deno run".'],
    [
      denied("all", ' to "/dev/shm/x"'),
      'Deno guards /dev, /proc, /sys and /etc: use another folder, or add --allow-all to "deno run".',
    ],
  ];
  for (const [error, suggestion] of table) assert.equal(describe(error).suggestion, suggestion);
  assert.equal(describe(table[0][0]).message, 'Deno denied read access to "/data/a".');
});

Deno.test({
  name: "for the program's own files the flag names their folder, since its threads read many of them",
  ignore: Deno.build.os === "windows",
  fn() {
    const source = fileURLToPath(new URL("../../src", import.meta.url));
    assert.equal(
      describe(denied("read", ` to "${source}/pack/worker.ts"`)).suggestion,
      `Add --allow-read=${source} to "deno run".`,
    );
  },
});

Deno.test("Deno's sentence about a denied permission is still the one that is understood", () => {
  const program = `try { Deno.readTextFileSync("/nowhere") } catch (error) { console.log(error.message) }`;
  const file = Deno.makeTempFileSync({ suffix: ".ts" });
  try {
    Deno.writeTextFileSync(file, program);
    const { stdout } = new Deno.Command(Deno.execPath(), { args: ["run", "--no-prompt", file] }).outputSync();
    const message = new TextDecoder().decode(stdout).trim();
    assert.equal(describe(new Error(message)).suggestion, 'Add --allow-read=/nowhere to "deno run".');
  } finally {
    Deno.removeSync(file);
  }
});

Deno.test("an error of the system is no bug", () => {
  const error = Object.assign(new Error("ENOENT: no such file or directory, open 'x'"), { code: "ENOENT" });
  const { message, stack } = describe(error);
  assert.equal(message, "The system refused: ENOENT: no such file or directory, open 'x'.");
  assert.equal(stack, undefined);
});

Deno.test("a surprise is a bug: it is named and shows its stack", () => {
  const { message, suggestion, stack } = describe(new TypeError("x is undefined"));
  assert.equal(message, "Unexpected TypeError: x is undefined");
  assert.match(suggestion!, /bug in compact-uploader/);
  assert.match(stack!, /describe_test\.ts/);
  assert.equal(describe("thrown text").message, "Unexpected string: thrown text");
});

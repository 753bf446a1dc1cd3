import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { isAboutAll, overview } from "../../src/cli/overview.ts";
import config from "../../deno.json" with { type: "json" };
import { invoke } from "./invoke.ts";

const expected = (name: string) => readFileSync(new URL(`help/${name}.txt`, import.meta.url), "utf8");

for (
  const command of [
    "run",
    "bundle",
    "annotate",
    "inspect",
    "verify",
    "extract",
    "convert",
    "update",
    "history",
    "rollback",
    "upload",
    "presign",
    "compact",
    "merge",
    "subset",
    "split",
  ]
) {
  Deno.test(`the help of ${command} shows usage, examples, exit codes, arguments and options`, async () => {
    for (const flag of ["--help", "-h"]) {
      assert.deepEqual(await invoke(command, flag), { code: 0, stdout: expected(command), stderr: "" });
    }
  });
}

Deno.test("the help of the program lists the commands, and is what comes without a command", async () => {
  const help = { code: 0, stdout: expected("compact-uploader"), stderr: "" };
  assert.deepEqual(await invoke(), help);
  assert.deepEqual(await invoke("--help"), help);
  assert.deepEqual(await invoke("-h"), help);
});

Deno.test("the overview, which knows no commands, answers as they do", async () => {
  for (const args of [[], ["--help"], ["-h"], ["--version"], ["-v"]]) {
    assert.equal(isAboutAll(args), true);
    assert.deepEqual(await invoke(...args), { code: 0, stdout: overview(args), stderr: "" });
  }
  for (const args of [["run"], ["--json"], ["run", "--help"], ["--help", "run"], ["--help", "--json"]]) {
    assert.equal(isAboutAll(args), false);
  }
});

Deno.test("the version is that of deno.json", async () => {
  assert.deepEqual(await invoke("--version"), { code: 0, stdout: `${config.version}\n`, stderr: "" });
});

Deno.test("lines of help fit into 100 characters", () => {
  for (
    const name of [
      "compact-uploader",
      "run",
      "bundle",
      "annotate",
      "inspect",
      "verify",
      "extract",
      "convert",
      "update",
      "history",
      "rollback",
      "upload",
      "presign",
      "compact",
      "merge",
      "subset",
      "split",
    ]
  ) {
    for (const line of expected(name).split("\n")) assert.ok(line.length <= 100, line);
  }
});

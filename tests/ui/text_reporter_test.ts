import assert from "node:assert/strict";
import { PackError } from "../../src/model/issue.ts";
import { colour } from "../../src/ui/colour.ts";
import type { Progress } from "../../src/ui/progress.ts";
import { textReporter } from "../../src/ui/text_reporter.ts";
import { recorded } from "./streams.ts";

function reporter({ terminal = false, quiet = false, colours = false } = {}) {
  const stdout = recorded();
  const stderr = recorded(terminal);
  const told = textReporter({ stdout, stderr, quiet, colour: colour(colours), columns: () => 40 });
  return { stdout, stderr, told };
}

const at = (seconds: number, done: number): Progress => ({
  phase: "pack",
  done,
  total: 9,
  bytes: 0,
  seconds,
});
const issue = {
  code: "class-list-gap",
  severity: "warning",
  path: "data.yaml",
  message: "Class 2 has no name.",
} as const;

Deno.test("on a terminal one line is drawn over, at most ten times a second, and erased before the outcome", () => {
  const { stdout, stderr, told } = reporter({ terminal: true });
  told.progress(at(0.1, 1));
  told.progress(at(0.15, 2));
  told.progress(at(0.25, 3));
  told.result({ event: "packed", value: {}, lines: ["Done"] });
  assert.equal(
    stderr.text,
    "\r\x1b[2KPacking 1 of 9 images (11 %)\r\x1b[2KPacking 3 of 9 images (33 %)\r\x1b[2K",
  );
  assert.equal(stdout.text, "Done\n");
});

Deno.test("where nobody watches a plain line comes every five seconds", () => {
  const { stderr, told } = reporter();
  for (const seconds of [1, 4.9, 5, 6, 9.9, 10.1]) told.progress(at(seconds, 9));
  assert.equal(
    stderr.text,
    "Packing 9 of 9 images (100 %) · 1.8/s\nPacking 9 of 9 images (100 %) · 0.9/s\n",
  );
});

Deno.test("an issue of a file with the labels of many images names the image, not the number of the object", () => {
  const { stderr, told } = reporter();
  told.issue({ ...issue, path: "instances.json", line: 7, image: "val/a.jpg" });
  assert.equal(stderr.text, 'warning: instances.json, "val/a.jpg": Class 2 has no name.\n');
});

Deno.test("an issue stands above the line, with its place", () => {
  const { stderr, told } = reporter({ terminal: true });
  told.progress(at(0.1, 1));
  told.issue({ ...issue, line: 7 });
  told.progress(at(0.15, 2));
  assert.equal(
    stderr.text,
    "\r\x1b[2KPacking 1 of 9 images (11 %)\r\x1b[2Kwarning: data.yaml:7: Class 2 has no name.\n" +
      "\r\x1b[2KPacking 2 of 9 images (22 %)",
  );
});

Deno.test("three issues of a kind are shown", () => {
  const { stderr, told } = reporter();
  for (let i = 0; i < 9; i++) told.issue(issue);
  told.issue({
    ...issue,
    code: "label-row-invalid",
    severity: "reject",
    path: "a\nb.txt",
    message: "Bad row.",
  });
  assert.equal(
    stderr.text,
    "warning: data.yaml: Class 2 has no name.\n".repeat(3) + "left out: a\\nb.txt: Bad row.\n",
  );
});

Deno.test("quiet tells only errors, and damage", () => {
  const { stdout, stderr, told } = reporter({ terminal: true, quiet: true });
  told.progress(at(0.1, 1));
  told.issue(issue);
  told.remark("The sample is packed.");
  told.result({ event: "packed", value: {}, lines: ["Done"] });
  assert.equal(stdout.text + stderr.text, "");
  told.result({ event: "verified", value: {}, lines: ["Damaged"], urgent: true });
  told.error(new PackError("The disk is full."));
  assert.equal(stdout.text, "Damaged\n");
  assert.equal(stderr.text, "error: The disk is full.\n");
});

Deno.test("an error is what was wrong and the remedy, in red only where colour is wanted", () => {
  const error = new PackError('"x" is not a folder.', "Name a folder.", 2);
  const plain = reporter();
  plain.told.error(error);
  assert.equal(plain.stderr.text, 'error: "x" is not a folder.\nName a folder.\n');
  const coloured = reporter({ colours: true });
  coloured.told.error(error);
  assert.equal(coloured.stderr.text, '\x1b[31merror:\x1b[39m "x" is not a folder.\nName a folder.\n');
});

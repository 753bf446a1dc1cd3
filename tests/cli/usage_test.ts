import assert from "node:assert/strict";
import { readable, writable } from "../../src/formats/table.ts";
import { invoke } from "./invoke.ts";

const namesOf = (formats: typeof readable) => formats.map(({ name }) => name);

/** Arguments, and what is said about them. */
const table: [string[], string][] = [
  [["bundel"], 'error: There is no command "bundel".\nDid you mean bundle?\n'],
  [["frobnicate"], 'error: There is no command "frobnicate".\nSee --help for the commands.\n'],
  [["nope"], 'error: There is no command "nope".\nSee --help for the commands.\n'],
  [["run", "--dryrun"], "error: There is no option --dryrun.\nDid you mean --dry-run?\n"],
  [["run", "--quux"], "error: There is no option --quux.\nSee --help for the options.\n"],
  [["run", "--ouput", "x"], "error: There is no option --ouput.\nDid you mean --output?\n"],
  [["run", "--frobnicate"], "error: There is no option --frobnicate.\nSee --help for the options.\n"],
  [["run", "-x"], "error: There is no option -x.\nSee --help for the options.\n"],
  [["run", "--workers", "0"], 'error: "0" is no value for --workers.\nGive a whole number from 1 to 256.\n'],
  [
    ["run", "--workers", "two"],
    'error: "two" is no value for --workers.\nGive a whole number from 1 to 256.\n',
  ],
  [["run", "--max-rejects=-1"], 'error: "-1" is no value for --max-rejects.\nGive a whole number from 0.\n'],
  [["run", "--fps", "-1"], 'error: "-1" is no value for --fps.\nGive a number, as 30 or 29.97.\n'],
  [["run", "--media", "rar"], 'error: "rar" is no value for --media.\nGive one of: zip, tar, mp4, mkv.\n'],
  [["run", "--layout", "shards"], 'error: "shards" is no value for --layout.\nGive one of: webdataset.\n'],
  [
    ["run", "--format", "yolov9"],
    `error: "yolov9" is no value for --format.\nGive one of: ${
      ["auto", ...namesOf(readable), "none"].join(", ")
    }.\n`,
  ],
  [
    ["convert", "photos", "--to", "yolov9"],
    `error: "yolov9" is no value for --to.\nGive one of: ${namesOf(writable).join(", ")}.\n`,
  ],
  [
    ["annotate", "--voc-offset", "1"],
    'error: "1" is no value for --voc-offset.\nGive one of: auto, voc, all, none.\n',
  ],
  [
    ["run", "--output"],
    "error: The option --output needs a value.\nWrite --output=VALUE, or the value behind a space.\n",
  ],
  [
    ["run", "--output", "a", "--output", "b"],
    'error: The option --output is given twice: "a" and "b".\nGive it once.\n',
  ],
  [
    ["run", "--images", ""],
    'error: "" is no value for --images.\n' +
    "Give the path of a folder; an empty one often comes from an unset variable.\n",
  ],
  [
    ["subset", "birds", "--output", "s3://bucket/birds"],
    'error: "s3://bucket/birds" is no value for --output.\n' +
    "Give a path of this machine; a place in a store will not do here.\n",
  ],
  [
    ["extract", "birds", "https://user:word@host/x?X-Amz-Signature=1"],
    'error: "https://host/x" is no value for DIR.\n' +
    "Give a path of this machine; a place in a store will not do here.\n",
  ],
  [
    ["verify", "my", "set"],
    'error: The argument "set" is one too many: at most 1 expected.\n' +
    "Put names with spaces in quotes; see --help for the arguments.\n",
  ],
  [["verify"], "error: The argument OUT is missing.\nSee --help for an example.\n"],
  [
    ["run", "--allow-missing-manifest"],
    "error: There is no option --allow-missing-manifest.\nSee --help for the options.\n",
  ],
];

for (const [args, stderr] of table) {
  Deno.test(`bad usage is exit code 2 and names the remedy: ${args.join(" ")}`, async () => {
    assert.deepEqual(await invoke(...args), { code: 2, stdout: "", stderr });
  });
}

Deno.test("with --json bad usage is one event on stderr", async () => {
  const events: [string[], object][] = [
    [["run", "--json", "--media", "rar"], {
      event: "error",
      message: '"rar" is no value for --media.',
      suggestion: "Give one of: zip, tar, mp4, mkv.",
    }],
    [["pack", "--json"], {
      event: "error",
      message: 'There is no command "pack".',
      suggestion: "See --help for the commands.",
    }],
  ];
  for (const [args, event] of events) {
    const { code, stdout, stderr } = await invoke(...args);
    assert.deepEqual([code, stdout, JSON.parse(stderr)], [2, "", event]);
  }
});

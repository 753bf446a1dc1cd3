import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PackError } from "../../../src/model/issue.ts";
import { pack } from "../../../src/pack/pack.ts";
import type { PackOptions } from "../../../src/pack/options.ts";
import { update } from "../../../src/update/update.ts";
import { tempDir } from "../../dataset/temp.ts";
import { writeTree, yoloFiles } from "../../pack/small_dataset.ts";
import { testWith } from "../../tools.ts";
import { makeVideoSet } from "../make_video_set.ts";

/** A usage error with this message and this remedy. */
const refusal = (message: RegExp, remedy: RegExp) => (error: unknown) => {
  assert.ok(error instanceof PackError, String(error));
  assert.match(error.message, message);
  assert.match(error.suggestion!, remedy);
  assert.equal(error.exitCode, 2);
  return true;
};

for (
  const [what, options, message, remedy] of [
    [
      "--layout webdataset",
      { layout: "webdataset" },
      /WebDataset reads tar/,
      /--codec copy with --media tar/,
    ],
    [
      "--layout webdataset --media tar",
      { layout: "webdataset", media: "tar" },
      /h264 .* --media tar/,
      /--codec copy/,
    ],
    [
      "--keep-labels",
      { keepLabels: true },
      /cannot take up label files/,
      /--keep-labels, or use --codec copy/,
    ],
    ["--deflate", { deflate: true }, /deflated frames/, /--codec copy with --media zip/],
    ["annotate", { stage: "annotate" }, /annotate writes no bundle/, /`run` or `bundle`/],
  ] as [string, PackOptions, RegExp, RegExp][]
) {
  Deno.test(`--codec with ${what} is refused with the remedy, before any work`, async () => {
    using temp = tempDir();
    const dataset = join(temp.path, "data"), output = join(temp.path, "set");
    writeTree(dataset, yoloFiles(2));
    await assert.rejects(
      pack({ dataset, output, compression: { codec: "h264" }, ...options }),
      refusal(message, remedy),
    );
    assert.equal(existsSync(output), false);
  });
}

testWith(
  ["ffmpeg"],
  "update refuses a compressed bundle with the remedy, and leaves the set as it is",
  async () => {
    using temp = tempDir();
    using set = tempDir();
    const dataset = join(temp.path, "data");
    writeTree(dataset, yoloFiles(2));
    makeVideoSet(set.path, 3, { codec: "ffv1" });
    const contents = () =>
      readdirSync(set.path).sort().map((name) => [name, readFileSync(join(set.path, name), "latin1")]);
    const before = contents();
    for (const dryRun of [false, true]) {
      await assert.rejects(
        update({ dataset, output: set.path, dryRun }),
        refusal(/cannot be updated: its bundle is a compressed video/, /--codec copy, which can be updated/),
      );
      assert.deepEqual(contents(), before);
    }
  },
);

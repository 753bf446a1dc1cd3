import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BlobReader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js";
import { runOk, testWith } from "../tools.ts";
import { contents, type Frame, frames, inFolder, makeNamesTree, withSet } from "./sets.ts";

/** Packs the tree of difficult names and hands over the set, its bundle and the source. */
function withBundle(
  args: string[],
  test: (
    bundle: string,
    list: Frame[],
    source: Map<string, Uint8Array>,
    folder: string,
  ) => Promise<void> | void,
): Promise<void> {
  return inFolder(async (folder) => {
    const tree = join(folder, "tree");
    await makeNamesTree(tree);
    await withSet(tree, args, (set) => {
      const media = args.includes("tar") ? "tar" : "zip";
      const out = join(folder, "extracted");
      mkdirSync(out);
      return test(join(set, `media_bundle.${media}`), frames(set), contents(tree), out);
    });
  });
}

for (const media of ["zip", "tar"]) {
  testWith(
    ["bsdtar"],
    `bsdtar lists a ${media} bundle in frame order and extracts every image unchanged`,
    () =>
      withBundle(["--media", media], (bundle, list, source, out) => {
        runOk(["env", "LC_ALL=C.UTF-8", "bsdtar", "-xf", bundle, "-C", out]);
        assert.deepEqual(contents(out), source);
        // A backslash is shown doubled.
        const names = runOk(["env", "LC_ALL=C.UTF-8", "bsdtar", "-tf", bundle]).trimEnd().split("\n");
        assert.deepEqual(
          names.map((name) => name.replaceAll("\\\\", "\\")),
          list.map((frame) => frame.file_name),
        );
      }),
  );
}

testWith(
  ["tar"],
  "tar extracts every image of a tar bundle unchanged",
  () =>
    withBundle(["--media", "tar"], (bundle, _list, source, out) => {
      runOk(["tar", "-xf", bundle, "-C", out]);
      assert.deepEqual(contents(out), source);
    }),
);

for (const args of [[], ["--deflate"]]) {
  const kind = args.length ? "a zip bundle made with --deflate" : "a zip bundle";
  testWith(["unzip"], `unzip -t finds no error in ${kind}`, () =>
    withBundle(args, (bundle) => {
      assert.match(runOk(["unzip", "-t", bundle]), /No errors detected/);
    }));

  testWith(["7z"], `7z t finds no error in ${kind}`, () =>
    withBundle(args, (bundle) => {
      assert.match(runOk(["7z", "t", bundle]), /Everything is Ok/);
    }));

  Deno.test(`zip.js reads every image of ${kind} unchanged, in frame order`, () =>
    withBundle(args, async (bundle, list, source) => {
      const reader = new ZipReader(new BlobReader(new Blob([readFileSync(bundle)])), {
        useWebWorkers: false,
      });
      const read = new Map<string, Uint8Array>();
      for (const entry of await reader.getEntries()) {
        assert.ok(!entry.directory);
        read.set(entry.filename, await entry.getData(new Uint8ArrayWriter(), { checkSignature: true }));
      }
      await reader.close();
      assert.deepEqual([...read.keys()], list.map((frame) => frame.file_name));
      assert.deepEqual(read, source);
    }));
}

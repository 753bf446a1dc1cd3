/**
 * Gives a set many generations, each without its last image or with it again, so that the set stays as large as it is.
 *
 *     deno run -A tests/bench/generations.ts SET COUNT
 */
import process from "node:process";
import { openManifest } from "../../src/manifest/reader.ts";
import { resolveSet } from "../../src/manifest/source_set.ts";
import { appendGeneration } from "../../src/generations/append.ts";

const [, , set, count] = process.argv;
for (let i = 0; i < Number(count); i++) {
  const manifest = openManifest(resolveSet(set).manifest);
  const last = manifest.length - 1;
  const { file_name } = manifest.record(last);
  manifest.close();
  await appendGeneration(set, { moved: new Map([[last, { fileName: `${file_name}.${i}.jpg` }]]) });
}

import { existsSync } from "node:fs";
import { Buffer } from "node:buffer";
import { openRange, readRange } from "../io/range_file.ts";
import type { Manifest } from "../manifest/reader.ts";
import type { SetFiles } from "../manifest/source_set.ts";
import { indexFile, indexText } from "../media/layout.ts";
import type { ProblemList } from "./report.ts";

/** Checks the layout of a bundle that has one: every frame has its `.json` member, and the index is as it should be. */
export function checkLayout(files: SetFiles, manifest: Manifest, problems: ProblemList): void {
  const { bundle } = manifest.header;
  const file = indexFile(bundle);
  if (file === undefined) return;
  const bare = manifest.index().jsonSizes?.indexOf(0) ?? 0;
  if (bare >= 0 && manifest.length > 0) {
    const message = `Frame ${bare} has no .json member, as the layout "${bundle.layout}" wants it.`;
    problems.add({ code: "frame-json", file: bundle.file, frame: bare, message });
  }
  const path = files.file(file);
  if (!existsSync(path)) {
    problems.add({ code: "bundle-index", file, message: `The index "${file}" is not there.` });
    return;
  }
  const wanted = Buffer.from(indexText(bundle, manifest.length));
  const found = openRange(path);
  try {
    if (found.size === wanted.length && wanted.equals(readRange(found, 0, found.size))) return;
  } finally {
    found.close();
  }
  const message = `The index is not the one that belongs to ${manifest.length} samples in "${bundle.file}".`;
  problems.add({ code: "bundle-index", file, message });
}

import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Dataset, openDataset } from "../dataset/open.ts";
import type { DatasetImage } from "../model/dataset.ts";
import { accessOf, type ReadAccess } from "../store/access.ts";
import { isRemote } from "../store/location.ts";
import { openManifest } from "../manifest/reader.ts";
import { resolveSet } from "../manifest/source_set.ts";
import { textLines } from "../manifest/lines.ts";
import { MANIFEST_FILE, REJECTS_FILE } from "../manifest/record.ts";
import { indexFile } from "../media/layout.ts";
import { openRange } from "../io/range_file.ts";
import { historyOf } from "../generations/set_history.ts";
import type { Issue } from "../model/issue.ts";
import type { Inspection, InspectProgress } from "./inspection.ts";
import { Ticker } from "./ticker.ts";
import { Summary } from "./summary.ts";

interface InspectSetOptions extends ReadAccess {
  at?: number;
  signal?: AbortSignal;
  onProgress?: (progress: InspectProgress) => void;
}

/**
 * Looks at a set: counts what its manifest and annotation file say, without checking more than the sizes of the files, and
 * what its list of rejects says was left out.
 *
 * @param dir Folder of the set.
 * @throws {PackError} If there is no set or it cannot be read.
 */
export async function inspectSet(
  dir: string,
  options: InspectSetOptions,
): Promise<Inspection> {
  if (isRemote(dir)) return await inspectRemote(dir, options);
  const files = resolveSet(dir);
  const manifest = openManifest(files.manifest, options);
  const { bundle, annotations } = manifest.header;
  const { generations, dead } = historyOf(manifest);
  const { generation: at } = manifest;
  manifest.close();
  await using dataset = await openDataset(dir, options);
  const { summary, found, seconds } = await countImages(dataset, options);
  const present = [bundle, ...(annotations ? [annotations] : [])].map(({ file, size: wanted }) => {
    const { size } = statSync(files.file(file));
    if (size !== wanted) summary.issue(sizeIssue(file, size, wanted));
    return { file, size };
  });
  const index = indexFile(bundle);
  if (index !== undefined && existsSync(files.file(index))) {
    present.push({ file: index, size: statSync(files.file(index)).size });
  }
  present.push({ file: MANIFEST_FILE, size: statSync(files.manifest).size });
  const rejects = join(dir, REJECTS_FILE);
  if (existsSync(rejects)) {
    for (const issue of rejectsIn(rejects)) summary.issue(issue);
    present.push({ file: REJECTS_FILE, size: statSync(rejects).size });
  }
  const names = dataset.categories.map(({ name }) => name);
  const inspection = summary.finish("set", dir, names, found, present, seconds());
  return {
    ...inspection,
    ...bundle.layout && { layout: bundle.layout },
    ...bundle.video && { compression: bundle.video },
    ...generations.length > 1 && { generations: { count: generations.length, at, dead } },
  };
}

/** A set in a store: what its manifest and annotations say. Opening it has compared the sizes of its files. */
async function inspectRemote(location: string, options: InspectSetOptions): Promise<Inspection> {
  const { openRemote } = await import("../dataset/remote/open.ts");
  const { dataset, manifest, manifestSize } = await openRemote(location, {
    ...accessOf(options),
    at: options.at,
    signal: options.signal,
  });
  using _ = dataset;
  const { summary, found, seconds } = await countImages(dataset, options);
  const { bundle, annotations } = manifest.header;
  const present = [
    ...[bundle, ...(annotations ? [annotations] : [])].map(({ file, size }) => ({ file, size })),
    { file: MANIFEST_FILE, size: manifestSize },
  ];
  const names = dataset.categories.map(({ name }) => name);
  const inspection = summary.finish("set", dataset.location, names, found, present, seconds());
  const { generations, dead } = historyOf(manifest);
  return {
    ...inspection,
    ...bundle.layout && { layout: bundle.layout },
    ...bundle.video && { compression: bundle.video },
    ...generations.length > 1 && { generations: { count: generations.length, at: dataset.generation, dead } },
  };
}

/** Counts the images of an open set, and the formats their labels are from. */
async function countImages(
  dataset: AsyncIterable<DatasetImage> & Pick<Dataset, "length" | "categories">,
  options: InspectSetOptions,
) {
  const summary = new Summary();
  const ticker = new Ticker(options);
  const formats = new Map<string, number>();
  const first = dataset.categories[0]?.id ?? 1;
  for await (const { record, width, height, annotations, split } of dataset) {
    await ticker.tick(summary.images, dataset.length, summary.bytes);
    summary.image({
      width,
      height,
      codec: record.codec,
      split,
      bytes: record.original_size ?? record.size,
      placeholder: record.placeholder,
      classes: annotations.map(({ category_id }) => category_id - first),
    });
    if (record.labels === undefined) continue;
    const format = record.labels.slice(0, record.labels.indexOf(":"));
    formats.set(format, (formats.get(format) ?? 0) + 1);
  }
  const found = [...formats].sort((a, b) => b[1] - a[1]).map(([format, files]) => ({
    format,
    root: "",
    reason: "the manifest names it as the source of labels",
    files,
    chosen: true,
  }));
  return { summary, found, seconds: () => ticker.seconds };
}

function sizeIssue(file: string, size: number, wanted: number): Issue {
  const message = `"${file}" has ${size} bytes, the manifest says ${wanted}.`;
  return { code: "set-file-size", severity: "warning", path: file, message };
}

/** What packing left out; lines that cannot be read are passed over, for the list is a report and no part of the set. */
function* rejectsIn(path: string): Generator<Issue> {
  const file = openRange(path);
  try {
    for (const line of textLines(file)) {
      let issue: Issue;
      try {
        issue = JSON.parse(line);
      } catch {
        continue;
      }
      if (typeof issue?.code === "string") yield { ...issue, severity: "reject" };
    }
  } finally {
    file.close();
  }
}

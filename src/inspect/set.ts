import { statSync } from "node:fs";
import { openDataset } from "../dataset/open.ts";
import { openManifest } from "../manifest/reader.ts";
import { resolveSet } from "../manifest/source_set.ts";
import { MANIFEST_FILE } from "../manifest/record.ts";
import type { Inspection, InspectProgress } from "./inspection.ts";
import { Ticker } from "./ticker.ts";
import { Summary } from "./summary.ts";

/**
 * Looks at a set: counts what its manifest and annotation file say, without checking it.
 *
 * @param dir Folder of the set.
 * @throws {PackError} If there is no set or it cannot be read.
 */
export async function inspectSet(
  dir: string,
  options: { signal?: AbortSignal; onProgress?: (progress: InspectProgress) => void },
): Promise<Inspection> {
  const files = resolveSet(dir);
  const manifest = openManifest(files.manifest);
  const { bundle, annotations } = manifest.header;
  manifest.close();
  await using dataset = await openDataset(dir);
  const summary = new Summary();
  const ticker = new Ticker(options);
  const formats = new Map<string, number>();
  for await (const { record, width, height, annotations, split } of dataset) {
    await ticker.tick(summary.images, dataset.length, summary.bytes);
    summary.image({
      width,
      height,
      codec: record.codec,
      split,
      bytes: record.original_size ?? record.size,
      placeholder: record.placeholder,
      classes: annotations.map(({ category_id }) => category_id - 1),
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
  const present = [
    { file: bundle.file, size: statSync(files.file(bundle.file)).size },
    ...(annotations ? [{ file: annotations.file, size: statSync(files.file(annotations.file)).size }] : []),
    { file: MANIFEST_FILE, size: statSync(files.manifest).size },
  ];
  const names = dataset.categories.map(({ name }) => name);
  return summary.finish("set", dir, names, found, present, ticker.seconds);
}

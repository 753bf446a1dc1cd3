import { createHash } from "node:crypto";
import { VERSION } from "../../model/version.ts";
import type { Scan } from "../../scan/scan.ts";
import type { ResolvedOptions } from "../resolve.ts";

/**
 * Options that have no say in what comes out, or whose say stands in others: paths may be written in many ways. Whatever is
 * added to the options counts until it is named here.
 */
const WITHOUT_SAY: ReadonlySet<string> = new Set([
  "allowMissingManifest",
  "compression",
  "dataset",
  "maxRejects",
  "onIssue",
  "onProgress",
  "output",
  "overwrite",
  "resume",
  "signal",
  "split",
  "splitSeed",
  "store",
  "temp",
  "videos",
  "workers",
]);

/** SHA-256 of the program's version and of the options that decide what comes out. */
export function optionsDigest(options: ResolvedOptions): string {
  const counting = Object.entries(options)
    .filter(([key, value]) => value !== undefined && value !== false && !WITHOUT_SAY.has(key))
    .toSorted(([a], [b]) => a < b ? -1 : 1);
  return createHash("sha256").update(VERSION).update(plain(counting)).digest("hex");
}

/**
 * SHA-256 of what was found out about a dataset as a whole.
 *
 * @param rejects Lines of what was rejected until then.
 */
export function datasetDigest({ plan, placeholders }: Scan, rejects: Uint8Array): string {
  const { classes, licenses, parts } = plan ?? { parts: [] };
  const readers = parts.map(({ format, root, settings, classes }) => ({ format, root, settings, classes }));
  return createHash("sha256").update(plain({ placeholders, classes, licenses, readers })).update(rejects)
    .digest("hex");
}

/** JSON that has the content of maps and sets, too. */
function plain(value: unknown): string {
  return JSON.stringify(
    value,
    (_, inner) => inner instanceof Map || inner instanceof Set ? [...inner] : inner,
  );
}

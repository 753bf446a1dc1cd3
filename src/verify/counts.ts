import type { Manifest } from "../manifest/parse.ts";
import type { VerifyReport } from "./report.ts";

/** What a manifest counts of the generation it is open at. */
export function countsOf(
  manifest: Manifest | undefined,
): Pick<VerifyReport, "frames" | "annotations" | "categories" | "bytes"> {
  if (!manifest) return { frames: 0, annotations: 0, categories: 0, bytes: 0 };
  const { length: frames, header, footer, generation, current } = manifest;
  const { annotations, categories, bundle } = generation === current
    ? { ...footer, bundle: header.bundle }
    : manifest.generations().find((record) => record.generation === generation)!;
  return { frames, annotations, categories, bytes: bundle.size };
}

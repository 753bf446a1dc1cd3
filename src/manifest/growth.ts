import type { ManifestHeader } from "./record.ts";

/** What of a set keeps its bundle from growing by updates; undefined if nothing does (docs/dataset_spec.md §4). */
export function growthObstacle(
  { bundle, labels }: ManifestHeader,
): "video" | "labels" | "layout" | undefined {
  if (bundle.media === "video") return "video";
  if (labels) return "labels";
  return bundle.layout === undefined ? undefined : "layout";
}

import { PackError } from "../model/issue.ts";
import type { Media } from "../media/container.ts";
import type { BundleSummary } from "./record.ts";

/**
 * The container of a bundle that holds the original files.
 *
 * @throws {PackError} If it is a compressed video, which does not (docs/dataset_spec.md §1.5).
 */
export function storedMedia({ file, media }: BundleSummary): Media {
  if (media !== "video") return media;
  throw new PackError(
    `"${file}" is a compressed video: it holds decoded pictures, not the original files.`,
    "Take decoded frames out of it (`extract`, frame(i) of the library), or pack the dataset with --codec copy.",
  );
}

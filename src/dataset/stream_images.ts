import type { Manifest } from "../manifest/parse.ts";
import { frameNumberOf, imageIdOf } from "../model/frame.ts";
import { PackError } from "../model/issue.ts";
import type { AnnotationReader } from "../coco/coco_file.ts";
import { imageOf } from "./image_record.ts";
import type { DatasetImage } from "../model/dataset.ts";

/**
 * All images of a set in order, with their annotations.
 *
 * @param coco Undefined if the set has none.
 * @throws {PackError} If the annotation file does not follow the manifest.
 */
export async function* streamImages(
  manifest: Manifest,
  coco: AnnotationReader | undefined,
): AsyncGenerator<DatasetImage> {
  const lines = coco?.stream();
  let index = 0;
  for (const record of manifest.records()) {
    const next = lines?.next().value;
    if (coco && (next?.image.id !== imageIdOf(record) || next.image.frame !== frameNumberOf(record))) {
      throw new PackError(
        `"${coco.path}" does not follow the manifest: frame ${record.index} is not the next image.`,
        "Run verify, then fetch or pack the set again.",
        4,
      );
    }
    const annotations = next?.annotations ?? [];
    yield { ...(next?.image ?? imageOf(record)), index: index++, record, annotations };
  }
  lines?.next();
}

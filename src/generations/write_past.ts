import { COCO_MIDDLE, cocoEnd, cocoHead } from "../coco/lines.ts";
import { FileWriter } from "../io/file_writer.ts";
import type { PastAnnotations } from "./past_annotations.ts";
import { RecordWriter } from "./record_writer.ts";

/**
 * Writes the annotation file of a past generation, as it was.
 *
 * @param images How many images it has.
 */
export function writePastAnnotations(past: PastAnnotations, images: number, path: string): void {
  const out = new FileWriter(path);
  try {
    out.text(cocoHead(past.licenses()));
    const records = new RecordWriter(out);
    for (let i = 0; i < images; i++) records.text(past.imageText(i));
    out.text(COCO_MIDDLE);
    const annotations = new RecordWriter(out);
    for (let i = 0; i < images; i++) past.textsOf(i).forEach((text) => annotations.text(text));
    out.text(cocoEnd(past.categoryTexts()));
    out.flush();
  } finally {
    out.close();
  }
}

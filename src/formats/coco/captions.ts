import type { LabelFormat } from "../format.ts";
import { parseRecords, rejectRecord } from "./parse.ts";
import { planCoco } from "./plan.ts";
import { cocoCandidates } from "./sniff.ts";
import type { ParsedLabels } from "../../model/annotation.ts";
import { asObject } from "../json/loose.ts";

/** COCO captions: sentences about whole images, without objects or classes (FORMATS §6). They become `attributes.captions`. */
export const cocoCaptions: LabelFormat = {
  name: "coco-captions",
  detect: (view) => cocoCandidates(view, "captions"),
  plan: (view, candidate) => planCoco(view, candidate, "captions"),
  parse: (bytes, context) =>
    parseRecords(bytes, context, (record, { parsed }) => {
      if (typeof record.caption === "string") addCaption(parsed, record.caption);
      else rejectRecord(context, record, "has no caption");
    }),
};

/** Adds to the list `captions` of the image's attributes. */
export function addCaption(parsed: ParsedLabels, caption: string): void {
  const image = parsed.image ??= {};
  const attributes = asObject(image.attributes) ?? {};
  image.attributes = attributes;
  if (Array.isArray(attributes.captions)) attributes.captions.push(caption);
  else attributes.captions = [caption];
}

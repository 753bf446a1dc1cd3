import type { ParsedLabels } from "../../model/annotation.ts";
import type { LabelContext } from "../format.ts";
import type { CvatFileSettings, CvatSettings } from "./plan.ts";
import { Cursor } from "./cursor.ts";
import { numberOrText, readShape, shapeKind, type Track } from "./shape.ts";

const NOTHING: CvatFileSettings = { labels: new Map(), sizes: new Map() };

/** Reads an `image` element, or the shapes of a frame, each behind the opening tag of its track. */
export function parseCvat(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const settings = (context.settings as CvatSettings).get(context.path) ?? NOTHING;
  const parsed: ParsedLabels = { annotations: [] };
  const cursor = new Cursor(bytes);
  const { tag } = cursor;
  let track: Track | undefined;
  while (cursor.next()) {
    if (tag.isClose) continue;
    if (tag.is("image")) {
      track = undefined;
      declareSize(parsed, Number(tag.attribute("width")), Number(tag.attribute("height")));
    } else if (tag.is("track")) {
      track = readTrack(cursor);
      const size = settings.sizes.get(tag.attribute("task_id") ?? "") ?? settings.sizes.get("");
      if (size) declareSize(parsed, ...size);
    } else {
      const kind = shapeKind(tag);
      if (kind !== undefined) readShape(kind, cursor, track, settings, context, parsed);
    }
  }
  if (cursor.isDamaged) {
    context.issue({
      code: "xml-malformed",
      severity: "reject",
      record: "annotation",
      message: `A tag of the labels of "${context.image}" is not well-formed; what follows it is left out.`,
    });
  }
  return parsed;
}

function declareSize(parsed: ParsedLabels, width: number, height: number): void {
  if (!(width > 0 && height > 0)) return;
  parsed.declaredWidth = width;
  parsed.declaredHeight = height;
}

function readTrack({ tag }: Cursor): Track {
  return {
    id: numberOrText(tag, "id"),
    label: tag.attribute("label"),
    source: tag.attribute("source"),
    group: numberOrText(tag, "group_id"),
  };
}

import { labelMasks, maskToRle } from "../../geometry/mask.ts";
import { decodePng, type PngPixels } from "../../image/png_pixels.ts";
import type { ParsedLabels } from "../../model/annotation.ts";
import { folderOf } from "../../model/image_names.ts";
import type { LabelContext } from "../format.ts";
import { type ClassTable, colourKey } from "./class_table.ts";
import { namesByKey, pixelKeys } from "./pixels.ts";
import { setPixels } from "./set_pixels.ts";

/** What the workers need to know of each folder of masks, by its path. */
export type MaskSettings = ReadonlyMap<string, MaskFolderSettings>;

export interface MaskFolderSettings {
  /**
   * What a pixel says: its class, its object, that it is one of the only class (0 or 255), or of the only object of the file.
   */
  readonly kind: "classes" | "instances" | "binary" | "object";
  readonly table?: ClassTable;
}

/** Class of objects whose masks do not tell one. */
const OBJECT = "object";
/** Class of the pixels of masks of 0 and 255. */
const FOREGROUND = "foreground";
/** Pixels that are not to be judged: the value, and the colour of Pascal VOC for it. */
const VOID: ReadonlySet<number> = new Set([255, colourKey(224, 224, 192)]);
/** What {@link decodePng} is given first in a JPEG. */
const JPEG = [0xff, 0xd8, 0xff];

/** Reads a mask (FORMATS §11.20). */
export function parseMask(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const png = decodeMask(bytes, context);
  const parsed: ParsedLabels = { annotations: [] };
  if (!png) return parsed;
  const { width, height } = png;
  parsed.declaredWidth = width;
  parsed.declaredHeight = height;
  const settings = (context.settings as MaskSettings).get(folderOf(context.path));
  const kind = settings?.kind ?? "classes";
  if (kind === "binary" || kind === "object") {
    const shape = maskToRle(setPixels(png), width, height);
    const name = kind === "object"
      ? settings?.table?.entries.find((entry) => entry.name)?.name ?? OBJECT
      : FOREGROUND;
    if (shape) parsed.annotations.push({ category: context.category(name), ...shape });
  } else if (kind === "instances") {
    const keys = pixelKeys(png, png.channels >= 3);
    for (const shape of labelMasks(keys, width, height, (value) => value === 0).values()) {
      parsed.annotations.push({ category: context.category(OBJECT), ...shape });
    }
  } else readClasses(png, settings?.table, context, parsed);
  return parsed;
}

/** One mask for each class of the image. */
function readClasses(
  png: PngPixels,
  table: ClassTable | undefined,
  context: LabelContext,
  into: ParsedLabels,
): void {
  const byColour = table?.byColour ?? png.channels >= 3;
  const names = table && namesByKey(table, png);
  const skip = names
    ? (key: number) => names.has(key) ? names.get(key) === undefined : VOID.has(key)
    : (key: number) => key === 0 || VOID.has(key);
  const unknown: { key: number; area: number }[] = [];
  for (const [key, shape] of labelMasks(pixelKeys(png, byColour), png.width, png.height, skip)) {
    const known = names?.get(key);
    if (known === undefined && byColour) {
      unknown.push({ key, area: shape.area });
      continue;
    }
    if (known === undefined && table) {
      context.issue({
        code: "class-out-of-range",
        severity: "warning",
        message: `The value ${key} is not in "${table.path}"; it is kept as "class_${key}".`,
        suggestion: "Add the class to the list, or correct the mask.",
      });
    }
    into.annotations.push({ category: context.category(known ?? `class_${key}`), ...shape });
  }
  if (unknown.length > 0) tellUnknown(unknown, table, context);
}

function tellUnknown(
  unknown: readonly { key: number; area: number }[],
  table: ClassTable | undefined,
  context: LabelContext,
): void {
  const largest = unknown.reduce((most, each) => each.area > most.area ? each : most);
  const colour = [largest.key >> 16, largest.key >> 8 & 255, largest.key & 255].join(", ");
  const pixels = unknown.reduce((sum, { area }) => sum + area, 0);
  context.issue({
    code: "mask-colour-unknown",
    severity: "reject",
    record: "annotation",
    message: `${pixels} px of ${unknown.length} colours, like (${colour}), are left out: ${
      table ? `"${table.path}" does not list them` : "no list of classes names colours"
    }.`,
    suggestion: "Add the colours to the list of classes; export masks without smoothing.",
  });
}

/** Pixels of a mask; undefined if it is none that can be read, which is told. */
export function decodeMask(bytes: Uint8Array, context: LabelContext): PngPixels | undefined {
  let cause: string;
  if (JPEG.every((byte, i) => bytes[i] === byte)) {
    cause = "it is a JPEG, which smears the values of a mask";
  } else {
    try {
      return decodePng(bytes);
    } catch (error) {
      cause = (error as Error).message;
    }
  }
  context.issue({
    code: "mask-unreadable",
    severity: "reject",
    record: "label",
    message: `Cannot read labels from "${context.path}": ${cause}.`,
    suggestion: "Export the mask again, as a PNG.",
  });
  return undefined;
}

import { labelMasks, type MaskShape } from "../../geometry/mask.ts";
import { decodePng, type PngPixels } from "../../image/png_pixels.ts";
import { vocPalette } from "../../image/voc_palette.ts";
import type { Annotation, ParsedLabels } from "../../model/annotation.ts";
import { withoutExtension } from "../../model/image_names.ts";
import type { LabelContext } from "../format.ts";
import { type ClassTable, colourKey } from "../masks/class_table.ts";
import { decodeMask } from "../masks/parse.ts";
import { namesByKey, pixelKeys } from "../masks/pixels.ts";
import { besideOf, CLASSES, OBJECTS } from "./segmentation_paths.ts";

/** VOC's classes by number; 0 is background. */
export const VOC_CLASSES =
  ("aeroplane bicycle bird boat bottle bus car cat chair cow diningtable dog horse motorbike " +
    "person pottedplant sheep sofa train tvmonitor").split(" ");

/** Index, and colour, of the pixels at edges that are not to be judged. */
const VOID = 255;
const VOID_COLOUR = colourKey(224, 224, 192);
/** A mask belongs to a box if they have this much in common, as a part of what either covers. */
const SAME = 0.5;

/** An object of the PNGs. */
interface Instance {
  /** Undefined if there is no PNG of classes. */
  readonly name: string | undefined;
  readonly shape: MaskShape;
}

/** Reads the objects of an image from its PNG of classes and its PNG of objects; without the latter, each class is one. */
export function readSegmentation(
  bytes: Uint8Array,
  table: ClassTable | undefined,
  context: LabelContext,
): ParsedLabels {
  const parsed: ParsedLabels = { annotations: [] };
  const png = decodeMask(bytes, context);
  if (!png) return parsed;
  parsed.declaredWidth = png.width;
  parsed.declaredHeight = png.height;
  const isClasses = context.path.split("/").includes(CLASSES);
  const objects = isClasses ? readBeside(besideOf(context.path, CLASSES, OBJECTS)[0], context, true) : png;
  const instances = objects
    ? readInstances(objects, isClasses ? png : undefined, table, context)
    : readClasses(png, table, context);
  for (const { name = "object", shape } of instances) {
    parsed.annotations.push({ category: context.category(name), ...shape });
  }
  return parsed;
}

/**
 * Gives the boxes of an annotation their masks. VOC numbers the objects of a PNG as its XML lists them; other tools do not, so
 * the place counts only if class and box fit. A mask that no box fits is an object of its own.
 */
export function attachMasks(
  parsed: ParsedLabels,
  table: ClassTable | undefined,
  context: LabelContext,
): void {
  const path = (kind: string) => `${withoutExtension(besideOf(context.path, "Annotations", kind)[0])}.png`;
  const objects = readBeside(path(OBJECTS), context, false);
  if (!objects) return;
  const classes = readBeside(path(CLASSES), context, false);
  const free = new Set(parsed.annotations);
  readInstances(objects, classes, table, context).forEach(({ name = "object", shape }, i) => {
    const category = context.category(name);
    const fits = (box: Annotation | undefined) =>
      box && free.has(box) && (!classes || box.category === category) ? overlap(box, shape) : 0;
    let best = parsed.annotations[i];
    if (fits(best) < SAME) {
      for (const box of free) if (fits(box) > fits(best)) best = box;
    }
    if (fits(best) >= SAME) {
      free.delete(best);
      best.segmentation = shape.segmentation;
      best.area = shape.area;
    } else parsed.annotations.push({ category, ...shape });
  });
}

/** The other PNG of an image; undefined if there is none, or it cannot be read, which is told. */
function readBeside(path: string, context: LabelContext, expected: boolean): PngPixels | undefined {
  const bytes = context.file(path);
  let cause = "it is not there";
  if (!bytes && !expected) return undefined;
  try {
    if (bytes) return decodePng(bytes);
  } catch (error) {
    cause = (error as Error).message;
  }
  if (bytes) {
    context.issue({
      code: "mask-unreadable",
      severity: "warning",
      message: `The mask "${path}" is left out: ${cause}.`,
    });
  }
  return undefined;
}

/** One object for each number in the PNG of objects, with the class that most of its pixels have. */
function readInstances(
  objects: PngPixels,
  classes: PngPixels | undefined,
  table: ClassTable | undefined,
  context: LabelContext,
): Instance[] {
  const { width, height } = objects;
  const keys = objectNumbers(objects);
  if (classes && (classes.width !== width || classes.height !== height)) {
    context.issue({
      code: "mask-unreadable",
      severity: "reject",
      record: "label",
      message:
        `The masks of "${context.image}" differ in size: classes ${classes.width}×${classes.height} px, ` +
        `objects ${width}×${height} px.`,
    });
    return [];
  }
  const shapes = labelMasks(keys, width, height, isNothing);
  if (!classes) return [...shapes.values()].map((shape) => ({ name: undefined, shape }));
  const { classOf, nameOf } = classReader(classes, table);
  const votes = new Map<number, Map<number, number>>();
  for (let i = 0; i < keys.length; i++) {
    if (!shapes.has(keys[i])) continue;
    const key = classOf[i];
    if (nameOf(key) === undefined) continue;
    let counts = votes.get(keys[i]);
    if (!counts) votes.set(keys[i], counts = new Map());
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const instances: Instance[] = [];
  for (const [object, shape] of shapes) {
    const counts = [...votes.get(object) ?? []];
    if (counts.length === 0) {
      context.issue({
        code: "category-unknown",
        severity: "reject",
        record: "annotation",
        message: `Object ${object} of the mask has no pixel with a known class.`,
      });
      continue;
    }
    const [key] = counts.reduce((most, each) => each[1] > most[1] ? each : most);
    instances.push({ name: nameOf(key), shape });
  }
  return instances;
}

/** One object for each class. */
function readClasses(png: PngPixels, table: ClassTable | undefined, context: LabelContext): Instance[] {
  const { classOf, nameOf, isVoid } = classReader(png, table);
  const instances: Instance[] = [];
  for (const [key, shape] of labelMasks(classOf, png.width, png.height, isVoid)) {
    const name = nameOf(key);
    if (name !== undefined) instances.push({ name, shape });
    else {
      context.issue({
        code: "category-unknown",
        severity: "reject",
        record: "annotation",
        message: `${shape.area} px of the mask have the value ${key}, which no class has.`,
      });
    }
  }
  return instances;
}

/** How the pixels of a PNG of classes are to be read. */
function classReader(png: PngPixels, table: ClassTable | undefined): {
  classOf: Uint8Array | Uint16Array | Uint32Array;
  nameOf(key: number): string | undefined;
  /** True for background and void. */
  isVoid(key: number): boolean;
} {
  if (table) {
    const names = namesByKey(table, png);
    return {
      classOf: pixelKeys(png, table.byColour),
      nameOf: (key) => names.get(key),
      isVoid: (key) => names.has(key) ? names.get(key) === undefined : isNothing(key),
    };
  }
  const isColour = png.channels >= 3;
  const classOf = pixelKeys(png, isColour);
  const numbers = isColour ? paletteNumbers() : undefined;
  return {
    classOf,
    nameOf: (key) => VOC_CLASSES[(numbers ? numbers.get(key) ?? 0 : key) - 1],
    isVoid: isNothing,
  };
}

/** Numbers of the objects; of a colour image, the places of the colours in VOC's palette, and others behind them. */
function objectNumbers(png: PngPixels): Uint8Array | Uint16Array | Uint32Array {
  if (png.channels < 3) return pixelKeys(png, false);
  const numbers = paletteNumbers();
  return pixelKeys(png, true).map((key) => numbers.get(key) ?? key + 256);
}

/** Places of the colours in VOC's palette. */
function paletteNumbers(): Map<number, number> {
  return new Map(vocPalette().map(([red, green, blue], i) => [colourKey(red, green, blue), i]));
}

function isNothing(key: number): boolean {
  return key === 0 || key === VOID || key === VOID_COLOUR;
}

/** Area that two boxes have in common, as a part of what either covers. */
function overlap(a: Annotation, b: MaskShape): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (!(width > 0 && height > 0)) return 0;
  const common = width * height;
  return common / (a.width * a.height + b.width * b.height - common);
}

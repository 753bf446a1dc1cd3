import { polygonsToRle } from "../../geometry/polygon_rle.ts";
import { boundsOf } from "../../geometry/shapes.ts";
import type { Annotation, ParsedLabels } from "../../model/annotation.ts";
import { drawnFrame } from "../drawn_frame.ts";
import type { LabelContext } from "../format.ts";
import { JsonLabelReader, textOf } from "../json/label_reader.ts";
import { asObject } from "../json/loose.ts";
import { parseJsonFile } from "../json/whole_file.ts";

/** Labels whose objects are told apart. */
const THINGS: ReadonlySet<string> = new Set([
  ..."person rider car truck bus caravan trailer train motorcycle bicycle".split(" "),
]);
/** The other labels of the table. */
const STUFF: ReadonlySet<string> = new Set([
  ..."road sidewalk parking building wall fence bridge tunnel pole polegroup vegetation terrain sky".split(
    " ",
  ),
  "rail track",
  "guard rail",
  "traffic light",
  "traffic sign",
  "license plate",
]);
/** Labels of what is not to be judged. */
const IGNORED: ReadonlySet<string> = new Set([
  ..."static dynamic ground unlabeled".split(" "),
  "ego vehicle",
  "rectification border",
  "out of roi",
]);

/** Reads the polygons of an image; later ones lie on top of earlier ones, which are kept as they were drawn. */
export function parseCityscapes(bytes: Uint8Array, context: LabelContext): ParsedLabels {
  const reader = new JsonLabelReader(context);
  const file = parseJsonFile(bytes, context);
  if (!file) return reader.parsed;
  reader.declareSize(file.imgWidth, file.imgHeight);
  const frame = drawnFrame(reader.parsed, context);
  const objects = Array.isArray(file.objects) ? file.objects : [];
  objects.forEach((value, i) => {
    const line = i + 1;
    const object = asObject(value);
    if (!object) return reader.reject(line, "annotation-invalid", "is no JSON object");
    const label = textOf(object.label).trim();
    if (object.deleted) {
      return context.issue({
        code: "object-deleted",
        severity: "note",
        line,
        message: `The object "${label}" is marked as deleted; it is left out.`,
      });
    }
    if (label === "") return reader.reject(line, "object-without-name", "has no label");
    const points = reader.points(object.polygon);
    if (!points) return reader.reject(line, "coordinate-invalid", "has points that are not pairs of numbers");
    if (points.length < 6) return reader.reject(line, "annotation-invalid", "has fewer than three points");
    reader.parsed.annotations.push({ ...readOne(label, points, context, frame), line });
  });
  return reader.finish();
}

function readOne(
  label: string,
  points: number[],
  context: LabelContext,
  { width, height }: { width: number; height: number },
): Annotation {
  const name = groupOf(label);
  const shape = { ...boundsOf(points), segmentation: [points] };
  if (name !== undefined) {
    const category = context.category(name);
    return { category, ...polygonsToRle([points], width, height) ?? shape, iscrowd: 1 };
  }
  if (IGNORED.has(label)) return { category: 0, ...shape, ignore: label };
  const annotation: Annotation = { category: context.category(label), ...shape };
  if (STUFF.has(label)) annotation.attributes = { isthing: 0 };
  return annotation;
}

/** The label whose group this is: `cargroup` is many cars, but `polegroup` is a label of its own. */
function groupOf(label: string): string | undefined {
  if (!label.endsWith("group") || STUFF.has(label) || THINGS.has(label)) return undefined;
  const name = label.slice(0, -"group".length);
  return name === "" ? undefined : name;
}

import { Buffer } from "node:buffer";
import { decodeBrush } from "../../geometry/brush.ts";
import { maskToRle } from "../../geometry/mask.ts";
import { ellipsePolygon, rotatedAboutCorner } from "../../geometry/shapes.ts";
import { decodePng } from "../../image/png_pixels.ts";
import type { Json, JsonLabelReader, Shape } from "../json/label_reader.ts";
import type { ViewFrame } from "./view_frame.ts";

/** Where a region is; `point` and `line` have no area; `unknown` is another kind; `cause` ends a sentence about the mask. */
export type Place =
  | { readonly kind: "shape"; readonly shape: Shape }
  | { readonly kind: "point"; readonly x: number; readonly y: number }
  | { readonly kind: "line" }
  | { readonly kind: "unknown" }
  | { readonly kind: "damaged"; readonly cause: string };

/**
 * Reads where a region is: percentages of the view (FORMATS §9). The kind shows in the keys, whatever the type says.
 *
 * @param value Of the entry that holds the place.
 * @returns Undefined if a coordinate is missing or no number.
 */
export function readPlace(value: Json, frame: ViewFrame, reader: JsonLabelReader): Place | undefined {
  if (Object.hasOwn(value, "rle")) return brush(value.rle, frame);
  if (Object.hasOwn(value, "imageDataURL")) return bitmap(value.imageDataURL, frame);
  if (Object.hasOwn(value, "points")) {
    if (value.closed === false) return { kind: "line" };
    const points = reader.points(value.points);
    return points && points.length > 0
      ? { kind: "shape", shape: frame.outline(frame.pixels(points)) }
      : undefined;
  }
  if (Object.hasOwn(value, "radiusX")) return ellipse(value, frame, reader);
  if (Object.hasOwn(value, "vertices")) return { kind: "unknown" };
  const place = reader.numbers([value.x, value.y]);
  if (!place) return undefined;
  if (!Object.hasOwn(value, "height")) {
    const [x, y] = frame.toImage(frame.pixels(place));
    return { kind: "point", x, y };
  }
  return rectangle(place, value, frame, reader);
}

/** Turned about its upper left corner. */
function rectangle(
  place: readonly number[],
  value: Json,
  frame: ViewFrame,
  reader: JsonLabelReader,
): Place | undefined {
  const size = reader.numbers([value.width, value.height]);
  const rotation = reader.number(value.rotation ?? 0);
  if (!size || rotation === undefined) return undefined;
  const [x, y, width, height] = frame.pixels([...place, ...size]);
  const corners = rotatedAboutCorner(x, y, width, height, rotation);
  const shape = frame.outline(corners);
  if (rotation % 360 === 0) {
    return {
      kind: "shape",
      shape: frame.isTurned ? { ...shape, segmentation: undefined } : { x, y, width, height },
    };
  }
  return { kind: "shape", shape: { ...shape, rotation: upright(rotation, frame) } };
}

function ellipse(value: Json, frame: ViewFrame, reader: JsonLabelReader): Place | undefined {
  const numbers = reader.numbers([value.x, value.y, value.radiusX, value.radiusY]);
  const rotation = reader.number(value.rotation ?? 0);
  if (!numbers || rotation === undefined) return undefined;
  const [x, y, radiusX, radiusY] = frame.pixels(numbers);
  const shape = frame.outline(ellipsePolygon(x, y, radiusX, radiusY, rotation));
  return { kind: "shape", shape: { ...shape, rotation: upright(rotation, frame) } };
}

/** A mask in the image's own frame: RGBA for each pixel, of which the last says what is painted. */
function brush(rle: unknown, { imageWidth: width, imageHeight: height }: ViewFrame): Place {
  if (!Array.isArray(rle) || !rle.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256)) {
    return damaged("is no list of bytes");
  }
  const bytes = Uint8Array.from(rle);
  // Known before anything of that size is made.
  const values = bytes.length < 4 ? 0 : new DataView(bytes.buffer).getUint32(0);
  if (values !== width * height * 4) {
    return damaged(`has ${values} values, not four for each of ${width}×${height} px`);
  }
  try {
    return painted(decodeBrush(bytes), width, height);
  } catch (error) {
    return damaged(`cannot be decoded: ${(error as Error).message}`);
  }
}

/** A mask as PNG in a data URL. */
function bitmap(url: unknown, { imageWidth, imageHeight }: ViewFrame): Place {
  const base64 = typeof url === "string" ? /^data:image\/png;base64,(.*)$/s.exec(url)?.[1] : undefined;
  if (base64 === undefined) return damaged("is no PNG");
  try {
    const { width, height, channels, data } = decodePng(Buffer.from(base64, "base64"));
    if (width !== imageWidth || height !== imageHeight || channels !== 4) {
      return damaged(
        `is a PNG of ${width}×${height} px with ${channels} channels, not ${imageWidth}×${imageHeight} with 4`,
      );
    }
    return painted(data, width, height);
  } catch (error) {
    return damaged(`cannot be decoded: ${(error as Error).message}`);
  }
}

function painted(rgba: ArrayLike<number>, width: number, height: number): Place {
  const mask = new Uint8Array(width * height);
  for (let pixel = 0; pixel < mask.length; pixel++) mask[pixel] = rgba[pixel * 4 + 3] > 0 ? 1 : 0;
  const shape = maskToRle(mask, width, height);
  return shape ? { kind: "shape", shape } : damaged("has no pixel that is set");
}

function damaged(cause: string): Place {
  return { kind: "damaged", cause: `has a mask that ${cause}` };
}

/** A rotation in the view as one in the image, degrees from 0. */
function upright(rotation: number, frame: ViewFrame): number {
  return ((rotation - frame.rotation) % 360 + 360) % 360;
}

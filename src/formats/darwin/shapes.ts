import { evenOddToRle } from "../../geometry/polygon_rle.ts";
import { boundsOf, ellipsePolygon } from "../../geometry/shapes.ts";
import type { Json, JsonLabelReader, Shape } from "../json/label_reader.ts";
import { asObject } from "../json/loose.ts";

/** Size of the picture, px. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Outlines of a polygon of version 2.0 (`paths`) or 1.0 (`path`, `additional_paths`); undefined if a point is none. */
export function readPolygon(polygon: Json, size: Size, reader: JsonLabelReader): Shape | undefined {
  const more = Array.isArray(polygon.additional_paths) ? polygon.additional_paths : [];
  const nested = Array.isArray(polygon.path) && Array.isArray(polygon.path[0]);
  const paths = Array.isArray(polygon.paths)
    ? polygon.paths
    : nested
    ? polygon.path as unknown[]
    : [polygon.path, ...more];
  const outlines = paths.map((path) => reader.points(path) ?? []);
  if (outlines.length === 0 || outlines.some((points) => points.length === 0)) return undefined;
  const bounds = boundsOf(outlines.flat());
  // Paths that touch may be holes: what lies in two of them is outside (even-odd).
  const mask = overlap(outlines) ? evenOddToRle(outlines, size.width, size.height) : undefined;
  return mask ? { ...bounds, ...mask } : { ...bounds, segmentation: outlines };
}

function overlap(outlines: readonly (readonly number[])[]): boolean {
  const boxes = outlines.map(boundsOf);
  return boxes.some((a, i) =>
    boxes.slice(i + 1).some((b) =>
      a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
    )
  );
}

export function readBox(box: Json, reader: JsonLabelReader): Shape | undefined {
  const [x, y, width, height] = [box.x, box.y, box.w, box.h].map((value) => reader.number(value));
  if (x === undefined || y === undefined || width === undefined || height === undefined) return undefined;
  return { x, y, width, height };
}

/** The angle of an ellipse is in radians. */
export function readEllipse(ellipse: Json, reader: JsonLabelReader): Shape | undefined {
  const centre = reader.points([ellipse.center]);
  const radius = reader.points([ellipse.radius]);
  const angle = reader.number(ellipse.angle ?? 0);
  if (centre?.length !== 2 || radius?.length !== 2 || angle === undefined) return undefined;
  const points = ellipsePolygon(centre[0], centre[1], radius[0], radius[1], angle * 180 / Math.PI);
  return { ...boundsOf(points), segmentation: [points] };
}

/**
 * Nodes of a skeleton as keypoints.
 *
 * @param names Of the keypoints of its class, in their order; a node of another name has no place.
 */
export function readSkeleton(
  skeleton: Json,
  names: readonly string[],
  reader: JsonLabelReader,
): Shape | undefined {
  const keypoints = new Array<number>(names.length * 3).fill(0);
  const labelled: number[] = [];
  for (const each of Array.isArray(skeleton.nodes) ? skeleton.nodes : []) {
    const node = asObject(each);
    const at = names.indexOf(String(node?.name));
    const point = reader.points([node]);
    if (at < 0 || point?.length !== 2) return undefined;
    keypoints.splice(at * 3, 3, point[0], point[1], node?.occluded === true ? 1 : 2);
    labelled.push(...point);
  }
  return labelled.length > 0 ? { ...boundsOf(labelled), keypoints } : undefined;
}

import { boundsOf } from "../../geometry/shapes.ts";
import { asObject } from "../json/loose.ts";
import type { Json, JsonLabelReader, Shape } from "../json/label_reader.ts";

/** Straight pieces that a curve becomes. */
const PIECES = 16;

/**
 * Reads the outlines of an object: polygons whose corners may be the control points of cubic curves.
 *
 * @param value `poly2d`: a list of outlines `{vertices, types, closed}`; in BDD100K's first files one list of
 * `[x, y, type]`.
 * @returns `line` if none is closed; undefined if a coordinate is missing or no number.
 */
export function readPoly2d(value: unknown, reader: JsonLabelReader): Shape | "line" | undefined {
  const list = Array.isArray(value) ? value : [];
  const outlines = Array.isArray(list[0]) && !Array.isArray(list[0][0])
    ? [fromTriples(list)]
    : list.map(outlineOf);
  const closed = outlines.filter((outline) => outline.closed !== false);
  if (outlines.length > 0 && closed.length === 0) return "line";
  const polygons: number[][] = [];
  for (const { vertices, types } of closed) {
    const points = reader.points(vertices);
    if (!points || points.length === 0) return undefined;
    polygons.push(flatten(points, typeof types === "string" ? types : ""));
  }
  return polygons.length > 0 ? { ...boundsOf(polygons.flat()), segmentation: polygons } : undefined;
}

function outlineOf(value: unknown): Json {
  return Array.isArray(value) ? fromTriples(value) : asObject(value) ?? {};
}

function fromTriples(triples: readonly unknown[]): Json {
  const types = triples.map((triple) =>
    Array.isArray(triple) && typeof triple[2] === "string" ? triple[2] : "L"
  );
  return { vertices: triples, types: types.join("") };
}

/** Replaces each run of three points of the type `C` by a curve that ends at the third. */
function flatten(points: readonly number[], types: string): number[] {
  const flat: number[] = [];
  const count = points.length / 2;
  for (let i = 0; i < count; i++) {
    if (i === 0 || types.slice(i, i + 3) !== "CCC") {
      flat.push(points[2 * i], points[2 * i + 1]);
      continue;
    }
    const [x0, y0] = flat.slice(-2);
    const [x1, y1, x2, y2, x3, y3] = points.slice(2 * i, 2 * i + 6);
    for (let piece = 1; piece <= PIECES; piece++) {
      const t = piece / PIECES;
      const s = 1 - t;
      const at = (a: number, b: number, c: number, d: number) =>
        s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d;
      flat.push(at(x0, x1, x2, x3), at(y0, y1, y2, y3));
    }
    i += 2;
  }
  return flat;
}

import { asObject } from "../json/loose.ts";

type Json = Readonly<Record<string, unknown>>;

/**
 * An annotation of a video as it is in one frame: its keyframes lie in `frames` by their number, from 0; `ranges` tell where
 * it is seen, from the first frame to before the second.
 *
 * @returns Undefined if it is not in that frame.
 */
export function atFrame(annotation: Json, frame: number): Json | undefined {
  const frames = asObject(annotation.frames);
  if (!frames) return annotation;
  const { ranges, segments } = annotation;
  const spans = Array.isArray(ranges) ? ranges : Array.isArray(segments) ? segments : undefined;
  if (spans && !spans.some((span) => covers(span, frame))) return undefined;
  let [before, after] = [-1, Infinity];
  for (const key in frames) {
    const number = Number(key);
    if (!Number.isInteger(number) || !asObject(frames[key])) continue;
    if (number <= frame) before = Math.max(before, number);
    else after = Math.min(after, number);
  }
  // Without ranges it is only where it was drawn.
  if (before < 0 || !spans && before !== frame) return undefined;
  const first = asObject(frames[before])!;
  const { frames: _, ...rest } = annotation;
  const between = before < frame && after < Infinity && annotation.interpolated === true;
  const shape = between
    ? interpolate(first, asObject(frames[after])!, (frame - before) / (after - before))
    : first;
  return { ...rest, ...shape };
}

function covers(span: unknown, frame: number): boolean {
  return Array.isArray(span) && span[0] <= frame && (span[1] == null || frame < span[1]);
}

/** The state between two; what is not the same kind of value in both stays that of the first. */
function interpolate(a: Json, b: Json, part: number): Json {
  return between(a, b, part) as Json;
}

function between(a: unknown, b: unknown, part: number): unknown {
  if (typeof a === "number" && typeof b === "number") return a + (b - a) * part;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length ? a.map((value, i) => between(value, b[i], part)) : a;
  }
  const [from, to] = [asObject(a), asObject(b)];
  if (!from || !to) return a;
  return Object.fromEntries(
    Object.entries(from).map(([key, value]) => [
      key,
      Object.hasOwn(to, key) && key !== "raster_layer" ? between(value, to[key], part) : value,
    ]),
  );
}

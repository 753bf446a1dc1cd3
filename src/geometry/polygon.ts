/**
 * Area of a polygon by the shoelace formula, px². Parts that overlap themselves count as the formula counts them.
 *
 * @param points `[x1,y1,x2,y2,…]`, px; the ring is closed by itself.
 */
export function polygonArea(points: readonly number[]): number {
  let twice = 0;
  let x = points[points.length - 2];
  let y = points[points.length - 1];
  for (let i = 0; i < points.length; i += 2) {
    twice += x * points[i + 1] - points[i] * y;
    x = points[i];
    y = points[i + 1];
  }
  return Math.abs(twice) / 2;
}

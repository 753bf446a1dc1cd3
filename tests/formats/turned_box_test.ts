import assert from "node:assert/strict";
import type { CocoAnnotation } from "../../src/model/dataset.ts";
import { turnedBoxOf } from "../../src/formats/writing/turned_box.ts";
import { ellipsePolygon, rotatedBox } from "../../src/geometry/shapes.ts";

function turned(segmentation: CocoAnnotation["segmentation"], rotation?: number) {
  return turnedBoxOf({
    ...{ id: 1, image_id: 1, category_id: 1, bbox: [0, 0, 1, 1], area: 1, iscrowd: 0 },
    segmentation,
    attributes: { rotation },
  });
}

Deno.test("the numbers of a turned box are those it was drawn from", () => {
  const { degrees, ...place } = turned([rotatedBox(50, 40, 20, 10, 30)], 30)!;
  assert.ok(Math.abs(degrees - 30) < 1e-6);
  Object.entries({ cx: 50, cy: 40, width: 20, height: 10 }).forEach(([key, value]) =>
    assert.ok(Math.abs(place[key as keyof typeof place] - value) < 1e-9, key)
  );
});

Deno.test("what width, height and angle do not tell to a hundredth of a pixel is no turned box", () => {
  const corners = rotatedBox(50, 40, 20, 10, 30);
  assert.equal(turned([corners]), undefined, "no rotation is told");
  assert.equal(turned([corners.map((value, i) => i === 0 ? value + 0.05 : value)], 30), undefined);
  assert.equal(turned([ellipsePolygon(50, 40, 20, 10, 30)], 30), undefined);
  assert.equal(turned([corners, corners], 30), undefined);
  assert.equal(turned([], 30), undefined);
  // Readers would take it for upright.
  assert.equal(turned([rotatedBox(50, 40, 20, 10, 360)], 360), undefined);
});

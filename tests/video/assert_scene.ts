import assert from "node:assert/strict";
import type { Picture } from "../../src/image/picture.ts";
import { sceneOf } from "./make_video_set.ts";

/** Size and colours must be those of frame i; h264 at crf 10 leaves them a few levels off. */
export function assertScene(i: number, { width, height, pixels }: Picture): void {
  const wanted = sceneOf(i);
  const at = (x: number, y: number) => [...pixels.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
  assert.deepEqual(
    [width, height, pixels.length],
    [wanted.width, wanted.height, width * height * 3],
    `frame ${i}`,
  );
  const [x, y, w, h] = wanted.box;
  for (
    const [found, colour] of [[at(x + w / 2, y + h / 2), wanted.inside], [
      at(width - 1, height - 1),
      wanted.ground,
    ]]
  ) {
    assert.ok(
      found.every((value, c) => Math.abs(value - colour[c]) < 8),
      `frame ${i}: ${found} is not ${colour}`,
    );
  }
}

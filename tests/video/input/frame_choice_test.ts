import assert from "node:assert/strict";
import fc from "../../property.ts";
import { chosenFrames, frameAt, isBeyond, selectExpression } from "../../../src/video/input/frame_choice.ts";
import { runOk, testWith } from "../../tools.ts";

/** Times that ascend by 2 ms at the least. */
const times = fc.array(fc.integer({ min: 2, max: 500 }), { minLength: 1, maxLength: 60 }).map((gaps) => {
  let time = 0;
  return Float64Array.from(gaps, (gap) => (time += gap) / 1000);
});

Deno.test("the frame at a time is the last that does not begin more than 1 ms after it", () => {
  fc.assert(fc.property(times, fc.integer({ min: -100, max: 31_000 }), (times, ms) => {
    const begun = times.filter((time) => Math.round(time * 1000) <= ms + 1).length;
    assert.equal(frameAt(times, ms / 1000), Math.max(0, begun - 1));
  }));
  // The three decimals of 1/30 s.
  assert.equal(frameAt(Float64Array.of(0, 1 / 30, 2 / 30), 0.033), 1);
});

Deno.test("a time is behind the end when the last frame would have made room for another", () => {
  const even = Float64Array.of(5, 5.04, 5.08);
  assert.deepEqual([5.08, 5.12, 5.13].map((time) => isBeyond(even, time)), [false, false, true]);
  assert.equal(isBeyond(Float64Array.of(0), 1000), false);
});

Deno.test("frames are chosen by number or time, in order, each once", () => {
  const even = Float64Array.from({ length: 10 }, (_, n) => 7 + n / 10);
  const chosen = (
    choice: Parameters<typeof chosenFrames>[0],
    frames?: number,
  ) => [...chosenFrames(choice, even, frames)];
  assert.deepEqual(chosen({}), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.deepEqual(chosen({ every: 4 }), [0, 4, 8]);
  assert.deepEqual(chosen({ every: 100 }), [0]);
  // Frames that a file lost at its end were asked for all the same.
  assert.deepEqual(chosen({ every: 4 }, 14), [0, 4, 8, 12]);
  assert.deepEqual(chosen({ at: [0.95, 0.2, 0.25, 0, 3] }), [0, 2, 9]);
  assert.deepEqual([...chosenFrames({ every: 2 }, new Float64Array(0))], []);
});

testWith(["ffmpeg"], "ffmpeg selects the frames of an expression, of two thousand as of one", () => {
  for (const numbers of [[], [5], [0, 1, 7, 4001], Array.from({ length: 2000 }, (_, n) => n * 2 + n % 2)]) {
    const expression = selectExpression({ at: [] }, Uint32Array.from(numbers));
    const told = runOk([
      ...["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=s=16x16:r=25", "-frames:v", "5000"],
      ...[
        "-vf",
        `trim=end_frame=4500,select='${expression}'`,
        "-fps_mode",
        "passthrough",
        "-f",
        "framecrc",
        "-",
      ],
    ]);
    const lines = told.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    assert.deepEqual(lines.map((line) => Number(line.split(",")[2])), numbers);
  }
});

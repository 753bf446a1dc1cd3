import assert from "node:assert/strict";
import fc from "../../property.ts";
import { FrameBoxes } from "../../../src/video/input/frame_boxes.ts";

/** A box (ISO/IEC 14496-12, 4.2), its size in 32 or 64 bits. */
function box(type: string, content: Uint8Array, wide: boolean): number[] {
  const size = content.length + (wide ? 16 : 8);
  const header = new DataView(new ArrayBuffer(wide ? 16 : 8));
  header.setUint32(0, wide ? 1 : size);
  for (let i = 0; i < 4; i++) header.setUint8(4 + i, type.charCodeAt(i));
  if (wide) header.setBigUint64(8, BigInt(size));
  return [...new Uint8Array(header.buffer), ...content];
}

const boxes = fc.array(fc.record({
  type: fc.constantFrom("mdat", "moof", "free", "mfra"),
  content: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  wide: fc.boolean(),
}));

Deno.test("frames come out whole and in order, however the pipe cuts them", () => {
  fc.assert(fc.property(boxes, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (boxes, cuts) => {
    const bytes = Uint8Array.from(boxes.flatMap(({ type, content, wide }) => box(type, content, wide)));
    const frames: number[][] = [];
    let frame: number[] = [];
    const reader = new FrameBoxes((part, isLast) => {
      frame.push(...part);
      if (!isLast) return;
      frames.push(frame);
      frame = [];
    });
    for (let at = 0, k = 0; at < bytes.length; at += cuts[k++ % cuts.length]) {
      reader.push(bytes.subarray(at, at + cuts[k % cuts.length]));
    }
    assert.deepEqual(
      frames,
      boxes.filter(({ type }) => type === "mdat").map(({ content }) => [...content]),
    );
    assert.deepEqual(frame, []);
  }));
});

Deno.test("a frame that does not come to its end is none", () => {
  let frames = 0;
  const reader = new FrameBoxes((_, isLast) => frames += isLast ? 1 : 0);
  const bytes = Uint8Array.from([
    ...box("mdat", new Uint8Array(9), false),
    ...box("mdat", new Uint8Array(9), true),
  ]);
  reader.push(bytes.subarray(0, -1));
  assert.equal(frames, 1);
});

Deno.test("what are no boxes is an error", () => {
  const reader = new FrameBoxes(() => {});
  assert.throws(() => reader.push(new Uint8Array(20)), RangeError);
});

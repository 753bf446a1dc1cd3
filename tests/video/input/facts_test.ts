import assert from "node:assert/strict";
import fc from "../../property.ts";
import { Moments, pictureStream } from "../../../src/video/input/facts.ts";

function moments(lines: readonly string[]): Moments {
  const all = new Moments();
  for (const line of lines) all.add(line);
  return all;
}

Deno.test("times are those of the packets in the order they are shown, without hidden ones", () => {
  // As ffprobe lists an H.264 with B-frames whose first packets an edit list hides.
  const all = moments(["0,KD", "1536,_D", "512,__", "1024,K_", "3072,__", "2048,__", "2560,__"]);
  const { times, ...facts } = all.finish([1, 12800], 2);
  assert.deepEqual([...times], [0.04, 0.08, 0.16, 0.2, 0.24]);
  assert.deepEqual(facts, { frames: 7, hasHidden: true, fps: 20, isVariable: true });
  assert.ok(all.isSure);
});

Deno.test("packets are not sure to be frames without a key frame first, without times, or with one time twice", () => {
  const sure = (...lines: string[]) => {
    const all = moments(lines);
    all.finish([1, 25], 0);
    return all.isSure;
  };
  assert.ok(sure("0,K_", "1,__"));
  assert.ok(!sure("0,__", "1,K_"));
  assert.ok(!sure("0,K_", "N/A,__"));
  assert.ok(!sure("0,K_", "1,__", "1,__"));
});

Deno.test("a rate is even if times are rounded to milliseconds", () => {
  const rounded = Array.from({ length: 100 }, (_, n) => `${Math.round(n * 1000 / 30)},K_`);
  const { isVariable, fps } = moments(rounded).finish([1, 1000], 0);
  assert.deepEqual([isVariable, fps], [false, 30]);
  assert.deepEqual(moments(["7,K_"]).finish([1, 25], 0).fps, 0);
});

Deno.test("any number of packets in any order comes out sorted", () => {
  fc.assert(fc.property(fc.uniqueArray(fc.nat(1e9), { maxLength: 3000 }), (ticks) => {
    const { times, frames } = moments(ticks.map((tick) => `${tick},K_`)).finish([1, 1], 0);
    assert.deepEqual([...times], ticks.toSorted((a, b) => a - b));
    assert.equal(frames, ticks.length);
  }));
});

Deno.test("the stream that is read is the first that is no cover; its size is the upright one", () => {
  const cover = { index: 0, codec_name: "mjpeg", width: 9, height: 9, disposition: { attached_pic: 1 } };
  const video = {
    index: 2,
    codec_name: "hevc",
    width: 1920,
    height: 1080,
    nb_frames: "7",
    time_base: "1/90000",
  };
  const turned = { ...video, field_order: "tt", side_data_list: [{}, { rotation: -90 }] };
  const told = { stream: 2, codec: "hevc", streams: 1, declared: 7, unit: [1, 90000] };
  assert.deepEqual(pictureStream([cover, video]), {
    ...told,
    width: 1920,
    height: 1080,
    isTurned: false,
    isInterlaced: false,
  });
  assert.deepEqual(pictureStream([turned]), {
    ...told,
    width: 1080,
    height: 1920,
    isTurned: true,
    isInterlaced: true,
  });
  assert.equal(pictureStream([cover, { index: 1, codec_name: "h264" }]), undefined);
});

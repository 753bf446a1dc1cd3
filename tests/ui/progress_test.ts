import assert from "node:assert/strict";
import { fit, follow, type PhaseProgress, progressLine } from "../../src/ui/progress.ts";

const packing: PhaseProgress = {
  phase: "pack",
  done: 45_120,
  total: 100_000,
  bytes: 722_000_000,
  seconds: 5,
  since: 1,
};

Deno.test("the line tells phase, done, total, rate, bytes and time left", () => {
  // 45,120 in 4 s is 11,280/s; the other 54,880 take 4.9 s.
  assert.equal(
    progressLine(packing),
    "Packing 45,120 of 100,000 images (45 %) · 11,300/s · 722 MB · 5.0 s left",
  );
});

Deno.test("without a total nothing is foretold", () => {
  assert.equal(
    progressLine({ phase: "scan", done: 8_000, total: 0, bytes: 0, seconds: 2, since: 0 }),
    "Scanning 8,000 files · 4,000/s",
  );
});

Deno.test("an upload counts bytes, and its rate is that of what was sent, not of what was there", () => {
  const state = { phase: "upload", done: 600e6, total: 1e9, bytes: 100e6, seconds: 10, since: 0 } as const;
  assert.equal(progressLine(state), "Uploading 600 MB of 1.00 GB (60 %) · 10.0 MB/s · 40 s left");
  assert.equal(progressLine({ ...state, seconds: 0.5 }), "Uploading 600 MB of 1.00 GB (60 %)");
});

Deno.test("in the first moments of a phase there is no rate", () => {
  assert.equal(progressLine({ ...packing, since: 4.8 }), "Packing 45,120 of 100,000 images (45 %)");
});

Deno.test("a hundred percent is said only when all is done", () => {
  assert.match(progressLine({ ...packing, done: 99_999 }), /\(99 %\)/);
  assert.equal(
    progressLine({ ...packing, done: 100_000 }),
    "Packing 100,000 of 100,000 images (100 %) · 25,000/s · 722 MB",
  );
});

Deno.test("publishing tells what is published", () => {
  assert.equal(progressLine({ ...packing, phase: "publish" }), "Publishing 100,000 images");
});

Deno.test("each phase has its own clock, the first one from the start", () => {
  const scan = { phase: "scan", done: 1, total: 0, bytes: 0, seconds: 0.4 } as const;
  const first = follow(undefined, scan);
  assert.equal(first.since, 0);
  const second = follow(first, { ...scan, seconds: 2 });
  assert.equal(second.since, 0);
  const pack = follow(second, { ...scan, phase: "pack", seconds: 3 });
  assert.equal(pack.since, 3);
});

Deno.test("a line is cut below the width of the terminal", () => {
  assert.equal(fit("Packing 1 of 2", 20), "Packing 1 of 2");
  assert.equal(fit("Packing 1 of 2", 15), "Packing 1 of 2");
  assert.equal(fit("Packing 1 of 2", 14), "Packing 1 of…");
  assert.equal(fit("Packing 1 of 2", 14).length, 13);
});

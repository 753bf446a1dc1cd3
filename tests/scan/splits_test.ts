import assert from "node:assert/strict";
import fc from "../property.ts";
import { Duplicates } from "../../src/scan/duplicates.ts";
import { SplitDealer, splitShares } from "../../src/scan/splits.ts";

const SHARES = splitShares({ train: 0.8, val: 0.1, test: 0.1 });

const dealer = (pairs: [copy: string, first: string][] = [], shares = SHARES) => {
  const duplicates = new Duplicates();
  for (const [copy, first] of pairs) duplicates.add(copy, first);
  return new SplitDealer(shares, duplicates);
};

Deno.test("images are dealt out in the shares that were asked for, and another seed deals differently", () => {
  const deal = (seed: number) => {
    const dealing = dealer([], splitShares({ train: 8, val: 1, test: 1 }, seed));
    return Array.from({ length: 20_000 }, (_, i) => dealing.splitOf(`images/${i}.jpg`));
  };
  const [first, second] = [deal(0), deal(1)];
  for (const [split, share] of SHARES.shares) {
    // Four standard deviations of a binomial distribution.
    const tolerance = 4 * Math.sqrt(20_000 * share * (1 - share));
    for (const dealt of [first, second]) {
      const count = dealt.filter((each) => each === split).length;
      assert.ok(Math.abs(count - 20_000 * share) < tolerance, `${split} has ${count}`);
    }
  }
  const moved = first.filter((split, i) => split !== second[i]).length;
  // Two independent draws differ with 1 - (0.8² + 0.1² + 0.1²) = 0.34.
  assert.ok(moved > 6000 && moved < 7600, `${moved} moved`);
});

Deno.test("copies of one picture and frames of one video stay together", () => {
  const hex = (i: number) => i.toString(16).padStart(32, "0");
  const dealing = dealer();
  for (let group = 0; group < 200; group++) {
    const copies = Array.from({ length: 5 }, (_, i) => `train/p${group}_jpg.rf.${hex(i)}.jpg`);
    copies.push(`valid/p${group}_jpg.rf.${hex(9)}.jpg`);
    const frames = Array.from({ length: 5 }, (_, i) => `clips/v${group}_frame_00${i}.png`);
    for (const images of [copies, frames]) {
      assert.equal(new Set(images.map((image) => dealing.splitOf(image))).size, 1);
    }
  }
  const numbered = Array.from({ length: 50 }, (_, i) => dealing.splitOf(`images/${i}.jpg`));
  assert.ok(new Set(numbered).size > 1, "numbers alone are no video");
});

Deno.test("exact copies are never dealt apart, in whatever order they are joined", () => {
  const path = fc.constantFrom(
    ...Array.from({ length: 12 }, (_, i) => `${i}.jpg`),
    "v_frame_1.jpg",
    "v_frame_2.jpg",
  );
  fc.assert(fc.property(fc.array(fc.tuple(path, path), { maxLength: 12 }), fc.integer(), (pairs, seed) => {
    // A copy is a copy of the first one only.
    const first = new Map<string, string>();
    for (const [copy, original] of pairs) {
      if (
        copy !== original && !first.has(copy) && !first.has(original) && ![...first.values()].includes(copy)
      ) {
        first.set(copy, original);
      }
    }
    const shares = splitShares({ a: 1, b: 1, c: 1 }, seed);
    const dealing = dealer([...first], shares);
    const reversed = dealer([...first].reverse(), shares);
    for (const [copy, original] of first) {
      assert.equal(dealing.splitOf(copy), dealing.splitOf(original));
      assert.equal(dealing.splitOf(copy), reversed.splitOf(copy));
    }
  }));
});

Deno.test("shares that make no sense are refused", () => {
  assert.deepEqual(splitShares({ train: 3, valid: 1 }).shares, [["train", 0.75], ["val", 0.25]]);
  for (const shares of [{}, { a: 0 }, { a: -1, b: 2 }, { a: NaN }, { "": 1 }, { val: 1, valid: 1 }]) {
    assert.throws(() => splitShares(shares as Record<string, number>));
  }
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { CategoryRenumberer } from "../../src/pack/assemble.ts";

const line = (id: number, category: number) =>
  `{"id":${id},"image_id":1,"category_id":${category},"bbox":[1,2,3,4],"attributes":{"note":":\\n,7"}}`;

Deno.test("category ids are replaced wherever the blocks are cut", () => {
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 20 }),
    fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 50 }),
    (categories, cuts) => {
      const ids = [0, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1];
      const text = categories.map((category, i) => line(i + 1, category)).join(",\n");
      const wanted = categories.map((category, i) => line(i + 1, 13 - category)).join(",\n");
      const bytes = new TextEncoder().encode(text);
      const renumber = new CategoryRenumberer(ids);
      let out = "";
      for (let at = 0, k = 0; at < bytes.length; k++) {
        const next = at + cuts[k % cuts.length];
        out += new TextDecoder().decode(renumber.block(bytes.subarray(at, next)));
        at = next;
      }
      out += new TextDecoder().decode(renumber.rest());
      assert.equal(out, wanted);
    },
  ));
});

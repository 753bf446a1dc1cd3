import assert from "node:assert/strict";
import fc from "../property.ts";
import { annotationRenumberer, imageRenumberer, type LineRewriter } from "../../src/pack/renumber.ts";

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
      assert.equal(rewritten(annotationRenumberer(ids), text, cuts), wanted);
    },
  ));
});

Deno.test("category ids of images are replaced, and nothing that looks like them", () => {
  const image = (id: number, categories: number[]) =>
    `{"id":${id},"file_name":"a,\\"category_ids\\":[1]}","tags":[1,2]` +
    (categories.length > 0 ? `,"category_ids":[${categories}]}` : "}");
  fc.assert(fc.property(
    fc.array(fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 4 }), { maxLength: 20 }),
    fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 50 }),
    (images, cuts) => {
      const ids = [0, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1];
      const text = images.map((categories, i) => image(i + 1, categories)).join(",\n");
      const wanted = images.map((categories, i) => image(i + 1, categories.map((id) => 13 - id))).join(",\n");
      assert.equal(rewritten(imageRenumberer(ids), text, cuts), wanted);
    },
  ));
});

function rewritten(rewriter: LineRewriter, text: string, cuts: number[]): string {
  const bytes = new TextEncoder().encode(text);
  let out = "";
  for (let at = 0, k = 0; at < bytes.length; k++) {
    const next = at + cuts[k % cuts.length];
    out += new TextDecoder().decode(rewriter.block(bytes.subarray(at, next)));
    at = next;
  }
  return out + new TextDecoder().decode(rewriter.rest());
}

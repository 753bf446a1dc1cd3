import assert from "node:assert/strict";
import { alikeClasses } from "../../src/pack/alike_classes.ts";

Deno.test("class names that differ only by case or Unicode form are told, each with the first", () => {
  const told = [...alikeClasses(["Cat", "dog", "cat", "e\u0301", "\u00e9", "CAT"])].map(({ message }) =>
    message
  );
  assert.deepEqual(told, [
    'The classes "Cat" and "cat" differ only in how they are written.',
    'The classes "e\u0301" and "\u00e9" differ only in how they are written.',
    'The classes "Cat" and "CAT" differ only in how they are written.',
  ]);
});

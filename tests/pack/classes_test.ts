import assert from "node:assert/strict";
import { finalClasses, SharedClasses } from "../../src/pack/classes.ts";

Deno.test("classes are numbered once, in the order they were met, for all who share the memory", () => {
  const one = new SharedClasses();
  const other = new SharedClasses(one.memory);
  assert.equal(one.number("cat"), 0);
  assert.equal(other.number("dög"), 1);
  assert.equal(other.number("cat"), 0);
  assert.equal(one.number("dög"), 1);
  assert.equal(one.number(""), 2);
  assert.deepEqual(other.list(), ["cat", "dög", ""]);
});

Deno.test("free text read as class names ends with an error that says so", () => {
  const classes = new SharedClasses();
  const long = "x".repeat(1 << 20);
  assert.throws(() => {
    for (let i = 0; i < 30; i++) classes.number(long + i);
  }, /24 different classes|23 different classes/);
});

Deno.test("declared classes keep their order, the others follow by name, and ids change accordingly", () => {
  const declared = [{ name: "zebra", supercategory: "animal" }, { name: "ant" }, { name: "zebra" }];
  assert.deepEqual(finalClasses(["zebra", "ant", "pear", "fig"], declared), {
    classes: [{ name: "zebra", supercategory: "animal" }, { name: "ant" }, { name: "fig" }, { name: "pear" }],
    ids: [0, 1, 2, 4, 3],
  });
  assert.equal(finalClasses(["zebra", "ant"], declared).ids, undefined);
});

import assert from "node:assert/strict";
import fc from "../property.ts";
import { NumberRows } from "../../src/formats/yolo/number_rows.ts";
import { parseRows } from "./parse_rows.ts";

const BOX = { category: 0, x: 40, y: 32, width: 20, height: 16, line: 1 };

Deno.test("a box row in any spelling of its numbers is the same box", () => {
  const spellings = [
    "0 0.5 0.5 0.2 0.2\n",
    "0 0.5 0.5 0.2 0.2\r\n",
    "0 0.5 0.5 0.2 0.2\r",
    "0\t0.5\t0.5  0.2 0.2 \n\n\n",
    "0 5e-1 5.0E-1 .2 +0.2\n",
    "0.0 0.5 .5 2e-1 0.2000000000000000000",
    "cat 0.5 0.5 0.2 0.2",
  ];
  for (const text of spellings) {
    const { annotations, issues } = parseRows(text);
    assert.deepEqual([annotations, issues], [[BOX], []], JSON.stringify(text));
  }
});

Deno.test("a byte order mark or UTF-16 is read, and warned of", () => {
  const utf16 = (swap: boolean) => {
    const bytes = new Uint8Array(
      new Uint16Array([..."\ufeff0 0.5 0.5 0.2 0.2\r\n"].map((c) => c.charCodeAt(0))).buffer,
    );
    if (swap) { for (let i = 0; i < bytes.length; i += 2) bytes.subarray(i, i + 2).reverse(); }
    return bytes;
  };
  for (const content of ["\ufeff0 0.5 0.5 0.2 0.2\n", utf16(false), utf16(true)]) {
    const { annotations, issues } = parseRows(content);
    assert.deepEqual(annotations, [BOX]);
    assert.deepEqual(issues.map((issue) => [issue.code, issue.severity]), [["label-encoding", "warning"]]);
  }
});

Deno.test("boxes and polygons may stand in one file, and each row is read as what it is", () => {
  const { annotations, issues } = parseRows(
    "0 0.25 0.5 0.2 0.25\n1 0.1 0.25 0.4 0.25 0.4 0.5 0.1 0.5\n1 0 0 1 0 0 1",
  );
  assert.deepEqual(annotations, [
    { category: 0, x: 15, y: 30, width: 20, height: 20, line: 1 },
    {
      category: 1,
      x: 10,
      y: 20,
      width: 30,
      height: 20,
      segmentation: [[10, 20, 40, 20, 40, 40, 10, 40]],
      line: 2,
    },
    { category: 1, x: 0, y: 0, width: 100, height: 80, segmentation: [[0, 0, 100, 0, 0, 80]], line: 3 },
  ]);
  assert.deepEqual(issues, []);
});

Deno.test("a column too many is the score", () => {
  const { annotations } = parseRows("0 0.5 0.5 0.2 0.2 0.93\n1 0 0 1 0 0 1 0.5");
  assert.deepEqual(annotations[0], { ...BOX, attributes: { score: 0.93 } });
  assert.deepEqual(annotations[1].attributes, { score: 0.5 });
  assert.deepEqual(annotations[1].segmentation, [[0, 0, 100, 0, 0, 80]]);
});

Deno.test("rows of the declared number of key points have them; unlabelled ones are zero", () => {
  const rows = "0 0.5 0.5 0.4 0.5 0.4 0.4 2 0.9 0.9 0\n";
  const { annotations } = parseRows(rows, { names: ["person"], keypoints: [2, 3] });
  assert.deepEqual(annotations, [
    { category: 0, x: 30, y: 20, width: 40, height: 40, keypoints: [40, 32, 2, 0, 0, 0], line: 1 },
  ]);
  const flat = parseRows("0 0.5 0.5 0.4 0.5 0.4 0.4 -1 0\n", { names: ["person"], keypoints: [2, 2] });
  assert.deepEqual(flat.annotations[0].keypoints, [40, 32, 1, 0, 0, 0]);
});

Deno.test("a bad row is rejected with its line and cause, the others stay", () => {
  const cases: [row: string, cause: RegExp][] = [
    ["0 0.5 0.5 nan 0.2", /"nan" is not a number/],
    ["0 0.5 0.5 0.2 -inf", /"-inf" is not a number/],
    ["0 0,5 0,5 0,2 0,2", /"0,5" is not a number/],
    ["0 0.5 0.5 -0.2 0.2", /width and height/],
    ["0 0.5 0.5 0 0.2", /width and height/],
    ["0 320 240 100 80", /not normalised/],
    ["0 0.5 0.5 1e300 0.2", /not normalised/],
    ["0 0.5 0.5 0.2", /4 columns/],
    ["bird 0.5 0.5 0.2 0.2", /"bird" is no class number/],
    ["-1 0.5 0.5 0.2 0.2", /"-1" is no class number/],
    ["0.5 0.5 0.5 0.2 0.2", /"0.5" is no class number/],
    ["1e300 0.5 0.5 0.2 0.2", /"1e300" is no class number/],
    ["0 0.5 0.5 0.2 0.2x", /"0.2x" is not a number/],
    ["0 0.5 0.5 0.2 1e", /"1e" is not a number/],
    ["0 0.5 0.5 0.2 .", /"\." is not a number/],
  ];
  for (const [row, cause] of cases) {
    const { annotations, issues } = parseRows(`0 0.5 0.5 0.2 0.2\n\n${row}\r\n1 0.5 0.5 0.2 0.2`);
    assert.deepEqual(annotations, [BOX, { ...BOX, category: 1, line: 4 }], row);
    assert.equal(issues.length, 1, row);
    const [issue] = issues;
    assert.deepEqual([issue.code, issue.severity, issue.record, issue.line], [
      "label-row-invalid",
      "reject",
      "annotation",
      3,
    ]);
    assert.match(issue.message, cause);
  }
});

Deno.test("boxes over the edge are left to the clipping", () => {
  const { annotations, issues } = parseRows("0 0.95 0.5 0.2 0.2\n0 1.5 0.5 0.2 0.2\n");
  assert.deepEqual(annotations.map((each) => each.x), [85, 140]);
  assert.deepEqual(issues, []);
});

Deno.test("a class beyond the list is kept under its number, and warned of once a file", () => {
  const { annotations, issues, named } = parseRows(
    "7 0.5 0.5 0.2 0.2\n7 0.5 0.5 0.1 0.1\n2 0.5 0.5 0.1 0.1\n",
  );
  assert.deepEqual(annotations.map((each) => each.category), [100, 100, 101]);
  assert.deepEqual(named, ["class_7", "class_2"]);
  assert.deepEqual(issues.map((issue) => [issue.code, issue.line]), [["class-out-of-range", 1]]);
});

Deno.test("without a class list every class is called by its number, without a warning for each file", () => {
  const { named, issues } = parseRows("3 0.5 0.5 0.2 0.2\n", { names: [] });
  assert.deepEqual([named, issues], [["class_3"], []]);
});

Deno.test("two numbers of one name are one class", () => {
  const settings = { names: ["cat", "dog", "cat"], localOf: [0, 1, 0] };
  const { annotations } = parseRows("2 0.5 0.5 0.2 0.2\ncat 0.5 0.5 0.2 0.2\n", settings);
  assert.deepEqual(annotations.map((each) => each.category), [0, 0]);
});

Deno.test("an empty file is a background image", () => {
  for (const content of ["", "\n \r\n\t\n"]) assert.deepEqual(parseRows(content).annotations, []);
});

Deno.test("a binary file is rejected as a whole", () => {
  const { annotations, issues } = parseRows(new Uint8Array([48, 10, 0, 1, 2, 10, 255, 254, 10]));
  assert.deepEqual(annotations, []);
  assert.deepEqual(issues.map((issue) => [issue.code, issue.record]), [["label-not-text", "label"]]);
});

Deno.test("numbers are read to the last bit, as Number reads them", () => {
  const decimal = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.tuple(
      fc.stringMatching(/^[+-]?[0-9]{0,20}\.?[0-9]{0,20}$/),
      fc.stringMatching(/^([eE][+-]?[0-9]{1,3})?$/),
    )
      .map((parts) => parts.join("")),
  );
  const rows = new NumberRows();
  fc.assert(
    fc.property(fc.array(decimal, { minLength: 1, maxLength: 5 }), (tokens) => {
      const texts = tokens.filter((token) => token !== "");
      rows.reset(new TextEncoder().encode(texts.join(" ")));
      if (!rows.next()) return;
      const expected = texts.map((text) => /[0-9]/.test(text.split(/[eE]/)[0]) ? Number(text) : NaN);
      assert.deepEqual([...rows.values.subarray(0, rows.count)], expected);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("no bytes make the parser throw or give a number that is not finite", () => {
  const token = fc.constantFrom(
    "0",
    "1",
    "0.5",
    "-1",
    "nan",
    "1e999",
    "1e-999",
    "9".repeat(400),
    "x",
    "\0",
    "\ufeff",
    ",",
    "é",
  );
  const rows = fc.array(fc.tuple(token, fc.constantFrom(" ", "\t", "\n", "\r\n", ""))).map((parts) =>
    parts.flat().join("")
  );
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    rows.map((text) => new TextEncoder().encode(text)),
  );
  fc.assert(fc.property(content, (bytes) => {
    for (const { x, y, width, height } of parseRows(bytes).annotations) {
      assert.ok([x, y, width, height].every(Number.isFinite));
    }
  }));
});

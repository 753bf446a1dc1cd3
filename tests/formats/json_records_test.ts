import assert from "node:assert/strict";
import fc from "../property.ts";
import { memoryFile } from "../../src/io/range_window.ts";
import { partialJson } from "../../src/formats/json/partial.ts";
import { scanRecords } from "../../src/formats/json/records.ts";
import { ScanError } from "../../src/formats/scan_error.ts";

/** Records of `images` and `annotations` as the file has them, with the value of `id`. */
function scan(text: string | Uint8Array) {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const records: { array: string; text: string; id: string | undefined }[] = [];
  const decoder = new TextDecoder();
  scanRecords(memoryFile(bytes), { images: ["id"], annotations: ["image_id", "id"] }, (array, record) => {
    const { start, end, offset } = record;
    // The range in the file is what the worker will read.
    assert.deepEqual(record.bytes.subarray(start, end), bytes.subarray(offset, offset + end - start));
    const at = record.values[array === "images" ? 0 : 1];
    const id = at < 0 ? undefined : /^[^,}\s]+/.exec(decoder.decode(record.bytes.subarray(at, end)))?.[0];
    records.push({ array, text: decoder.decode(record.bytes.subarray(start, end)), id });
  });
  return records;
}

const key = fc.oneof(fc.constantFrom("images", "annotations", "info", "id", 'a"b'), fc.string());
const document = fc.dictionary(key, fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue())));

Deno.test("the records are the elements of the wanted arrays, in their order", () => {
  fc.assert(
    fc.property(document, fc.constantFrom(0, 1, "\r\n\t"), (value, space) => {
      const found = scan(JSON.stringify(value, null, space));
      const wanted = Object.entries(JSON.parse(JSON.stringify(value)) as Record<string, unknown>)
        .filter(([name, list]) => (name === "images" || name === "annotations") && Array.isArray(list))
        .flatMap(([array, list]) => (list as unknown[]).map((element) => ({ array, element })));
      assert.deepEqual(found.map(({ array, text }) => ({ array, element: JSON.parse(text) })), wanted);
    }),
    { numRuns: 500 },
  );
});

Deno.test("a key is located at the first depth of a record only, not inside strings and other objects", () => {
  const [record] = scan('{"images":[{"a":{"id":1},"b":"id","c":["id"],"d":"\\"id\\": 2", "id" : 3}]}');
  assert.equal(record.id, "3");
  assert.equal(scan('{"images":[{"a":{"id":1}}]}')[0].id, undefined);
});

Deno.test("of a key that is there twice the later one counts, as in JSON.parse", () => {
  assert.equal(scan('{"images":[{"id":1,"id":2}]}')[0].id, "2");
});

Deno.test("a byte order mark is passed over, and NaN and Infinity end like numbers", () => {
  assert.deepEqual(
    scan('\ufeff{"images":[NaN,-Infinity,{"x":NaN}]}').map(({ text }) => text),
    ["NaN", "-Infinity", '{"x":NaN}'],
  );
});

Deno.test("records larger than a window, and across the end of one, are whole", () => {
  const sizes = [10, (4 << 20) - 40, 100, 9 << 20, 5];
  const texts = sizes.map((size, id) => JSON.stringify({ id, pad: "é\\".repeat(size / 4) }));
  const found = scan(`{"info":[${texts[1]}],"images":[${texts.join(",\n")}]}`);
  assert.deepEqual(found.map(({ id }) => id), ["0", "1", "2", "3", "4"]);
  found.forEach(({ text }, i) => assert.ok(text === texts[i]));
});

Deno.test("every file that is cut off is told as such", () => {
  const text = '{"info":{"a":[1,"]"]},"images":[{"id":1},{"id":2}],"n":12}';
  for (let length = 0; length < text.length; length++) {
    assert.throws(
      () => scan(text.slice(0, length)),
      (error) => error instanceof ScanError && error.code === "json-truncated",
      text.slice(0, length),
    );
  }
});

const MALFORMED: readonly (readonly [string, number])[] = [
  ["[]", 0],
  ["x", 0],
  ['{"images":[{} {}]}', 14],
  ['{"images":[{},]}', 14],
  ['{"images":[,{}]}', 11],
  ['{"images" [{}]}', 10],
  ['{"a":1 "b":2}', 7],
  ['{"a":}', 5],
  ["{a:1}", 1],
  ['{"a":1}}', 7],
  ['{"a":1}{"b":2}', 7],
  ["\0\0", 0],
];
for (const [text, offset] of MALFORMED) {
  Deno.test(`${JSON.stringify(text)} is malformed at byte ${offset}`, () => {
    assert.throws(() => scan(text), (error) => {
      assert.ok(error instanceof ScanError);
      assert.deepEqual([error.code, error.offset], ["json-malformed", offset]);
      return true;
    });
  });
}

Deno.test("a value that is nested too deep is malformed, one that is passed over may be", () => {
  const deep = "[".repeat(100_000) + "]".repeat(100_000);
  assert.throws(() => scan(`{"images":[${deep}]}`), { code: "json-malformed", offset: 11 });
  assert.deepEqual(scan(`{"other":${deep},"images":[1]}`).map(({ text }) => text), ["1"]);
});

Deno.test("any bytes end in records or a ScanError", () => {
  const piece = fc.constantFrom(
    '"',
    "\\",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "1",
    " ",
    '"images"',
    '"images":[',
    "\xff",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      try {
        scan(Uint8Array.from("{" + pieces.join(""), (char) => char.charCodeAt(0)));
      } catch (error) {
        if (!(error instanceof ScanError)) throw error;
      }
    }),
    { numRuns: 1000 },
  );
});

/** What is visited of a document, with the keys of members. */
function visited(value: unknown, wanted: Record<string, string[]>) {
  const found: [name: string, key: string | undefined, value: unknown][] = [];
  scanRecords(memoryFile(new TextEncoder().encode(JSON.stringify(value))), wanted, (name, record) => {
    const text = new TextDecoder().decode(record.bytes.subarray(record.start, record.end));
    found.push([name, record.key, JSON.parse(text)]);
  });
  return found;
}

Deno.test("members of an object, of the root, and elements of a root that is an array are records, too", () => {
  const value = { assets: { a: { id: 1 }, 'b"': 2 }, list: [1], rest: { x: [3] }, "": 4 };
  assert.deepEqual(visited(value, { "assets{}": [] }), [["assets", "a", { id: 1 }], ["assets", 'b"', 2]]);
  assert.deepEqual(visited(value, { assets: [], "list{}": [] }), []);
  assert.deepEqual(visited(value, { list: [], "*": [] }), [
    ["*", "assets", value.assets],
    ["list", undefined, 1],
    ["*", "rest", { x: [3] }],
    ["*", "", 4],
  ]);
  assert.deepEqual(visited([1, { "": [2] }], { "": [] }), [["", undefined, 1], ["", undefined, { "": [2] }]]);
});

Deno.test("the beginning of a document is what its end would make of it, as far as it goes", () => {
  fc.assert(fc.property(fc.jsonValue(), fc.nat(), (value, cut) => {
    const text = JSON.stringify(value);
    const bytes = new TextEncoder().encode(text);
    assert.deepEqual(plain(partialJson(new TextEncoder().encode(text + " "))), JSON.parse(text));
    partialJson(bytes.subarray(0, cut % (bytes.length + 1)));
  }));
  assert.deepEqual(plain(partialJson(new TextEncoder().encode('{"a":[1,{"b":"x"},{"c":12'))), {
    a: [1, { b: "x" }, {}],
  });
});

/** Objects with the usual prototype. */
const plain = (value: unknown) => structuredClone(value);

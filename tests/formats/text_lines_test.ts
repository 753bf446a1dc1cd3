import assert from "node:assert/strict";
import fc from "../property.ts";
import { memoryFile } from "../../src/io/range_window.ts";
import { scanLines } from "../../src/formats/text_lines.ts";

Deno.test("lines of any length are found with their place in the file", () => {
  const line = fc.oneof(fc.string(), fc.nat(3_000_000).map((length) => "x".repeat(length)));
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 5 }),
      fc.constantFrom("\n", "\r\n"),
      fc.boolean(),
      (lines, end, mark) => {
        const wanted = lines.map((each) => each.replace(/[\r\n]/g, ""));
        const bytes = new TextEncoder().encode((mark ? "\ufeff" : "") + wanted.join(end));
        const found: string[] = [];
        scanLines(memoryFile(bytes), ({ bytes: window, start, end, offset, length, number }) => {
          assert.equal(number, found.push(new TextDecoder().decode(window.subarray(start, end))));
          assert.deepEqual(bytes.subarray(offset, offset + end - start), window.subarray(start, end));
          const next = bytes.subarray(offset, offset + length);
          assert.ok(next.indexOf(0x0a) === -1 || next.indexOf(0x0a) === length - 1);
        });
        // What follows the last line end is a line only if it is not empty.
        if (wanted.at(-1) === "") wanted.pop();
        assert.deepEqual(found, wanted);
      },
    ),
    { numRuns: 50 },
  );
});

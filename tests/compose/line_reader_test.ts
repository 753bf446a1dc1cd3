import assert from "node:assert/strict";
import fc from "../property.ts";
import { LineReader } from "../../src/compose/line_reader.ts";
import { memoryFile } from "../../src/io/range_window.ts";

const encoder = new TextEncoder(), decoder = new TextDecoder();

Deno.test("lines are those that splitting gives, whatever is read at once, in order and not", () => {
  const line = fc.oneof(
    fc.constant(""),
    fc.string({ maxLength: 300 }).map((text) => text.replace(/[\n,]/g, ".")),
    fc.string({ maxLength: 20 }).map((text) => text.replace(/\n/g, ".") + ","),
  );
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 30 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 400 }),
      fc.array(fc.nat(), { maxLength: 10 }),
      (lines, ended, room, jumps) => {
        const text = lines.join("\n") + (ended ? "\n" : "");
        const bytes = encoder.encode(text + "never read\n");
        const end = encoder.encode(text).length;
        const begins: number[] = [];
        const expected: string[] = [];
        let at = 0;
        for (const record of lines) {
          if (record !== "") {
            begins.push(at);
            expected.push(record.replace(/,$/, ""));
          }
          at += encoder.encode(record).length + 1;
        }
        const reader = new LineReader(memoryFile(bytes), end, room);
        const read = (start: number) => {
          const place = reader.read(start);
          return place < 0 ? undefined : decoder.decode(reader.bytes.subarray(place, reader.stop));
        };
        const found: string[] = [];
        for (let start = 0, record; (record = read(start)) !== undefined; start = reader.next) {
          found.push(record);
        }
        assert.deepEqual(found, expected);
        for (const jump of jumps) {
          if (begins.length === 0) continue;
          const i = jump % begins.length;
          assert.equal(read(begins[i]), expected[i]);
          assert.equal(read(reader.next), expected[i + 1]);
        }
      },
    ),
  );
});

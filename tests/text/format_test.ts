import assert from "node:assert/strict";
import fc from "../property.ts";
import { bytes, count, duration, plural, printable, rate, shellQuote } from "../../src/text/format.ts";
import { installed, run } from "../tools.ts";

Deno.test("counts have thousands separators", () => {
  const table: [number, string][] = [[0, "0"], [999, "999"], [1000, "1,000"], [1234567, "1,234,567"]];
  for (const [value, text] of table) assert.equal(count(value), text);
});

Deno.test("nouns take their plural except for one", () => {
  assert.equal(plural(1, "image"), "1 image");
  assert.equal(plural(0, "image"), "0 images");
  assert.equal(plural(1200, "class"), "1,200 classes");
});

Deno.test("bytes have decimal units and three digits", () => {
  const table: [number, string][] = [
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.00 kB"],
    [12345, "12.3 kB"],
    [123456, "123 kB"],
    [999600, "1.00 MB"],
    [1.6e9, "1.60 GB"],
    [5e18, "5000 PB"],
  ];
  for (const [value, text] of table) assert.equal(bytes(value), text);
});

Deno.test("durations grow coarser as they grow longer", () => {
  const table: [number, string][] = [
    [0.042, "0.04 s"],
    [1, "1.0 s"],
    [9.97, "10 s"],
    [59.4, "59 s"],
    [59.6, "1 min 0 s"],
    [75, "1 min 15 s"],
    [3700, "1 h 1 min"],
  ];
  for (const [value, text] of table) assert.equal(duration(value), text);
});

Deno.test("rates have three digits", () => {
  assert.equal(rate(3.14159), "3.1/s");
  assert.equal(rate(12345), "12,300/s");
  assert.equal(rate(987, "images"), "987 images/s");
});

Deno.test("words are quoted for a shell only where they must be", () => {
  assert.equal(shellQuote("photos/2024_a-b.tar"), "photos/2024_a-b.tar");
  assert.equal(shellQuote("--output"), "--output");
  assert.equal(shellQuote("my photos"), "'my photos'");
  assert.equal(shellQuote("it's"), `'it'\\''s'`);
  assert.equal(shellQuote(""), "''");
  assert.equal(shellQuote("$HOME"), "'$HOME'");
});

Deno.test({
  name: "a POSIX shell gives a quoted word back unchanged" +
    (installed("sh") ? "" : " (skipped: sh is not installed)"),
  ignore: !installed("sh"),
  fn() {
    const word = fc.string({ unit: fc.constantFrom(..."ab '\"\\$`!*?[]{}()<>|&;~#-=\n\té") });
    fc.assert(
      fc.property(word, (text) => {
        assert.equal(run(["sh", "-c", `printf %s ${shellQuote(text)}`]).stdout, text);
      }),
      { numRuns: 30 },
    );
  },
});

Deno.test("control characters in names cannot reach the terminal", () => {
  assert.equal(printable("a\x1b[31mb\n\tc\x7f\x9b"), "a\\x1b[31mb\\n\\tc\\x7f\\x9b");
  assert.equal(printable("日本 é 😀"), "日本 é 😀");
});

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import fc from "../property.ts";
import { DigestList, SeenDigests } from "../../src/compose/digest_list.ts";
import { compareNames, NameList } from "../../src/compose/name_list.ts";

const encoder = new TextEncoder();

Deno.test("names in one piece of memory compare as their bytes do", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 12 }), { minLength: 1 }), (names) => {
      const list = new NameList(names.length);
      for (const name of names) list.add(encoder.encode(name));
      assert.equal(list.length, names.length);
      for (let a = 0; a < names.length; a++) {
        assert.equal(list.text(a), names[a]);
        const b = (a * 7 + 1) % names.length;
        const wanted = Math.sign(Buffer.compare(encoder.encode(names[a]), encoder.encode(names[b])));
        assert.equal(Math.sign(list.compare(a, b)), wanted);
        assert.equal(Math.sign(compareNames(list.bytes(a), list.bytes(b))), wanted);
      }
    }),
  );
});

Deno.test("more names than fit at first are all there", () => {
  const list = new NameList(5000);
  const name = (i: number) => `${i}/`.padEnd(500, "x");
  for (let i = 0; i < 5000; i++) list.add(encoder.encode(name(i)));
  for (let i = 0; i < 5000; i += 99) assert.equal(list.text(i), name(i));
});

Deno.test("the first of equal digests is found, also among those that begin alike", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(60), { maxLength: 300 }), fc.boolean(), (contents, alike) => {
      const digests = new DigestList(contents.length);
      const texts = contents.map((content) => {
        const hash = createHash("sha256").update(String(content)).digest("hex");
        return alike ? "0".repeat(16) + hash.slice(16) : hash;
      });
      for (const text of texts) digests.add(encoder.encode(`..${text}`), 2);
      assert.equal(Buffer.from(digests.written).toString("hex"), texts.join(""));
      const seen = new SeenDigests(digests);
      texts.forEach((text, i) => assert.equal(seen.first(i), texts.indexOf(text)));
    }),
  );
});

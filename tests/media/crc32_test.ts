import assert from "node:assert/strict";
import fc from "../property.ts";
import { combineCrc32, crc32 } from "../../src/media/crc32.ts";

Deno.test("the CRC of two parts is the CRC of the whole", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 5000 }), fc.uint8Array({ maxLength: 5000 }), (a, b) => {
    const whole = new Uint8Array([...a, ...b]);
    assert.equal(combineCrc32(crc32(a), crc32(b), b.length), crc32(whole));
  }));
});

Deno.test("lengths beyond 32 bits are combined: 6 GiB of zeros after the check string", () => {
  // Zeros doubled: the CRC of 2n zeros is that of n zeros combined with itself.
  let zeros = crc32(new Uint8Array(3));
  let length = 3;
  for (let i = 0; i < 31; i++, length *= 2) zeros = combineCrc32(zeros, zeros, length);
  const check = crc32(new TextEncoder().encode("123456789"));
  assert.equal(check, 0xcbf43926);
  let stepwise = check;
  let half = crc32(new Uint8Array(3));
  for (let i = 0, n = 3; i < 30; i++, n *= 2) half = combineCrc32(half, half, n);
  stepwise = combineCrc32(combineCrc32(stepwise, half, length / 2), half, length / 2);
  assert.equal(combineCrc32(check, zeros, length), stepwise);
});

/** Whatever an archive's bytes are: it is read or refused with a reason, in little time, and nothing is written anywhere. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import fc from "../property.ts";
import { tempDir } from "../dataset/temp.ts";
import { mutated, survives, TAR } from "./damaged_archive.ts";
import { tarBytes, tarMember } from "./tar_bytes.ts";
import { unicodePath, zipBytes } from "./zip_bytes.ts";

const RUNS = 2000;

const ZIP = zipBytes([
  { name: "a/1.jpg", data: "picture" },
  { name: "a/1.txt", data: "0 0.5 0.5 0.1 0.1\n".repeat(20), deflate: true, descriptor: true },
  { name: "b/", mode: 0o40755 },
  { name: Uint8Array.of(0x81), flags: 0, extra: unicodePath(Uint8Array.of(0x81), "ü"), zip64: true },
], { zip64: true, comment: "comment" });

for (const [name, sound] of [["data.zip", ZIP], ["data.tar", TAR]] as const) {
  Deno.test(`${name} with any bytes changed is read or refused`, async () => {
    using temp = tempDir();
    await fc.assert(
      fc.asyncProperty(mutated(sound), (bytes) => survives(temp.path, bytes, name)),
      { numRuns: RUNS },
    );
  });
}

Deno.test("a gzip file with any bytes changed is read or refused, and no temporary file is left", () => {
  using spool = tempDir();
  // A process of its own: where temporary files go is a matter of the whole process.
  const { status, stderr } = spawnSync(
    Deno.execPath(),
    ["run", "-A", "--no-check", fileURLToPath(import.meta.resolve("./fuzz_gzip.ts"))],
    { env: { ...process.env, TMPDIR: spool.path }, encoding: "utf8" },
  );
  assert.equal(status, 0, stderr);
  assert.deepEqual(readdirSync(spool.path), ["done"]);
});

const anyNumber = fc.oneof(
  fc.nat(300),
  fc.constantFrom(0xffffffff, 0xfffffffe, 0x7fffffff, 2 ** 31),
  fc.nat(),
);
const anyName = fc.oneof(
  fc.constantFrom(
    "a",
    "a/b",
    "../a",
    "a/../b",
    "/a",
    "C:\\a",
    "a\\b",
    "..",
    ".",
    "a//b",
    "__MACOSX/a",
    "b.jpg",
  ),
  fc.string({ unit: "grapheme", maxLength: 8 }),
  fc.uint8Array({ maxLength: 8 }),
);
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 });
const anyEntry = fc.record({
  name: anyName,
  data: fc.oneof(fc.string({ maxLength: 40 }), fc.constant("a".repeat(5000))),
  deflate: fc.boolean(),
  size: optional(anyNumber),
  packedSize: optional(anyNumber),
  method: optional(fc.constantFrom(0, 8, 9, 14, 99)),
  flags: optional(fc.nat(0xffff)),
  mode: optional(fc.constantFrom(0, 0o40755, 0o100644, 0o120777, 0o010644)),
  madeBy: optional(fc.constantFrom(0x14, 0x31e)),
  localName: optional(anyName),
  descriptor: fc.boolean(),
  zip64: fc.boolean(),
  at: optional(anyNumber),
});

Deno.test("a zip whose records say anything is read or refused", async () => {
  using temp = tempDir();
  const anyZip = fc.tuple(
    fc.array(anyEntry, { maxLength: 5 }),
    fc.record({ zip64: fc.boolean(), entries: optional(anyNumber), directoryAt: optional(anyNumber) }),
  ).map(([entries, options]) => zipBytes(entries, options));
  await fc.assert(
    fc.asyncProperty(anyZip, (bytes) => survives(temp.path, bytes, "data.zip")),
    { numRuns: RUNS },
  );
});

Deno.test("a tar whose headers say anything is read or refused", async () => {
  using temp = tempDir();
  const anyMember = fc.record({
    name: anyName,
    data: fc.string({ maxLength: 40 }),
    type: fc.constantFrom(..."01234567LKxgSDVMZ\0"),
    size: optional(fc.oneof(anyNumber, fc.string({ minLength: 12, maxLength: 12 }))),
    prefix: optional(fc.string({ maxLength: 20 })),
    gnu: fc.boolean(),
  });
  const anyTar = fc.tuple(fc.array(anyMember, { minLength: 1, maxLength: 6 }), fc.boolean()).map((
    [members, ends],
  ) => ends ? tarBytes(members) : Buffer.concat(members.map(tarMember)));
  await fc.assert(
    fc.asyncProperty(anyTar, (bytes) => survives(temp.path, bytes, "data.tar")),
    { numRuns: RUNS },
  );
});

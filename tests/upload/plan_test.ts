import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "../property.ts";
import { crc32 } from "../../src/media/crc32.ts";
import type { ManifestHeader } from "../../src/manifest/record.ts";
import type { ObjectInfo } from "../../src/store/store.ts";
import { decide } from "../../src/upload/decide.ts";
import type { LocalSet } from "../../src/upload/local_set.ts";
import { missingParts, partSize } from "../../src/upload/parts.ts";

const MiB = 2 ** 20;
const S3 = { least: 5 * MiB, most: 5 * 2 ** 30, parts: 10_000 };

Deno.test("parts of any file fit into what S3 takes, with room for what is appended later", () => {
  assert.equal(partSize(1000, S3, 8), 8 * MiB);
  assert.equal(partSize(200 * MiB, S3, 8), 6.25 * MiB, "32 parts, four for each connection");
  assert.equal(partSize(12 * MiB, S3, 8), 5 * MiB);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 * 2 ** 40 }),
      fc.integer({ min: 1, max: 2 ** 32 }),
      (size, wished) => {
        const each = partSize(size, S3, 1 + wished % 64, wished % 2 ? wished : undefined);
        assert.ok(each >= S3.least && each <= S3.most);
        assert.ok(Math.ceil(size / each) <= 0.8 * S3.parts);
      },
    ),
  );
});

Deno.test("missing, present and reused parts are the file, each byte once", () => {
  const part = (number: number, offset: number, size: number) => ({
    number,
    offset,
    size,
    crc32: 0,
    etag: "",
  });
  const sizes = fc.integer({ min: 1, max: 2000 });
  fc.assert(
    fc.property(
      sizes,
      sizes,
      fc.integer({ min: 0, max: 2000 }),
      fc.infiniteStream(fc.boolean()),
      (size, each, keep, there) => {
        const reused = keep > 0 && keep < size ? [part(1, 0, keep)] : [];
        const all = missingParts(size, each, reused, []).map((p) => part(p.number, p.offset, p.size));
        const present = all.filter(() => there.next().value);
        const missing = missingParts(size, each, reused, present);
        const sorted = [...reused, ...present, ...missing].sort((a, b) => a.number - b.number);
        let at = 0;
        sorted.forEach(({ number, offset, size }, i) => {
          assert.deepEqual([number, offset], [i + 1, at]);
          at += size;
        });
        assert.equal(at, size);
      },
    ),
  );
});

Deno.test("what is decided follows from what is there", () => {
  const bytes = new TextEncoder().encode("the bundle, and more");
  const sum = (end: number) => crc32(bytes.subarray(0, end));
  const sha256 = (end: number) => createHash("sha256").update(bytes.subarray(0, end)).digest("hex");
  const file = (name: string, size: number, crc32: number) => ({ name, path: name, size, crc32 });
  const header = (size: number, crc32: number) =>
    ({
      bundle: { file: "b.zip", media: "zip", size, crc32: crc32.toString(16) },
    }) as unknown as ManifestHeader;
  const set: LocalSet = {
    header: header(bytes.length, sum(bytes.length)),
    generations: [],
    base: undefined,
    files: [
      file("b.zip", bytes.length, sum(bytes.length)),
      file("a.json", 5, 7),
      file("frame_manifest.json", 6, 8),
    ],
  };
  const info = (size: number, crc32: number) => ({ size, crc32, etag: "e" });
  const whole = info(bytes.length, sum(bytes.length));
  type There = Record<string, ObjectInfo>;
  const actions = (there: There, remote?: ManifestHeader, force = false) => {
    const plan = decide(
      set,
      { objects: new Map(Object.entries(there)), header: remote },
      { crc32: sum, sha256, bytes: (start, end) => bytes.slice(start, end) },
      force,
      "s3://b/x",
    );
    return [...plan.files.map(({ action }) => action), plan.replacesOther];
  };
  const all = { "b.zip": whole, "a.json": info(5, 7), "frame_manifest.json": info(6, 8) };
  assert.deepEqual(actions({}), ["sent", "sent", "sent", false]);
  assert.deepEqual(actions(all, set.header), ["there", "there", "there", false]);
  assert.deepEqual(actions({ "b.zip": whole }), ["there", "sent", "sent", false]);
  assert.deepEqual(actions({ ...all, "a.json": info(5, 9) }, set.header), ["there", "sent", "there", false]);
  const older = { ...all, "b.zip": info(10, sum(10)), "frame_manifest.json": info(6, 1) };
  assert.deepEqual(actions(older, header(10, sum(10))), ["appended", "there", "sent", false]);
  // The manifest tells of other bytes than the bundle has.
  assert.throws(() => actions(older, header(10, 1)), /another "b.zip"/);
  assert.throws(() => actions({ ...older, "b.zip": info(10, 1) }, header(10, 1)), /another "b.zip"/);
  assert.deepEqual(actions({ ...older, "b.zip": info(10, 1) }, header(10, 1), true), [
    "sent",
    "there",
    "sent",
    true,
  ]);
  // A store that knows objects by their SHA-256, and not by their CRC-32.
  const lfs = (end: number) => ({ size: end, crc32: undefined, etag: "e", sha256: sha256(end) });
  const known = { ...older, "b.zip": lfs(10) };
  assert.deepEqual(actions(known, header(10, sum(10))), ["appended", "there", "sent", false]);
  assert.throws(() => actions({ ...known, "b.zip": { ...lfs(10), sha256: sha256(9) } }, header(10, sum(10))));
  assert.throws(() => actions({ "a.json": info(5, 1) }), /another "a.json"/);
  assert.throws(() => actions({ "frame_manifest.json": info(5, 1) }), /another "frame_manifest.json"/);
});

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js";
import fc from "../property.ts";
import { containers } from "../../src/media/containers.ts";
import { python, run, testWith } from "../tools.ts";
import { archive } from "./archive.ts";

type File = { name: string; data: Uint8Array };

/** Names of every kind that a file system can hold, no two alike. */
const names = fc.uniqueArray(
  fc.oneof(
    fc.stringMatching(/^[a-z]{1,8}\/[a-z0-9_ .-]{1,20}\.jpg$/).filter((name) =>
      !/\/\.{0,2}$|\/\./.test(name)
    ),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 })
      .map((name) => name.replaceAll(/[/\0\\]/g, "_").replace(/^\.+/, "_") + ".png"),
    fc.nat(255).map((n) => "n".repeat(Math.max(1, n)) + "/x.jpg"),
  ),
  { maxLength: 12, selector: (name) => name.normalize("NFC").toLowerCase() },
);

const files: fc.Arbitrary<File[]> = names.chain((list) =>
  fc.tuple(...list.map((name) => fc.uint8Array({ maxLength: 2000 }).map((data) => ({ name, data }))))
);

/** Writes an archive to a temporary file for the length of a call. */
function onDisk<T>(bytes: Uint8Array, use: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "archive-"));
  try {
    const path = join(folder, "archive");
    writeFileSync(path, bytes);
    return use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

Deno.test("zip.js reads every zip we write", async () => {
  await fc.assert(
    fc.asyncProperty(files, async (list) => {
      const reader = new ZipReader(new Uint8ArrayReader(archive(containers.zip, list)), {
        useWebWorkers: false,
        checkSignature: true,
      });
      const entries = await reader.getEntries();
      assert.deepEqual(entries.map(({ filename }) => filename), list.map(({ name }) => name));
      for (const [i, entry] of entries.entries()) {
        if (entry.directory) throw new Error("a folder was written");
        assert.deepEqual(await entry.getData(new Uint8ArrayWriter()), list[i].data);
        assert.equal(entry.lastModDate.getFullYear(), 1980);
      }
      await reader.close();
    }),
    { numRuns: 50 },
  );
});

/** Prints name and SHA-256 of every member, as JSON. */
const PYTHON_ZIP = `
import sys, json, hashlib, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(json.dumps([[i.filename, hashlib.sha256(z.read(i)).hexdigest()] for i in z.infolist()]))`;
const PYTHON_TAR = `
import sys, json, hashlib, tarfile
t = tarfile.open(sys.argv[1], "r:")
print(json.dumps([[m.name, hashlib.sha256(t.extractfile(m).read()).hexdigest()] for m in t]))`;

const { createHash } = await import("node:crypto");
const listing = (list: File[]) =>
  list.map(({ name, data }) => [name, createHash("sha256").update(data).digest("hex")]);

for (const [media, script] of [["zip", PYTHON_ZIP], ["tar", PYTHON_TAR]] as const) {
  testWith(["python"], `Python's ${media}file reads every ${media} we write`, () => {
    fc.assert(
      fc.property(files, (list) => {
        const { code, stdout, stderr } = onDisk(
          archive(containers[media], list),
          (path) => run([python, "-c", script, path]),
        );
        assert.equal(code, 0, stderr);
        assert.deepEqual(JSON.parse(stdout), listing(list));
      }),
      { numRuns: 12 },
    );
  });

  testWith(["bsdtar"], `bsdtar reads every ${media} we write`, () => {
    fc.assert(
      fc.property(files.filter((list) => list.length > 0), (list) => {
        const bytes = archive(containers[media], list);
        const { code, stdout, stderr } = onDisk(bytes, (path) => run(["bsdtar", "-xOf", path]));
        assert.equal(code, 0, stderr);
        assert.equal(stdout.length > 0, list.some(({ data }) => data.length > 0));
      }),
      { numRuns: 12 },
    );
  });
}

testWith(["unzip"], "unzip finds no fault in any zip we write", () => {
  fc.assert(
    fc.property(files.filter((list) => list.length > 0), (list) => {
      const { code, stdout } = onDisk(archive(containers.zip, list), (path) => run(["unzip", "-t", path]));
      assert.equal(code, 0, stdout);
    }),
    { numRuns: 12 },
  );
});

Deno.test("an empty zip is 22 bytes, an empty tar two blocks", () => {
  assert.equal(archive(containers.zip, []).length, 22);
  assert.equal(archive(containers.tar, []).length, 1024);
});

Deno.test("a long or non-ASCII name in a tar gets one pax header, an ASCII name of 100 bytes none", () => {
  const data = new Uint8Array(1);
  const size = (name: string) => archive(containers.tar, [{ name, data }]).length;
  assert.equal(size("a".repeat(100)), 512 + 512 + 1024);
  assert.equal(size("a".repeat(101)), 3 * 512 + 512 + 1024);
  assert.equal(size("ä"), 3 * 512 + 512 + 1024);
});

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { deflateRawSync } from "node:zlib";
import { PackError } from "../../src/model/issue.ts";
import { listed } from "./listed.ts";
import { extraField, unicodePath, zipBytes, type ZipEntry } from "./zip_bytes.ts";

/** A second entry, so that no folder is taken for the wrapping of all. */
const OTHER: ZipEntry = { name: "other.txt", data: "other" };

async function told(...entries: ZipEntry[]): Promise<string[]> {
  const found = await listed(zipBytes([...entries, OTHER]));
  assert.equal(found.files["other.txt"], "other");
  return found.told;
}

Deno.test("stored and deflated entries are read whole, by range and in pieces, also empty ones", async () => {
  const text = "0 0.5 0.5 0.25 0.25\n".repeat(300);
  const { files, issues } = await listed(zipBytes([
    { name: "a/stored.txt", data: text },
    { name: "a/deflated.txt", data: text, deflate: true },
    { name: "a/empty.txt" },
    { name: "a/empty_deflated.txt", deflate: true },
    { name: "b/with_descriptor.txt", data: text, deflate: true, descriptor: true },
    { name: "b/stored_with_descriptor.txt", data: "x", descriptor: true },
    { name: "b/zip64.txt", data: "small", zip64: true },
    { name: "b/long_extra.txt", data: "data", localExtra: extraField(0x9999, new Uint8Array(3000)) },
    { name: "b/" },
    { name: "c/", mode: 0o40755 },
  ], { zip64: true, comment: "a comment" }));
  assert.deepEqual(files, {
    "a/deflated.txt": text,
    "a/empty.txt": "",
    "a/empty_deflated.txt": "",
    "a/stored.txt": text,
    "b/long_extra.txt": "data",
    "b/stored_with_descriptor.txt": "x",
    "b/with_descriptor.txt": text,
    "b/zip64.txt": "small",
  });
  assert.deepEqual(issues, []);
});

Deno.test("names are UTF-8 where they can be, else code page 437, and a Unicode path field is believed if it is the name's", async () => {
  const foreign = Uint8Array.of(0x81, 0x2e, 0x74, 0x78, 0x74); // "ü.txt" in code page 437
  const other = Uint8Array.of(0x84, 0x2e, 0x74, 0x78, 0x74);
  const { files, issues } = await listed(zipBytes([
    { name: "größe.txt", flags: 0, data: "unmarked UTF-8" },
    { name: "e\u0301.txt", data: "NFD stays NFD" },
    { name: foreign, flags: 0, data: "cp437" },
    { name: other, flags: 0, extra: unicodePath(other, "я.txt"), data: "unicode path" },
    { name: "plain.txt", extra: unicodePath(Buffer.from("another"), "я.txt"), data: "of another name" },
  ]));
  assert.deepEqual(files, {
    "e\u0301.txt": "NFD stays NFD",
    "größe.txt": "unmarked UTF-8",
    "plain.txt": "of another name",
    "ü.txt": "cp437",
    "я.txt": "unicode path",
  });
  assert.equal(issues.length, 1);
  assert.match(issues[0].message, /Names of 1 entries .* "ü\.txt"/);
});

Deno.test("a backslash separates folders in a zip from Windows, and is a character in one from Unix", async () => {
  const { files } = await listed(zipBytes([
    { name: "a\\b.txt", madeBy: 0x0014, mode: 0 },
    { name: "c\\d.txt" },
    { name: "e\\", madeBy: 0x0014, mode: 0 },
    { name: ".//f/./g.txt" },
    { name: "./." },
    { name: "." },
    { name: "f/." },
  ]));
  assert.deepEqual(Object.keys(files), ["a/b.txt", "c\\d.txt", "f/g.txt"]);
});

Deno.test("leftovers of macOS and others are passed over without a word", async () => {
  const names = ["__MACOSX/a/._b.jpg", "a/.DS_Store", "Thumbs.db", ".git/config", "labels.cache"];
  assert.deepEqual(await told(...names.map((name) => ({ name }))), []);
});

Deno.test("entries whose names lead out of the archive are rejected, each with its reason", async () => {
  const cases: Record<string, string> = {
    "../evil.txt": 'has a path that leads out of the archive with "..".',
    "a/../../evil.txt": 'has a path that leads out of the archive with "..".',
    "a\\..\\..\\evil.txt": 'has a path that leads out of the archive with "..".',
    "/etc/passwd": "has an absolute path.",
    "\\\\server\\share\\evil.txt": "has an absolute path.",
    "C:\\evil.txt": "has a path with a drive letter.",
    "c:evil.txt": "has a path with a drive letter.",
    "a\0.txt": "has a NUL in its name.",
    "": "has no name.",
  };
  for (const madeBy of [0x0014, 0x031e]) {
    const found = await listed(zipBytes([...Object.keys(cases).map((name) => ({ name, madeBy })), OTHER]));
    assert.deepEqual(Object.keys(found.files), ["other.txt"]);
    assert.deepEqual(
      found.issues.map(({ code, severity, message }) => [code, severity, message]),
      Object.entries(cases).map(([name, why]) => ["archive-entry-name", "reject", `"${name}" ${why}`]),
    );
  }
  assert.deepEqual(await told({ name: "a..b/..c/d...txt" }), []);
});

Deno.test("links, devices, encrypted entries and unknown methods are rejected", async () => {
  assert.deepEqual(await told({ name: "link.jpg", data: "/etc/passwd", mode: 0o120777 }), [
    "archive-entry-link link.jpg",
  ]);
  assert.deepEqual(await told({ name: "pipe", mode: 0o010644 }, { name: "disk", mode: 0o060644 }), [
    "not-a-regular-file pipe",
    "not-a-regular-file disk",
  ]);
  assert.deepEqual(await told({ name: "secret.txt", data: "x", flags: 0x0801 }), [
    "archive-entry-encrypted secret.txt",
  ]);
  assert.deepEqual(await told({ name: "lzma.txt", data: "x", method: 14 }), [
    "archive-entry-method lzma.txt",
  ]);
  await assert.rejects(
    listed(zipBytes([{ name: "a.txt", flags: 1 }, { name: "b.txt", flags: 1 }])),
    /is encrypted/,
  );
});

Deno.test("entries of one name are all rejected, and a file that is also a folder", async () => {
  assert.deepEqual(
    await told({ name: "a.txt", data: "1" }, { name: "./a.txt", data: "2" }, { name: "b" }, {
      name: "b/c.txt",
    }),
    ["archive-entry-duplicate a.txt", "archive-entry-duplicate a.txt", "archive-entry-duplicate b"],
  );
});

Deno.test("what an entry says of itself is checked against what it holds", async () => {
  const text = "abcdefgh".repeat(40);
  const deflated = deflateRawSync(Buffer.from(text));
  const cases: Record<string, [ZipEntry, RegExp]> = {
    "goes on": [{ name: "f", data: text, deflate: true, size: 100 }, /inflates to more than the 100 bytes/],
    "ends early": [
      { name: "f", data: text, deflate: true, size: 400 },
      /inflates to 320 bytes, the archive says 400/,
    ],
    "is cut": [{ name: "f", data: text, packed: deflated.subarray(0, 8), method: 8 }, /does not inflate/],
    "is noise": [
      { name: "f", data: text, packed: new Uint8Array(20).fill(255), method: 8 },
      /does not inflate/,
    ],
    "has another CRC": [
      { name: "f", data: text, deflate: true, crc: 7 },
      /CRC-32 is .*, the archive says 00000007/,
    ],
    "stored, another CRC": [{ name: "f", data: text, crc: 7 }, /CRC-32 is/],
    "other local name": [{ name: "f", data: text, localName: "g" }, /contradict each other/],
  };
  for (const [what, [entry, expected]] of Object.entries(cases)) {
    const { files } = await listed(zipBytes([entry, OTHER]));
    assert.match(files.f, expected, what);
    assert.equal(files["other.txt"], "other");
  }
  const gap = { ...OTHER, localExtra: extraField(0x9999, new Uint8Array(96)) };
  const { files } = await listed(zipBytes([gap, { name: "f", data: "text", at: 140 }]));
  assert.match(files.f, /local header is not where/);
});

Deno.test("local headers that state other sizes, methods or encryption than the directory are not believed", async () => {
  for (const at of [6, 8, 14, 18, 22]) {
    const bytes = zipBytes([{ name: "f", data: "text", deflate: true }, OTHER]);
    bytes[at] ^= 1;
    const { files } = await listed(bytes);
    assert.match(files.f, /contradict each other/, `byte ${at}`);
  }
});

Deno.test("a stored entry with two sizes, and one that would inflate a thousandfold, are rejected", async () => {
  assert.deepEqual(await told({ name: "two.jpg", data: "abc", size: 2 }), ["archive-entry-damaged two.jpg"]);
  assert.deepEqual(await told({ name: "bomb.txt", data: "x", deflate: true, size: 200 << 20 }), [
    "archive-entry-inflates bomb.txt",
  ]);
});

Deno.test("overlapping entries make the archive refused", async () => {
  const refused = (entries: ZipEntry[], why: RegExp) =>
    assert.rejects(
      listed(zipBytes(entries)),
      (error) => error instanceof PackError && why.test(error.message),
    );
  const a = { name: "a.txt", data: "a".repeat(100) };
  await refused([a, { name: "b.txt", data: "b", at: 50 }], /entries "a\.txt" and "b\.txt" overlap/);
  await refused([a, { ...a, name: "b.txt", at: 0 }], /overlap/);
  await refused(
    [a, { name: "b.txt", data: "b", packedSize: 500, size: 500 }],
    /"b\.txt" overlaps its directory/,
  );
  await refused([a, { name: "b.txt", at: 1e9 }], /overlaps its directory/);
});

Deno.test("a zip that is cut off or whose end records lie is refused", async () => {
  const sound = zipBytes([{ name: "a.txt", data: "text" }, OTHER]);
  for (let size = 4; size < sound.length; size++) {
    await assert.rejects(listed(sound.subarray(0, size)), PackError, `${size} bytes`);
  }
  await assert.rejects(listed(zipBytes([OTHER], { entries: 2 })), /has 1 records, its end says 2/);
  await assert.rejects(listed(zipBytes([OTHER], { directoryAt: 9 })), /record 1 of its directory is broken/);
  await assert.rejects(listed(zipBytes([OTHER], { directoryAt: 1e6 })), /does not lie where/);
  await assert.rejects(listed(zipBytes([OTHER], { zip64: true, entries: 9 })), /its end says 9/);
  const part = sound.slice();
  part[part.length - 18] = 1;
  await assert.rejects(listed(part), /one part of several/);
});

Deno.test("what is no archive is bad usage, and archives of other kinds are named", async () => {
  for (
    const [bytes, why] of [
      ["just text", /neither a folder nor an archive/],
      ["", /neither a folder nor an archive/],
      ["7z\xbc\xaf\x27\x1c....", /is a 7z archive/],
      ["Rar!\x1a\x07\x01", /is a RAR archive/],
      ["\x28\xb5\x2f\xfd....", /is a Zstandard archive/],
    ] as const
  ) {
    await assert.rejects(
      listed(new Uint8Array(Buffer.from(bytes, "latin1"))),
      (error) => error instanceof PackError && error.exitCode === 2 && why.test(error.message),
    );
  }
});

Deno.test("one folder around everything is the root, unless its name is part of a layout", async () => {
  const inside = async (...names: string[]) => {
    const { files, told } = await listed(zipBytes(names.map((name) => ({ name }))));
    return [Object.keys(files), told];
  };
  assert.deepEqual(await inside("birds/a.jpg", "birds/b/c.jpg", "__MACOSX/birds/._a.jpg"), [
    ["a.jpg", "b/c.jpg"],
    ["archive-folder birds"],
  ]);
  assert.deepEqual(await inside("images/a.jpg"), [["images/a.jpg"], []]);
  assert.deepEqual(await inside("Train/a.jpg"), [["Train/a.jpg"], []]);
  assert.deepEqual(await inside("a/b/c.jpg"), [["b/c.jpg"], ["archive-folder a"]]);
  assert.deepEqual(await inside("a/b.jpg", "c.jpg"), [["a/b.jpg", "c.jpg"], []]);
});

Deno.test("a packed set in an archive is passed over", async () => {
  const { files, told } = await listed(zipBytes([
    { name: "set/frame_manifest.json" },
    { name: "set/deep/a.jpg" },
    { name: "b.jpg" },
  ]));
  assert.deepEqual(Object.keys(files), ["b.jpg"]);
  assert.deepEqual(told, ["set-passed-over set"]);
});

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { PackError } from "../../src/model/issue.ts";
import { listed } from "./listed.ts";
import { longName, pax, tarBytes, type TarEntry, tarMember } from "./tar_bytes.ts";

const OTHER: TarEntry = { name: "other.txt", data: "other" };
const list = (entries: readonly TarEntry[]) => listed(tarBytes(entries), "data.tar");

async function told(...entries: TarEntry[]): Promise<string[]> {
  const found = await list([...entries, OTHER]);
  assert.deepEqual(found.files, { "other.txt": "other" });
  return found.told;
}

Deno.test("members are found by ustar, pax and GNU names, and sizes in octal, base 256 and pax", async () => {
  const long = `${"d".repeat(90)}/${"e".repeat(90)}/f.txt`;
  const base256 = "\x80" + "\0".repeat(10) + "\x05";
  const { files, issues } = await list([
    { name: "./", type: "5" },
    { name: "./plain.txt", data: "plain" },
    { name: "g.txt", prefix: "p".repeat(120), data: "prefix" },
    { name: "gnu.txt", prefix: "no prefix", gnu: true, data: "gnu" },
    longName(long),
    { name: long.slice(0, 100), data: "long", gnu: true },
    pax({ comment: "of all members" }, "g"),
    pax({ mtime: "1.5", path: "größe/h.txt", size: "3" }),
    { name: "other name", data: "pax", size: 0 },
    { name: "b256.txt", data: "12345", size: base256 },
    { name: "spaces.txt", data: "abc", size: "      3 \0" },
    { name: "old", type: "\0", data: "" },
    { name: "contiguous", type: "7", data: "7" },
    { name: "slash/", data: "" },
    { name: "volume", type: "V" },
  ]);
  assert.deepEqual(files, {
    "b256.txt": "12345",
    "contiguous": "7",
    [long]: "long",
    "gnu.txt": "gnu",
    "größe/h.txt": "pax",
    "old": "",
    "plain.txt": "plain",
    [`${"p".repeat(120)}/g.txt`]: "prefix",
    "spaces.txt": "abc",
  });
  assert.deepEqual(issues, []);
});

Deno.test("links, devices, sparse files, bad names and duplicates are rejected with a reason", async () => {
  assert.deepEqual(
    await told(
      { name: "soft.jpg", type: "2", link: "/etc/passwd" },
      { name: "hard.jpg", type: "1", link: "other.txt" },
      { name: "disk", type: "4" },
      { name: "pipe", type: "6" },
      { name: "unknown", type: "Q", data: "some data" },
      { name: "sparse.jpg", type: "S", data: "data" },
      pax({ "GNU.sparse.major": "1" }),
      { name: "sparse2.jpg", data: "data" },
      { name: "../evil.jpg", data: "evil" },
      { name: "/etc/passwd" },
      pax({ path: "a/../../evil.txt" }),
      { name: "x" },
      { name: Uint8Array.of(0x61, 0xff), data: "" },
      { name: "twice.txt", data: "1" },
      { name: "./twice.txt", data: "2" },
    ),
    [
      "archive-entry-link soft.jpg",
      "archive-entry-link hard.jpg",
      "not-a-regular-file disk",
      "not-a-regular-file pipe",
      "not-a-regular-file unknown",
      "archive-entry-method sparse.jpg",
      "archive-entry-method sparse2.jpg",
      "archive-entry-name ../evil.jpg",
      "archive-entry-name /etc/passwd",
      "archive-entry-name a/../../evil.txt",
      "name-not-utf8 a\ufffd",
      "archive-entry-duplicate twice.txt",
      "archive-entry-duplicate twice.txt",
    ],
  );
});

Deno.test("a tar that is damaged or cut off within a member is refused", async () => {
  const refused = (bytes: Uint8Array, why: RegExp) =>
    assert.rejects(
      listed(bytes, "data.tar"),
      (error) => error instanceof PackError && why.test(error.message),
      String(why),
    );
  const sound = tarBytes([{ name: "a.txt", data: "x".repeat(700) }, OTHER]);
  await refused(sound.subarray(0, 1000), /ends within a member \(byte 0\)/);
  await refused(sound.subarray(0, 1800), /ends within a header \(byte 1536\)/);
  await refused(tarBytes([OTHER, { name: "b", checksum: 1 }]), /header of a member is broken \(byte 1024\)/);
  await refused(tarBytes([OTHER, { name: "b", size: "88888888888" }]), /size of a member cannot be read/);
  await refused(tarBytes([OTHER, { name: "b", size: "\xff".repeat(12) }]), /size of a member cannot be read/);
  await refused(tarBytes([OTHER, { name: "b", size: 2 ** 32 }]), /ends within a member/);
  await refused(
    tarBytes([OTHER, { name: "b", type: "2", size: 512 }, OTHER]),
    /link or folder states a size/,
  );
  await refused(tarBytes([OTHER, longName("x")]), /ends behind the header of a long name/);
  await refused(
    tarBytes([OTHER, { name: "p", type: "x", data: "99 path=a\n" }, OTHER]),
    /pax header is broken/,
  );
  await refused(tarBytes([OTHER, pax({ size: "-5" }), OTHER]), /pax header is broken/);
  await refused(tarBytes([OTHER, pax({ path: "all" }, "g"), OTHER]), /gives all members one name/);
  await refused(
    tarBytes([OTHER, { name: "n", type: "L", size: 2 << 20, data: "a".repeat(2 << 20) }]),
    /1 MiB/,
  );
});

Deno.test("a missing end mark and members behind it are told", async () => {
  const member = tarMember({ name: "a.txt", data: "text" });
  const ending = async (bytes: Uint8Array) =>
    (await listed(new Uint8Array(bytes), "a.tar")).issues.map((i) => i.message);
  assert.deepEqual(await ending(Buffer.concat([member, Buffer.alloc(1024)])), []);
  assert.deepEqual(await ending(Buffer.concat([member, Buffer.alloc(10240)])), []);
  assert.match((await ending(member))[0], /no end mark/);
  assert.match((await ending(Buffer.concat([member, Buffer.alloc(512)])))[0], /no end mark/);
  assert.match((await ending(Buffer.concat([member, Buffer.alloc(1024), member])))[0], /more members behind/);
});

import assert from "node:assert/strict";
import { isRemote, parseLocation } from "../../src/store/location.ts";
import { PackError } from "../../src/model/issue.ts";

Deno.test("places and paths are told apart, whatever a folder is called", () => {
  assert.deepEqual(parseLocation("s3://bucket/a b/ä/"), { kind: "s3", bucket: "bucket", prefix: "a b/ä" });
  assert.deepEqual(parseLocation("S3://bucket"), { kind: "s3", bucket: "bucket", prefix: "" });
  assert.deepEqual(parseLocation("file:///my%20sets/birds"), { kind: "folder", path: "/my sets/birds" });
  for (const path of ["birds", "./s3", "C:\\sets\\birds", "C:/sets", "12:30/birds", "a:b", "/mnt/gs:/x"]) {
    assert.deepEqual(parseLocation(path), { kind: "folder", path });
    assert.equal(isRemote(path), false, path);
  }
});

Deno.test("a place of an unknown kind is refused, and no folder of that name", () => {
  const table: [string, RegExp][] = [
    ["gs://bucket/birds", /s3:\/\/bucket\/prefix, with --endpoint https:\/\/storage\.googleapis\.com/],
    ["ftp://host/birds", /s3:\/\/bucket\/prefix, az:/],
    ["arn:aws:s3:::bucket/birds", /s3:\/\/bucket\/prefix, az:/],
    ["s3://bucket//birds", /without empty/],
    ["az://account", /az:\/\/account\/container\/prefix/],
  ];
  for (const [location, remedy] of table) {
    assert.equal(isRemote(location), true, location);
    assert.throws(
      () => parseLocation(location),
      (error) => error instanceof PackError && error.exitCode === 2 && remedy.test(error.suggestion ?? ""),
      location,
    );
  }
});

import assert from "node:assert/strict";
import { openSync } from "node:fs";
import { systemCode, systemReason } from "../../src/io/system_error.ts";

Deno.test("a system error is named by its code or its number, and its reason has no path", () => {
  let error: unknown;
  try {
    openSync("/nowhere/at/all", "r");
  } catch (caught) {
    error = caught;
  }
  assert.equal(systemCode(error), "ENOENT");
  assert.equal(systemReason(error), "no such file or directory");
  assert.equal(systemReason(new Error("File too large (os error 27)")), "File too large (os error 27)");
  assert.equal(systemCode(new Error("no system error")), undefined);
});

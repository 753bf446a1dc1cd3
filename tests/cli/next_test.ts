import assert from "node:assert/strict";
import { shownSet, wayTo } from "../../src/cli/next.ts";

Deno.test("a command to try next reaches the same place, and no secret is in it", () => {
  const flags = { endpoint: "https://user:word@host/s3", region: "eu-west-1", profile: "work" };
  assert.deepEqual(wayTo("s3://bucket/birds", flags), [
    ...["--endpoint", "https://host/s3", "--region", "eu-west-1", "--profile", "work"],
  ]);
  assert.deepEqual(wayTo("s3://bucket/birds", {}), []);
  assert.deepEqual(wayTo("birds", flags), []);
  assert.equal(shownSet("https://host/birds/{file}?token=word"), "https://host/birds/{file}");
  assert.equal(shownSet("what? a#folder"), "what? a#folder");
});

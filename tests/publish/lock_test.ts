import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LOCK_FILE, SetLock } from "../../src/publish/lock.ts";
import { PackError } from "../../src/model/issue.ts";
import { tempDir } from "../dataset/temp.ts";

/** Starts a process that holds the lock until its input ends; resolves when it has it. */
async function holder(dir: string) {
  const script = fileURLToPath(import.meta.resolve("./hold_lock.ts"));
  const child = spawn(Deno.execPath(), ["run", "-A", "--no-check", script, dir], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

Deno.test("one writer at a time: another is told who it is", async () => {
  using temp = tempDir();
  const child = await holder(temp.path);
  assert.throws(
    () => new SetLock(temp.path),
    (error) => error instanceof PackError && error.message.includes(`Process ${child.pid} on `),
  );
  child.stdin.end();
  await once(child, "close");
  assert.ok(!existsSync(join(temp.path, LOCK_FILE)), "a lock that was let go leaves no file");
  using _lock = new SetLock(temp.path);
});

Deno.test("the lock of a process that was killed is stale and is replaced", async () => {
  using temp = tempDir();
  const child = await holder(temp.path);
  child.kill("SIGKILL");
  await once(child, "close");
  assert.ok(existsSync(join(temp.path, LOCK_FILE)));
  using _lock = new SetLock(temp.path);
  assert.equal(JSON.parse(readFileSync(join(temp.path, LOCK_FILE), "utf8")).pid, Deno.pid);
  assert.throws(() => new SetLock(temp.path), PackError);
});

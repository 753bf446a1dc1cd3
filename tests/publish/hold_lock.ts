/** Holds the lock of a set until its input ends. */
import process from "node:process";
import { SetLock } from "../../src/publish/lock.ts";

using _lock = new SetLock(process.argv[2]);
console.log("held");
for await (const _ of process.stdin);

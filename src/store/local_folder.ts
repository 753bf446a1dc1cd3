import { resolve } from "node:path";
import { PackError } from "../model/issue.ts";
import { isRemote, withoutQuery } from "./location.ts";

/**
 * Absolute path of a folder of this machine that is to be written.
 *
 * @throws {PackError} With exit code 2 if it is a place in a store, so that no folder called `s3:` is made.
 */
export function localFolder(output: string): string {
  if (!isRemote(output)) return resolve(output);
  throw new PackError(
    `"${withoutQuery(output)}" is a place in a store, and this can only be written to a folder.`,
    "Write to a folder of this machine, then send it with upload.",
    2,
  );
}

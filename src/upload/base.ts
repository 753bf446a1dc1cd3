import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isCount, isHex, isObject, parseJson } from "../manifest/checks.ts";
import { PackError } from "../model/issue.ts";
import type { Whole } from "../store/store.ts";

/** Name of the file that says so, beside the set. */
export const BASE_FILE = "base.json";

/**
 * What a set is made on that lies in a store: an update of it was made on this machine, and the bundle here has its true length,
 * but zeros for the bytes that are only there.
 */
export interface Base {
  /** The bytes that are only in the store, from the first on. */
  readonly bundle: Whole;
  /** Version of each object, by name, as it was read; there was no other. */
  readonly etags: Readonly<Record<string, string>>;
}

/** Writes what {@link readBase} reads. */
export function writeBase(dir: string, { bundle: { size, crc32 }, etags }: Base): void {
  const bundle = { size, crc32: crc32.toString(16).padStart(8, "0") };
  writeFileSync(join(dir, BASE_FILE), `${JSON.stringify({ bundle, etags })}\n`);
}

/**
 * Reads what a set is made on.
 *
 * @returns Undefined if all of it is on this machine.
 * @throws {PackError} If the file is damaged: without it, zeros would pass for the bundle.
 */
export function readBase(dir: string): Base | undefined {
  const path = join(dir, BASE_FILE);
  if (!existsSync(path)) return undefined;
  const found = parseJson(readFileSync(path, "utf8"));
  if (!isObject(found) || !isObject(found.bundle) || !isObject(found.etags)) throw damaged(path);
  const { size, crc32 } = found.bundle;
  if (!isCount(size) || !isHex(crc32, 8)) throw damaged(path);
  return {
    bundle: { size, crc32: parseInt(String(crc32), 16) },
    etags: found.etags as Record<string, string>,
  };
}

function damaged(path: string): PackError {
  return new PackError(
    `"${path}" is not as an update of a set in a store writes it.`,
    "Remove its folder, and give the command for the update again.",
    4,
  );
}

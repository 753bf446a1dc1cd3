import { rmSync, writeFileSync } from "node:fs";

/** Writes a file that is not there yet; what could not be written as a whole is removed. */
export function writeNew(path: string, bytes: Uint8Array): void {
  try {
    // "wx" never opens what is there already, not even through a link that was put there a moment ago.
    writeFileSync(path, bytes, { flag: "wx" });
  } catch (error) {
    if ((error as { code?: string }).code !== "EEXIST") rmSync(path, { force: true });
    throw error;
  }
}

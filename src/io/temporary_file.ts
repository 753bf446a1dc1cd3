import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Makes an empty file in a folder of its own in the system's folder for temporary files. */
export function temporaryFile(name: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "compact-uploader-")), name);
  closeSync(openSync(path, "wx"));
  return path;
}

/** Removes a temporary file and its folder. On POSIX an open file may go before it is closed: then nothing can leave it behind. */
export function removeTemporary(path: string): void {
  rmSync(path, { force: true });
  rmdirSync(dirname(path));
}

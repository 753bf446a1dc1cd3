/** Commands of the documentation, with this checkout in place of an installed `compact-uploader`. */
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { runOk, type RunOptions } from "../tools.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * Runs a block of shell commands up to the first that fails.
 *
 * @returns What it printed.
 * @throws {Error} If a command fails.
 */
export function runShell(code: string, options: RunOptions): string {
  // A function of the shell has no hyphen in its name.
  const command = code.replace(/^compact-uploader/gm, "compact_uploader");
  const main = `${quoted(process.execPath)} run -A --no-check ${quoted(join(root, "main.ts"))}`;
  // Certificates of this machine's own: rclone cannot take them, and the servers of tests speak plain HTTP.
  return runOk(
    ["sh", "-ec", `unset AWS_CA_BUNDLE; compact_uploader() { ${main} "$@"; }\n${command}`],
    options,
  );
}

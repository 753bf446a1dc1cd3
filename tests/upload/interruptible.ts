import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { KEY, SECRET } from "../store/servers.ts";
import type { Output } from "../tools.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));

/** The credentials of the servers, as the environment has them. */
export const CREDENTIALS = { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET };

/** What goes on while the command line runs. */
export interface Interruptible {
  readonly cwd?: string;
  /** Beside those of this process and the {@link CREDENTIALS}. */
  readonly env?: Readonly<Record<string, string>>;
  /** Given what sends the process a signal, as soon as it runs. */
  readonly started?: (send: (signal: "SIGINT" | "SIGKILL") => void) => void;
  /** Called with all that was said on stderr so far. */
  readonly onError?: (text: string) => void;
}

/** Runs the command line in a process of its own, which may be sent a signal; the exit code is −1 if that ended it. */
export function interruptible(
  args: readonly string[],
  { cwd, env, started, onError }: Interruptible = {},
): Promise<Output> {
  const child = spawn(process.execPath, ["run", "-A", "--no-check", MAIN, ...args], {
    cwd,
    env: { ...process.env, ...CREDENTIALS, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // `child.kill` would make the exit code that of the signal.
  started?.((signal) => process.kill(child.pid!, signal));
  let stdout = "", stderr = "";
  child.stdout.on("data", (chunk) => stdout += chunk);
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
    onError?.(stderr);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}

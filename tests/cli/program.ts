import { fileURLToPath } from "node:url";
import type { Output } from "../tools.ts";

/** The program's entry. */
export const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));
/** Folder of the sample dataset. */
export const SAMPLE = fileURLToPath(new URL("../../fixtures/sample", import.meta.url));
/** Folder of the program's own files. */
export const SOURCE = fileURLToPath(new URL("../../src", import.meta.url));

/** Arguments of Deno that start the program with these permissions; nothing is asked. */
export function denoArgs(permissions: readonly string[], ...args: string[]): string[] {
  return ["run", "--no-prompt", ...permissions, MAIN, ...args];
}

/** Runs the program in its own process, with all permissions. */
export function program(cwd: string, ...args: string[]): Output {
  return permitted(cwd, ["-A"], ...args);
}

/** Runs the program in its own process. `node:child_process` would give it all permissions. */
export function permitted(cwd: string, permissions: readonly string[], ...args: string[]): Output {
  const { code, stdout, stderr } = new Deno.Command(Deno.execPath(), {
    args: denoArgs(permissions, ...args),
    cwd,
  })
    .outputSync();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** Gives `test` a new folder that is removed afterwards. */
export async function inFolder(test: (folder: string) => void | Promise<void>): Promise<void> {
  // The real path: permissions are granted to it, not to a link that leads there.
  const folder = Deno.realPathSync(Deno.makeTempDirSync());
  try {
    await test(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

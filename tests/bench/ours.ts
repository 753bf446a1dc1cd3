import { fileURLToPath } from "node:url";
import process from "node:process";

/** This project's command line, started as the README does. */
export const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));

/** Command for a Deno program with all permissions; without looking for newer types or code. */
export function deno(script: string, ...args: string[]): string[] {
  return [process.execPath, "run", "-A", script, ...args];
}

/** `compact-uploader run` on a dataset, silently. */
export function packCommand(dataset: string, output: string, ...more: string[]): string[] {
  return deno(MAIN, "run", dataset, "--output", output, "--overwrite", "--quiet", ...more);
}

/** `compact-uploader annotate` on a dataset, labels alone into one file, silently. */
export function annotateCommand(dataset: string, file: string): string[] {
  return deno(MAIN, "annotate", dataset, "--output", file, "--overwrite", "--quiet", "--skip-manifest");
}

import type { CommandContext, StricliProcess } from "@stricli/core";
import { type Invocation, stderr, stdout } from "../io/terminal.ts";

/** What every command is given. */
export interface Context extends CommandContext {
  readonly process: StricliProcess;
  /** URL of `main.ts`. */
  readonly main: string;
}

/** @param main URL of `main.ts`. */
export function createContext(main: string): Context {
  return { process: { stdout, stderr }, main };
}

/**
 * The program's name as a command to copy: what to type depends on how it was started.
 *
 * @param main URL of `main.ts`.
 */
export function programName(
  main: string,
  { standalone, cwd, npx }: Invocation,
  quote: (word: string) => string,
): string {
  if (standalone) return "compact-uploader";
  let script = main;
  if (main.startsWith("file:///")) {
    const path = decodeURIComponent(new URL(main).pathname).replace(/^\/(?=[A-Za-z]:)/, "");
    const here = `${cwd.replaceAll("\\", "/").replace(/\/$/, "")}/`;
    script = path.startsWith(here) ? path.slice(here.length) : path;
  }
  return `${npx === undefined ? "deno" : `npx -y deno@${npx}`} run -A ${quote(script)}`;
}

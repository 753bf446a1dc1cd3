import { relative } from "node:path";
import { invocation } from "../io/terminal.ts";
import { shellQuote } from "../text/format.ts";
import { type Context, programName } from "./context.ts";
import { isRemote } from "../store/location.ts";

/**
 * A command to try next, ready to be copied.
 *
 * @param words Command and arguments.
 */
export function nextCommand(context: Context, ...words: string[]): string {
  return [programName(context.main, invocation(), shellQuote), ...words.map(shellQuote)].join(" ");
}

/** A path as one would type it here: relative if it lies below the working folder, never like an option. */
export function shortPath(path: string): string {
  if (isRemote(path)) return path;
  const near = relative(invocation().cwd, path) || ".";
  return near.startsWith("..") ? path : near.startsWith("-") ? `./${near}` : near;
}

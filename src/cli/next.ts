import { relative } from "node:path";
import { invocation } from "../io/terminal.ts";
import { shellQuote } from "../text/format.ts";
import { type Context, programName } from "./context.ts";
import type { StoreFlags } from "./flags/common.ts";
import { isRemote, withoutQuery } from "../store/location.ts";

/**
 * A command to try next, ready to be copied.
 *
 * @param words Command and arguments.
 */
export function nextCommand(context: Context, ...words: string[]): string {
  return [programName(context.main, invocation(), shellQuote), ...words.map(shellQuote)].join(" ");
}

/** A set as the user named it; of a place whose address may hold a signature, what comes before that. */
export function shownSet(set: string): string {
  return isRemote(set) ? withoutQuery(set) : set;
}

/** A path as one would type it here: relative if it lies below the working folder, never like an option. */
export function shortPath(path: string): string {
  if (isRemote(path)) return path;
  const near = relative(invocation().cwd, path) || ".";
  return near.startsWith("..") ? path : near.startsWith("-") ? `./${near}` : near;
}

/** The options a command needs to reach the same place; none for a path. Without secrets. */
export function wayTo(place: string, { endpoint, region, profile }: StoreFlags): string[] {
  if (!isRemote(place)) return [];
  return [
    ...endpoint ? ["--endpoint", withoutQuery(endpoint)] : [],
    ...region ? ["--region", region] : [],
    ...profile ? ["--profile", profile] : [],
  ];
}

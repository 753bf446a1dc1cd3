/** What may stand behind an option, and what it becomes. */
import { parseFrames } from "../../dataset/frame_ranges.ts";
import type { PackError } from "../../model/issue.ts";
import { filePath, isRemote } from "../../store/location.ts";

/** Number of a generation. */
export function generationNumber(input: string): number {
  return wholeNumber(input, 1, Number.MAX_SAFE_INTEGER);
}

/** A path of this machine. */
export function path(input: string): string {
  if (isRemote(input)) throw new Error("Give a path of this machine; a place in a store will not do here.");
  return place(input);
}

/**
 * A path of this machine, or a place in a store; the empty string, as from an unset shell variable, would mean the working
 * folder.
 */
export function place(input: string): string {
  if (input === "") {
    throw new Error("Give the path of a folder; an empty one often comes from an unset variable.");
  }
  return /^file:\/\//i.test(input) ? filePath(input) : input;
}

/** The URL of a server. */
export function serverUrl(input: string): string {
  if (/^https?:\/\/[^/]+/i.test(input) && URL.canParse(input)) return input;
  throw new Error("Give a URL, as https://storage.googleapis.com.");
}

/** Names with commas between them. */
export function names(input: string): string[] {
  const list = input.split(",").map((name) => name.trim()).filter((name) => name !== "");
  if (list.length === 0) throw new Error("Give names with commas between them, as cat,dog.");
  return list;
}

/** `train=0.8,val=0.2`. */
export function shares(input: string): Record<string, number> {
  const entries = input.split(",").map((part) => {
    const [, name, share] = /^\s*([^=\s][^=]*?)\s*=\s*(\d*\.?\d+)\s*$/.exec(part) ?? [];
    if (name === undefined) throw new Error("Give a share for each split, as train=0.8,val=0.1,test=0.1.");
    return [name, Number(share)] as const;
  });
  if (new Set(entries.map(([name]) => name)).size < entries.length) throw new Error("Name each split once.");
  return Object.fromEntries(entries);
}

/** Frames of a set; how many there are is not known yet. */
export function frameList(input: string): string {
  try {
    parseFrames(input);
  } catch (error) {
    const { message, suggestion } = error as PackError;
    throw new Error(`${message} ${suggestion}`);
  }
  return input;
}

/** `0,2.5,1:30,01:02:03.5` in seconds. */
export function times(input: string): number[] {
  const found = input.split(",").map((part) => {
    const fields = /^\s*(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)\s*$/.exec(part);
    if (!fields) throw new Error("Give times with commas between them, in seconds or as mm:ss or hh:mm:ss.");
    const [, hours = "0", minutes = "0", seconds] = fields;
    return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  });
  // What a command line can hold, ffmpeg can, too.
  if (found.length > 2000) throw new Error("Give at most 2000 times.");
  return found;
}

/** A positive number, with or without decimals. */
export function decimal(input: string): number {
  if (/^\d+(\.\d+)?$/.test(input)) return Number(input);
  throw new Error("Give a number, as 30 or 29.97.");
}

/** A part of a whole: above 0, up to 1. */
export function share(input: string): number {
  const number = decimal(input);
  if (number > 0 && number <= 1) return number;
  throw new Error("Give a part of the images, above 0 up to 1, as 0.1.");
}

/**
 * A number of things.
 *
 * @throws {Error} With the range that is allowed.
 */
export function wholeNumber(input: string, least: number, most: number): number {
  const number = /^\d+$/.test(input) ? Number(input) : NaN;
  if (number >= least && number <= most) return number;
  throw new Error(
    most === Number.MAX_SAFE_INTEGER
      ? `Give a whole number from ${least}.`
      : `Give a whole number from ${least} to ${most}.`,
  );
}

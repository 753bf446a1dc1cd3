import { FixedText, LineCursor } from "../manifest/line_cursor.ts";
import { lineBlocks } from "../manifest/lines.ts";
import { HEADER_SIZE } from "../manifest/record.ts";
import type { FrameRecord } from "../model/frame.ts";
import { PackError } from "../model/issue.ts";
import { TextHash } from "../text/text_hash.ts";
import { aliveFrames } from "./grow_bundle.ts";
import type { Plan } from "./plan.ts";

const ID_KEY = new FixedText(',"id":');
const FRAME_KEY = new FixedText(',"frame":');
const REMOVED_KEY = new FixedText(',"removed":');
const ENTRY_KEY = new FixedText(',"entry":');
const NEWLINE = 10;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What is found among the names that are there. */
export interface TakenNames {
  /** Those that are names of images that go on. */
  readonly images: string[];
  /** Those that are names of entries of the bundle that stay alive. */
  readonly entries: ReadonlySet<string>;
}

/**
 * Looks for names among those that are there.
 *
 * @param wanted Names to look for. @default {those of the lives that begin}
 */
export function takenNames(
  { base: { manifest }, ended, born }: Plan,
  wanted: ReadonlySet<string> = new Set(born.map(({ name }) => name)),
): TakenNames {
  if (wanted.size === 0) return { images: [], entries: new Set() };
  const { frames, names, removed } = manifest.lines();
  const alive = aliveFrames(manifest, ended, born);
  // Most names are not looked for, and their hash tells.
  const hash = new TextHash();
  const hashOf = (bytes: Uint8Array, start: number, end: number) => {
    hash.begin();
    hash.bytes(bytes, start, end);
    return hash.first;
  };
  const hashes = new Set<number>();
  for (const name of wanted) {
    const text = encoder.encode(JSON.stringify(name));
    hashes.add(hashOf(text, 0, text.length));
  }
  const images: string[] = [];
  const entries = new Set<string>();
  const cursor = new LineCursor();
  const find = (bytes: Uint8Array, start: number, end: number) => {
    if (!hashes.has(hashOf(bytes, start, end))) return undefined;
    const name = JSON.parse(decoder.decode(bytes.subarray(start, end)));
    return wanted.has(name) ? name : undefined;
  };
  let line = 0;
  for (const { bytes } of lineBlocks(manifest.file, HEADER_SIZE, manifest.framesEnd)) {
    for (let at = 0; at < bytes.length; line++) {
      const start = at + names[line];
      cursor.reset(bytes, start);
      cursor.skipString();
      let found = find(bytes, start, cursor.at);
      if (found !== undefined && !ended[line] && !removed?.[line]) images.push(found);
      if (alive[line] && (frames?.[line] ?? line) === line) {
        for (const key of [ID_KEY, FRAME_KEY, REMOVED_KEY]) if (cursor.takes(key)) cursor.integer();
        if (cursor.takes(ENTRY_KEY)) {
          const begin = cursor.at;
          cursor.skipString();
          found = find(bytes, begin, cursor.at);
        }
        if (found !== undefined) entries.add(found);
      }
      const stop = bytes.indexOf(NEWLINE, cursor.at);
      at = stop < 0 ? bytes.length : stop + 1;
    }
  }
  return { images, entries };
}

/**
 * Refuses a plan by which two images would have one name.
 *
 * @throws {PackError} The first of them.
 */
export function refuseTwins({ born }: Plan, { images }: TakenNames): void {
  const twin = images[0] ?? born.find(({ name }, i) => i > 0 && name === born[i - 1].name)?.name;
  if (twin === undefined) return;
  throw new PackError(
    `Two images would have the name "${twin}".`,
    "Give one of them another name, or remove the one that is there.",
  );
}

/**
 * Gives names in the bundle to incoming frames: their own, if no entry has it that is still alive, else one that nothing has
 * (docs/dataset_spec.md §4.1).
 */
export function entryNames(plan: Plan, taken: TakenNames): (record: FrameRecord) => string {
  const own = new Set(plan.born.map(({ name }) => name));
  const names = new Map<string, string>();
  let left = [...taken.entries].map((name) => ({ name, entry: name }));
  while (left.length > 0) {
    for (const one of left) one.entry = `generation-${plan.generation}/${one.entry}`;
    const { entries } = takenNames(plan, new Set(left.map(({ entry }) => entry)));
    for (const { name, entry } of left) names.set(name, entry);
    left = left.filter(({ entry }) => entries.has(entry) || own.has(entry));
  }
  return ({ file_name }) => names.get(file_name) ?? file_name;
}

import { createHash } from "node:crypto";
import { statSync, utimesSync } from "node:fs";

/** Milliseconds that the two times lie apart at most. */
const SPAN = 1_000_000;

/** What the mark of a set is about. */
export interface Marked {
  /** Files of the set whose times of modification carry it. */
  readonly manifest: string;
  readonly bundle: string;
  /** SHA-256 of the manifest's footer, hex. */
  readonly seal: string;
  /** Folders and archives that the set was made of. */
  readonly inputs: readonly string[];
}

/**
 * Lets the next update look only at what has changed since: the time at which the files of the dataset began to be read
 * becomes the time of modification of the manifest, so the set needs no other file for it and its bytes tell no time. That
 * of the bundle is set before it, by milliseconds taken from the manifest's digest and from which folders were read: copies
 * that got other times, and another folder of the same name, are told apart, and nothing is concluded from times then.
 *
 * @param since ms since 1970.
 */
export function markSince(marked: Marked, since: number): void {
  const set = (path: string, time: number) => utimesSync(path, new Date(time), new Date(time));
  try {
    set(marked.bundle, since - apart(marked));
    set(marked.manifest, since);
  } catch {
    // The next update looks at everything.
  }
}

/**
 * Files of the dataset whose status changed at this time or later may differ from what was packed.
 *
 * @returns ms since 1970; 0 if it is not known.
 */
export function sinceOf(marked: Marked): number {
  const time = (path: string) => {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    return found ? Number(found.mtimeNs / 1_000_000n) : NaN;
  };
  const since = time(marked.manifest);
  // A clock that was turned back gives new files old times.
  return since <= Date.now() && since - time(marked.bundle) === apart(marked) ? since : 0;
}

function apart({ seal, inputs }: Marked): number {
  const hash = createHash("sha256").update(seal);
  for (const path of inputs) {
    // A folder that was moved is still the same; another one that has its name now is not.
    const { dev, ino } = statSync(path, { bigint: true });
    hash.update(` ${dev}:${ino}`);
  }
  return 1 + Number.parseInt(hash.digest("hex").slice(0, 12), 16) % SPAN;
}

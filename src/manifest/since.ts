import { statSync, utimesSync } from "node:fs";

/** Milliseconds that the two times lie apart at most. */
const SPAN = 1_000_000;

/** Files of a set whose times of modification carry the mark. */
export interface MarkedFiles {
  readonly manifest: string;
  readonly bundle: string;
}

/**
 * Lets the next update look only at what has changed since: the time at which the files of the dataset began to be read
 * becomes the time of modification of the manifest, so the set needs no other file for it and its bytes tell no time. That
 * of the bundle is set before it, by milliseconds taken from the manifest's digest: copies that got other times are told
 * apart, and nothing is concluded from them.
 *
 * @param since ms since 1970.
 * @param seal SHA-256 of the manifest's footer, hex.
 */
export function markSince({ manifest, bundle }: MarkedFiles, since: number, seal: string): void {
  const set = (path: string, time: number) => utimesSync(path, new Date(time), new Date(time));
  try {
    set(bundle, since - apart(seal));
    set(manifest, since);
  } catch {
    // The next update looks at everything.
  }
}

/**
 * Files of the dataset whose status changed at this time or later may differ from what was packed.
 *
 * @returns ms since 1970; 0 if it is not known.
 */
export function sinceOf({ manifest, bundle }: MarkedFiles, seal: string): number {
  const time = (path: string) => {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    return found ? Number(found.mtimeNs / 1_000_000n) : NaN;
  };
  const since = time(manifest);
  return since - time(bundle) === apart(seal) ? since : 0;
}

function apart(seal: string): number {
  return 1 + Number.parseInt(seal.slice(0, 12), 16) % SPAN;
}

import { statSync, utimesSync } from "node:fs";

/** Microseconds of a second. */
const SECOND = 1_000_000;

/**
 * Lets the next update look only at what has changed since: the time at which the files of the dataset began to be read
 * becomes the time of modification of the manifest, so the set needs no other file for it and its bytes tell no time.
 * The microseconds are taken from the manifest's digest. A copy that got another time is thus told apart: nothing is
 * concluded from it.
 *
 * @param path Manifest.
 * @param since ms since 1970.
 * @param seal SHA-256 of its footer, hex.
 */
export function markSince(path: string, since: number, seal: string): void {
  const time = Math.floor(since / 1000) + microseconds(seal) / SECOND;
  try {
    utimesSync(path, time, time);
  } catch {
    // The next update looks at everything.
  }
}

/**
 * Files of the dataset whose status changed at this time or later may differ from what was packed.
 *
 * @returns ms since 1970; 0 if it is not known.
 */
export function sinceOf(path: string, seal: string): number {
  const { mtimeNs } = statSync(path, { bigint: true });
  const time = Number(mtimeNs / 1000n);
  const known = Math.abs(time % SECOND - microseconds(seal)) <= 1;
  return known ? Math.floor(time / SECOND) * 1000 : 0;
}

function microseconds(seal: string): number {
  return Number.parseInt(seal.slice(0, 12), 16) % (SECOND - 2) + 1;
}

import { changesBelow } from "../io/runtime.ts";

/** Milliseconds of quiet after which what was written is likely to be complete. */
export const QUIET = 2000;

/**
 * Waits for changes below folders, and then until nothing has changed for a while, so that a file that is being written, or
 * many that are copied, are one change. Watching begins at once, and what changes while the caller works counts for the
 * next turn.
 *
 * @param quiet Milliseconds without a change that end the waiting.
 * @param ignored Folder whose changes do not count: that of the set, if it lies within.
 * @param signal Ends it.
 * @throws {Error} If a folder cannot be watched.
 */
export function settledChanges(
  folders: readonly string[],
  quiet: number,
  ignored: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<void> {
  const changes = changesBelow(folders, signal);
  return settled(changes, changes.next(), quiet, ignored);
}

async function* settled(
  changes: AsyncGenerator<readonly string[]>,
  next: Promise<IteratorResult<readonly string[]>>,
  quiet: number,
  ignored: string,
): AsyncGenerator<void> {
  const concerns = (paths: readonly string[]) =>
    paths.some((path) =>
      path !== ignored && !path.startsWith(`${ignored}/`) && !path.startsWith(`${ignored}\\`)
    );
  try {
    for (;;) {
      const first = await next;
      if (first.done) return;
      next = changes.next();
      if (!concerns(first.value)) continue;
      for (;;) {
        const pause = timer(quiet);
        const more = await Promise.race([next, pause.over]);
        pause.cancel();
        if (more === "over") break;
        if (more.done) return;
        next = changes.next();
      }
      yield;
    }
  } finally {
    await changes.return(undefined);
  }
}

/** A promise for the end of a time, which can be cancelled. */
function timer(milliseconds: number): { over: Promise<"over">; cancel(): void } {
  let id: ReturnType<typeof setTimeout>;
  const over = new Promise<"over">((resolve) => id = setTimeout(() => resolve("over"), milliseconds));
  return { over, cancel: () => clearTimeout(id) };
}

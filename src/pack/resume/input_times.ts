import { CLOCK_STEP } from "../../io/clock_step.ts";
import { type FileStatus, fileStatus } from "../../io/runtime.ts";

/** So far may the clock of a file system that knows fractions of a second lag behind. */
const LAG = 20;
/** The runtime knows only the second of a status change. */
const SECOND = 1000;

/** Latest time at which one of some files may have changed. */
interface Latest {
  /** ms since 1970. */
  time: number;
  path: string;
}

/** Finds out whether any of some files has changed since a time: its content, name or permissions. */
export class InputTimes {
  /** If the file system counts in steps, and if it knows fractions of a second. */
  readonly #coarse: Latest = { time: -Infinity, path: "" };
  readonly #fine: Latest = { time: -Infinity, path: "" };
  #hasFractions = false;

  /** Looks at a file; undefined if it is not there. */
  look(path: string): FileStatus | undefined {
    let status: FileStatus;
    try {
      status = fileStatus(path);
    } catch {
      return undefined; // It was not there before: the list of entries would tell.
    }
    const { changed, modified } = status;
    if (modified % SECOND !== 0) this.#hasFractions = true;
    raise(this.#coarse, changed + CLOCK_STEP - 1, path);
    // A file that was written in that second was most likely not touched once more in it.
    const written = modified >= changed && modified < changed + SECOND;
    raise(this.#fine, written ? modified : changed + SECOND - 1, path);
    return status;
  }

  /**
   * Path of a file that may have changed since `time`, undefined if none has.
   *
   * @param time ms since 1970.
   */
  changedSince(time: number): string | undefined {
    const latest = this.#hasFractions ? this.#fine : this.#coarse;
    return latest.time >= time - LAG ? latest.path : undefined;
  }
}

function raise(latest: Latest, time: number, path: string): void {
  if (time <= latest.time) return;
  latest.time = time;
  latest.path = path;
}

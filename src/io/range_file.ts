import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { RangeReader } from "./range_reader.ts";

export { blocksOf, type RangeReader, readRange } from "./range_reader.ts";

/**
 * Opens a file for positioned reads. Reads are synchronous: a read from the page cache takes less time than a promise.
 *
 * @param path File to open.
 * @throws {Error} The system's error if the file cannot be opened, with `code` (`ENOENT`, `EACCES`, …).
 */
export function openRange(path: string): RangeReader {
  return rangeOf(openSync(path, "r"), path);
}

/**
 * Positioned reads from a file that is open already.
 *
 * @param descriptor Closed with what is returned.
 * @param path For messages.
 */
export function rangeOf(descriptor: number, path: string): RangeReader {
  let closed = false;
  return {
    size: fstatSync(descriptor).size,
    read(into, offset) {
      // Its number may be that of another file by now.
      if (closed) throw new Error(`"${path}" is closed.`);
      let done = 0;
      while (done < into.length) {
        const read = readSync(descriptor, into, done, into.length - done, offset + done);
        if (read === 0) break;
        done += read;
      }
      return done;
    },
    close() {
      if (closed) return;
      closed = true;
      closeSync(descriptor);
    },
  };
}

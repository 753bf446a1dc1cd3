import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Gives memory back at once that nobody uses any more. Left alone, the collector waits until the heap has doubled. Takes
 * milliseconds for each 10 MB that are in use, so it is for after something large.
 */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  try {
    runInNewContext("gc")();
  } finally {
    // Compiled code that is kept on disk fits one set of flags.
    setFlagsFromString("--no-expose-gc");
  }
}

import { compareBytes } from "./byte_order.ts";

/**
 * Finds names in a sorted list. It remembers where it was, so asking in sorted order costs two comparisons a name and no
 * index is needed.
 */
export class NameCursor {
  #at = 0;

  /** @param names In UTF-8 byte order. */
  constructor(readonly names: readonly string[]) {}

  /** Position of `name`, or -1. */
  indexOf(name: string): number {
    // Mostly it is the one after the last that was found.
    let at = this.#at + 1;
    if (this.names[at] === name) {
      this.#at = at;
      return at;
    }
    at = this.lowerBound(name);
    return at < this.names.length && this.names[at] === name ? at : -1;
  }

  /** Position of the first name that does not come before `name`; the length if there is none. */
  lowerBound(name: string): number {
    const { names } = this;
    let low = 0;
    let high = names.length;
    const near = this.#at;
    if (near < high && compareBytes(names[near], name) < 0) {
      // Ahead: double the step until the name is passed.
      let step = 1;
      low = near + 1;
      while (low - 1 + step < high && compareBytes(names[low - 1 + step], name) < 0) {
        low += step;
        step *= 2;
      }
      high = Math.min(high, low - 1 + step + 1);
    } else if (near > 0 && compareBytes(names[near - 1], name) < 0) {
      return near;
    } else {
      high = Math.min(high, near + 1);
    }
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareBytes(names[middle], name) < 0) low = middle + 1;
      else high = middle;
    }
    this.#at = low;
    return low;
  }
}

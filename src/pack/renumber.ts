/**
 * Final category ids in the place of provisional ones: where no source declares its classes, their ids follow the sorted
 * names, which are only known after the last label.
 */
import { CATEGORY_IDS } from "../coco/lines.ts";
import { LineBuffer } from "../text/line_buffer.ts";

const BLOCK = 8 << 20;
const COLON = 0x3a;
const CLOSE = 0x5d;

/** Rewrites a text line by line, given in blocks that are cut anywhere. */
export class LineRewriter {
  readonly #out = new LineBuffer(BLOCK + (1 << 16));
  /** Beginning of a line that is not complete yet. */
  #kept = new Uint8Array(0);

  /** @param line Appends what is to stand for `input[start, end)`, a line without its end. */
  constructor(readonly line: (input: Uint8Array, start: number, end: number, out: LineBuffer) => void) {}

  /** The lines that end in this block, rewritten; valid until the next call. */
  block(bytes: Uint8Array): Uint8Array {
    this.#out.clear();
    let input = bytes;
    if (this.#kept.length > 0) {
      input = new Uint8Array(this.#kept.length + bytes.length);
      input.set(this.#kept);
      input.set(bytes, this.#kept.length);
    }
    let start = 0;
    for (let end; (end = input.indexOf(0x0a, start)) >= 0; start = end + 1) {
      this.line(input, start, end, this.#out);
      this.#out.ascii("\n");
    }
    this.#kept = input.slice(start);
    return this.#out.written;
  }

  /** The last line, which has no line end. */
  rest(): Uint8Array {
    this.#out.clear();
    if (this.#kept.length > 0) this.line(this.#kept, 0, this.#kept.length, this.#out);
    return this.#out.written;
  }
}

/** @param ids Final id by provisional id. */
export function annotationRenumberer(ids: readonly number[]): LineRewriter {
  return new LineRewriter((input, start, end, out) => {
    let at = start;
    // {"id":1,"image_id":1,"category_id":1, — the third colon stands before the id.
    for (let colons = 0; colons < 3; at++) if (input[at] === COLON) colons++;
    out.append(input.subarray(start, at));
    out.append(input.subarray(renumber(input, at, ids, out), end));
  });
}

/** @param ids Final id by provisional id. */
export function imageRenumberer(ids: readonly number[]): LineRewriter {
  const key = new TextEncoder().encode(CATEGORY_IDS);
  return new LineRewriter((input, start, end, out) => {
    let at = input[end - 1] === 0x2c ? end - 2 : end - 1;
    // They are the last key: `,"category_ids":[1,2]}`. No other one ends so.
    if (input[at - 1] === CLOSE) {
      for (at -= 2; isDigit(input[at]) || input[at] === 0x2c;) at--;
      const first = at + 1;
      if (endsWith(input, first, key)) {
        out.append(input.subarray(start, first));
        for (at = first;; at++) {
          at = renumber(input, at, ids, out);
          if (input[at] === CLOSE) break;
          out.ascii(",");
        }
        out.append(input.subarray(at, end));
        return;
      }
    }
    out.append(input.subarray(start, end));
  });
}

/** Appends the final id for the provisional one at a place; returns the place behind it. */
function renumber(input: Uint8Array, at: number, ids: readonly number[], out: LineBuffer): number {
  let id = 0;
  for (; isDigit(input[at]); at++) id = id * 10 + input[at] - 0x30;
  out.integer(ids[id]);
  return at;
}

/** True if the bytes before `end` are these. */
function endsWith(bytes: Uint8Array, end: number, suffix: Uint8Array): boolean {
  return suffix.every((byte, i) => bytes[end - suffix.length + i] === byte);
}

const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;

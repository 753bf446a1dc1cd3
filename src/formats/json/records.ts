/**
 * Finds the records of a large JSON file without parsing it: the elements of arrays in the root object, as ranges of bytes.
 * What is inside a record is only followed by its brackets and strings; whoever parses it will notice other errors.
 */
import type { RangeReader } from "../../io/range_file.ts";
import { JsonWindow } from "./window.ts";
import { endOfValue, KeyFinder, TOO_DEEP } from "./value.ts";

/** One element of an array. The object and its bytes are reused for the next one. */
export interface JsonRecord {
  /** `bytes[start, end)` is the record. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** First byte in the file. */
  readonly offset: number;
  /** Where in `bytes` the values of the wanted keys begin, in their order; -1 for a key that is not there. */
  readonly values: Int32Array;
}

/** Why a JSON file is refused. */
export class JsonError extends Error {
  /** @param offset Where in the file, bytes. */
  constructor(readonly code: "json-malformed" | "json-truncated", message: string, readonly offset: number) {
    super(message);
  }
}

/** What is wanted: for the name of an array in the root object, keys of its records whose values are to be located. */
export type Wanted = Readonly<Record<string, readonly string[]>>;

/** Values larger than this could not be parsed (V8's longest string is 512 MiB); a lost quote makes such. Bytes. */
const MAX_VALUE = 256 << 20;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Reads a file from front to back and visits every record of the wanted arrays, whatever the order of the keys.
 *
 * @param file Open file; UTF-8, with or without byte order mark.
 * @param visit Called with the name of the array and the record.
 * @throws {JsonError} If the file ends early, or is not one JSON object.
 */
export function scanRecords(
  file: RangeReader,
  wanted: Wanted,
  visit: (array: string, record: JsonRecord) => void,
): void {
  const window = new JsonWindow(file);
  window.skipMark();
  expect(window, OPEN_OBJECT, "an object");
  window.at++;
  for (let first = true;; first = false) {
    if (window.peek() === CLOSE_OBJECT && first) break;
    const name = readKey(window);
    const keys = Object.hasOwn(wanted, name) ? wanted[name] : undefined;
    if (keys && window.peek() === OPEN_ARRAY) scanArray(window, name, keys, visit);
    else skipValue(window);
    const next = window.peek();
    if (next === CLOSE_OBJECT) break;
    if (next !== COMMA) throw unexpected(window, "a comma or the end of the object");
    window.at++;
  }
  window.at++;
  if (window.peek() >= 0) throw unexpected(window, "the end of the file");
}

function scanArray(
  window: JsonWindow,
  name: string,
  keys: readonly string[],
  visit: (array: string, record: JsonRecord) => void,
): void {
  const finder = new KeyFinder(keys);
  const record = { bytes: window.bytes, start: 0, end: 0, offset: 0, values: finder.values };
  window.at++;
  if (window.peek() === CLOSE_ARRAY) {
    window.at++;
    return;
  }
  for (;;) {
    if (window.peek() < 0) throw truncated(window);
    const end = endInWindow(window, finder);
    record.bytes = window.bytes;
    record.start = window.at;
    record.end = end;
    record.offset = window.offset;
    visit(name, record);
    window.at = end;
    const next = window.peek();
    window.at++;
    if (next === CLOSE_ARRAY) return;
    if (next !== COMMA) {
      window.at--;
      throw unexpected(window, "a comma or the end of the array");
    }
  }
}

/** End of the value at the window's place, which is brought into the window as a whole. */
function endInWindow(window: JsonWindow, finder?: KeyFinder): number {
  for (;;) {
    const end = endOfValue(window.bytes, window.at, window.length, finder);
    // A number that touches the end of the window may go on behind it.
    if (end >= 0 && (end < window.length || window.atEnd)) {
      if (end === window.at) throw unexpected(window, "a value");
      return end;
    }
    if (end === TOO_DEEP) throw new JsonError("json-malformed", "a value is nested too deep", window.offset);
    if (window.length - window.at > MAX_VALUE) {
      throw new JsonError("json-malformed", `a value is larger than ${MAX_VALUE} bytes`, window.offset);
    }
    if (!window.extend()) throw truncated(window);
  }
}

function readKey(window: JsonWindow): string {
  expect(window, QUOTE, "a key in quotes");
  const end = endInWindow(window);
  const text = new TextDecoder().decode(window.bytes.subarray(window.at, end));
  let name: string;
  try {
    name = JSON.parse(text);
  } catch {
    throw unexpected(window, "a key in quotes");
  }
  window.at = end;
  expect(window, COLON, "a colon");
  window.at++;
  if (window.peek() < 0) throw truncated(window);
  return name;
}

/** Passes over a value of any size. */
function skipValue(window: JsonWindow): void {
  const open = window.peek();
  if (open !== OPEN_ARRAY && open !== OPEN_OBJECT) {
    window.at = endInWindow(window);
    return;
  }
  let depth = 0;
  do {
    const byte = window.peek();
    if (byte < 0) throw truncated(window);
    if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) depth++;
    else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth--;
    if (byte === QUOTE) window.at = endInWindow(window);
    else window.at++;
  } while (depth > 0);
}

function expect(window: JsonWindow, byte: number, what: string): void {
  if (window.peek() !== byte) throw unexpected(window, what);
}

function unexpected(window: JsonWindow, wanted: string): JsonError {
  const byte = window.peek();
  if (byte < 0) return truncated(window);
  const there = byte > 0x20 && byte < 0x7f ? `"${String.fromCharCode(byte)}"` : `the byte ${byte}`;
  return new JsonError("json-malformed", `there is ${there} where ${wanted} should be`, window.offset);
}

function truncated(window: JsonWindow): JsonError {
  return new JsonError("json-truncated", "the file ends in the middle", window.offset);
}

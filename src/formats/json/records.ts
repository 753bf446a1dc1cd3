/**
 * Finds the records of a large JSON file without parsing it, as ranges of bytes: the elements of arrays and the members of
 * objects that lie in the root, or of the root itself. What is inside a record is only followed by its brackets and strings; whoever parses it will notice other errors.
 */
import type { RangeReader } from "../../io/range_file.ts";
import { ByteWindow } from "../byte_window.ts";
import { ScanError } from "../scan_error.ts";
import { endOfValue, KeyFinder, TOO_DEEP } from "./value.ts";

/** One record. The object and its bytes are reused for the next one. */
export interface JsonRecord {
  /** Its key, if it is the member of an object. */
  readonly key?: string;
  /** `bytes[start, end)` is the record. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** First byte in the file. */
  readonly offset: number;
  /** Where in `bytes` the values of the wanted keys begin, in their order; -1 for a key that is not there. */
  readonly values: Int32Array;
}

/**
 * What is wanted: for the name of an array in the root object, keys of its records whose values are to be located; with `{}`
 * behind the name it is an object, and its members are the records. `""` stands for the elements of a root that is an array; `"*"` for every other member of the root object, each a record.
 */
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
 * Reads a file from front to back and visits every record that is wanted, whatever the order of the keys.
 *
 * @param file Open file; UTF-8, with or without byte order mark.
 * @param visit Called with the name of the array or object and the record.
 * @throws {ScanError} If the file ends early, or is not one JSON object (or array, if that is wanted), or not in UTF-8: ranges
 * of bytes of another encoding could not be put together.
 */
export function scanRecords(
  file: RangeReader,
  wanted: Wanted,
  visit: (name: string, record: JsonRecord) => void,
): void {
  const window = new ByteWindow(file);
  if (!window.skipMark()) throw new ScanError("label-encoding", "the file is in UTF-16, not in UTF-8", 0);
  if (Object.hasOwn(wanted, "") && window.peek() === OPEN_ARRAY) {
    scanMembers(window, "", wanted[""], visit);
    if (window.peek() >= 0) throw unexpected(window, "the end of the file");
    return;
  }
  expect(window, OPEN_OBJECT, "an object");
  const others = Object.hasOwn(wanted, "*") ? new RecordScanner(window, "*", wanted["*"], visit) : undefined;
  window.at++;
  for (let first = true;; first = false) {
    if (window.peek() === CLOSE_OBJECT && first) break;
    const name = readKey(window);
    const open = window.peek();
    const array = open === OPEN_ARRAY && name !== "" && Object.hasOwn(wanted, name);
    if (array) scanMembers(window, name, wanted[name], visit);
    else if (open === OPEN_OBJECT && Object.hasOwn(wanted, `${name}{}`)) {
      scanMembers(window, name, wanted[`${name}{}`], visit);
    } else if (others) others.scan(name);
    else skipValue(window);
    const next = window.peek();
    if (next === CLOSE_OBJECT) break;
    if (next !== COMMA) throw unexpected(window, "a comma or the end of the object");
    window.at++;
  }
  window.at++;
  if (window.peek() >= 0) throw unexpected(window, "the end of the file");
}

/** Visits the elements of the array, or the members of the object, at the window's place. */
function scanMembers(
  window: ByteWindow,
  name: string,
  keys: readonly string[],
  visit: (name: string, record: JsonRecord) => void,
): void {
  const isArray = window.peek() === OPEN_ARRAY;
  const close = isArray ? CLOSE_ARRAY : CLOSE_OBJECT;
  const records = new RecordScanner(window, name, keys, visit);
  window.at++;
  if (window.peek() === close) {
    window.at++;
    return;
  }
  for (;;) {
    records.scan(isArray ? undefined : readKey(window));
    const next = window.peek();
    window.at++;
    if (next === close) return;
    if (next !== COMMA) {
      window.at--;
      throw unexpected(window, `a comma or the end of the ${isArray ? "array" : "object"}`);
    }
  }
}

/** Visits one value after the other. */
class RecordScanner {
  readonly #finder: KeyFinder;
  readonly #record: { -readonly [key in keyof JsonRecord]: JsonRecord[key] };

  constructor(
    readonly window: ByteWindow,
    readonly name: string,
    keys: readonly string[],
    readonly visit: (name: string, record: JsonRecord) => void,
  ) {
    this.#finder = new KeyFinder(keys);
    const { values } = this.#finder;
    this.#record = { key: undefined, bytes: this.window.bytes, start: 0, end: 0, offset: 0, values };
  }

  /** Visits the value at the window's place. */
  scan(key: string | undefined): void {
    const { window } = this;
    if (window.peek() < 0) throw truncated(window);
    const record = this.#record;
    const end = endInWindow(window, this.#finder);
    record.key = key;
    record.bytes = window.bytes;
    record.start = window.at;
    record.end = end;
    record.offset = window.offset;
    this.visit(this.name, record);
    window.at = end;
  }
}

/** End of the value at the window's place, which is brought into the window as a whole. */
function endInWindow(window: ByteWindow, finder?: KeyFinder): number {
  for (;;) {
    const end = endOfValue(window.bytes, window.at, window.length, finder);
    // A number that touches the end of the window may go on behind it.
    if (end >= 0 && (end < window.length || window.atEnd)) {
      if (end === window.at) throw unexpected(window, "a value");
      return end;
    }
    if (end === TOO_DEEP) throw new ScanError("json-malformed", "a value is nested too deep", window.offset);
    if (window.length - window.at > MAX_VALUE) {
      throw new ScanError("json-malformed", `a value is larger than ${MAX_VALUE} bytes`, window.offset);
    }
    if (!window.extend()) throw truncated(window);
  }
}

function readKey(window: ByteWindow): string {
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
function skipValue(window: ByteWindow): void {
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

function expect(window: ByteWindow, byte: number, what: string): void {
  if (window.peek() !== byte) throw unexpected(window, what);
}

function unexpected(window: ByteWindow, wanted: string): ScanError {
  const byte = window.peek();
  if (byte < 0) return truncated(window);
  const there = byte > 0x20 && byte < 0x7f ? `"${String.fromCharCode(byte)}"` : `the byte ${byte}`;
  return new ScanError("json-malformed", `there is ${there} where ${wanted} should be`, window.offset);
}

function truncated(window: ByteWindow): ScanError {
  return new ScanError("json-truncated", "the file ends in the middle", window.offset);
}

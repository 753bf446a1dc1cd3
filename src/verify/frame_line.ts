import { LineCursor, textBytes } from "../manifest/line_cursor.ts";
import { hexValue, NO_DIGIT } from "./hex.ts";

const INDEX_KEY = textBytes('{"index":');
const OFFSET_KEY = textBytes(',"offset":');
const SIZE_KEY = textBytes(',"size":');
const CRC_KEY = textBytes(',"crc32":"');
const SHA_KEY = textBytes('","sha256":"');
const WIDTH_KEY = textBytes('","width":');
const HEIGHT_KEY = textBytes(',"height":');
const ORIENTATION_KEY = textBytes(',"orientation":');
const CODEC_KEY = textBytes(',"codec":');
const NAME_KEY = textBytes(',"file_name":');
const METHOD_KEY = textBytes(',"method":"deflate","original_size":');
const SPLIT_KEY = textBytes(',"split":');
const LABELS_KEY = textBytes(',"labels":');
const PLACEHOLDER_KEY = textBytes(',"placeholder":true');
const CLOSE = textBytes("}");

/** One frame line of the manifest, read from its bytes; the same object is used for line after line. */
export class FrameLine {
  bytes: Uint8Array = new Uint8Array(0);
  crc32 = 0;
  /** Begin of the 64 digits. */
  shaAt = 0;
  orientation = 0;
  /** Begin and end of the file name's JSON string, without its quotes. */
  nameAt = 0;
  nameEnd = 0;
  /** True if the name has no escapes: its bytes are the name. */
  namePlain = true;
  /** Bytes of the original file if it is deflated, else −1. */
  originalSize = -1;
  /** Begin and end of the split's JSON string with its quotes; both −1 if there is none. */
  splitAt = -1;
  splitEnd = -1;
  /** Byte after the closing brace, if the line is {@link canonical}. */
  end = 0;
  /** True if every byte of the line is as the writer writes it. */
  canonical = false;
  readonly #cursor = new LineCursor();

  /** Reads the line that begins at `start`. */
  read(bytes: Uint8Array, start: number): void {
    const cursor = this.#cursor;
    cursor.reset(bytes, start);
    this.bytes = bytes;
    cursor.integerAfter(INDEX_KEY);
    cursor.integerAfter(OFFSET_KEY);
    cursor.integerAfter(SIZE_KEY);
    cursor.expect(CRC_KEY);
    this.crc32 = this.#hex(8);
    cursor.expect(SHA_KEY);
    this.shaAt = cursor.at;
    this.#hex(64);
    cursor.integerAfter(WIDTH_KEY);
    cursor.integerAfter(HEIGHT_KEY);
    this.orientation = cursor.integerAfter(ORIENTATION_KEY);
    cursor.expect(CODEC_KEY);
    cursor.skipString();
    cursor.expect(NAME_KEY);
    this.nameAt = cursor.at + 1;
    this.namePlain = cursor.skipString();
    this.nameEnd = cursor.at - 1;
    this.originalSize = cursor.takes(METHOD_KEY) ? cursor.integer() : -1;
    this.splitAt = this.splitEnd = -1;
    if (cursor.takes(SPLIT_KEY)) {
      this.splitAt = cursor.at;
      cursor.skipString();
      this.splitEnd = cursor.at;
    }
    // A label path may hold escapes; they mean nothing to the checks, but must be sound.
    const plainLabels = !cursor.takes(LABELS_KEY) || cursor.skipString();
    cursor.takes(PLACEHOLDER_KEY);
    cursor.expect(CLOSE);
    this.end = cursor.at;
    this.canonical = !cursor.bad && plainLabels && this.namePlain &&
      this.orientation >= 1 && this.orientation <= 8;
  }

  /** Reads lower-case hex digits; the value of the last eight. */
  #hex(digits: number): number {
    const cursor = this.#cursor;
    const { bytes, at } = cursor;
    let value = 0, seen = 0;
    for (let i = at; i < at + digits; i++) {
      const digit = hexValue[bytes[i]];
      seen |= digit;
      value = value << 4 | digit;
    }
    if (seen & NO_DIGIT) cursor.bad = true;
    cursor.at = at + digits;
    return value >>> 0;
  }
}

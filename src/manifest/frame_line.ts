import { FixedText, LineCursor } from "./line_cursor.ts";
import { hexValue, NO_DIGIT } from "./hex.ts";

const INDEX_KEY = new FixedText('{"index":');
const OFFSET_KEY = new FixedText(',"offset":');
const SIZE_KEY = new FixedText(',"size":');
const CRC_KEY = new FixedText(',"crc32":"');
const SHA_KEY = new FixedText('","sha256":"');
const WIDTH_KEY = new FixedText('","width":');
const HEIGHT_KEY = new FixedText(',"height":');
const ORIENTATION_KEY = new FixedText(',"orientation":');
const CODEC_KEY = new FixedText(',"codec":');
const NAME_KEY = new FixedText(',"file_name":');
const ID_KEY = new FixedText(',"id":');
const FRAME_KEY = new FixedText(',"frame":');
const REMOVED_KEY = new FixedText(',"removed":');
const ENTRY_KEY = new FixedText(',"entry":');
const JSON_SIZE_KEY = new FixedText(',"json_size":');
const JSON_CRC_KEY = new FixedText(',"json_crc32":"');
const METHOD_KEY = new FixedText(',"method":"deflate","original_size":');
const VIDEO_KEY = new FixedText(',"video":');
const VIDEO_FRAME_KEY = new FixedText(',"video_frame":');
const DECODED_KEY = new FixedText(',"decoded":"');
const SPLIT_KEY = new FixedText(',"split":');
const LABELS_KEY = new FixedText(',"labels":');
const PLACEHOLDER_KEY = new FixedText(',"placeholder":true');
const CLOSE_BRACE = 125;
const QUOTE = 34;
const BACKSLASH = 92;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * File name of a frame line.
 *
 * @param at Begin of its JSON string.
 * @returns UTF-8; a view where the string has no escapes.
 */
export function nameIn(bytes: Uint8Array, at: number): Uint8Array {
  let escaped = false;
  let end = at + 1;
  for (; bytes[end] !== QUOTE && end < bytes.length; end++) {
    if (bytes[end] === BACKSLASH) {
      escaped = true;
      end++;
    }
  }
  if (!escaped) return bytes.subarray(at + 1, end);
  return encoder.encode(JSON.parse(decoder.decode(bytes.subarray(at, end + 1))));
}

/** One frame line of the manifest, read from its bytes; the same object is used for line after line. */
export class FrameLine {
  bytes: Uint8Array = new Uint8Array(0);
  index = 0;
  /** Bytes in the bundle; in a compressed video, of the original file. */
  size = 0;
  crc32 = 0;
  /** Stored size. */
  width = 0;
  height = 0;
  /** Begin and end of the codec's JSON string, without its quotes. */
  codecAt = 0;
  codecEnd = 0;
  /** Place of the key `crc32`, of its comma. */
  crcAt = 0;
  /** Begin of the 64 digits. */
  shaAt = 0;
  orientation = 0;
  /** Begin and end of the file name's JSON string, without its quotes. */
  nameAt = 0;
  nameEnd = 0;
  /** Place of the key `removed`, or where it would stand. */
  removedAt = 0;
  /** First generation without the image; 0 while it is alive. */
  removed = 0;
  /** Begin and end of the entry's name in the bundle, without quotes, which is the file name if the line has no other. */
  entryAt = 0;
  entryEnd = 0;
  /** Bytes and CRC-32 of the `.json` member after the frame; −1 if there is none. */
  jsonSize = -1;
  jsonCrc32 = 0;
  /** Bytes of the original file if it is deflated, else −1. */
  originalSize = -1;
  /** Place of the key `split`, or where it would stand: from there on nothing tells where the frame lies. */
  splitAt = 0;
  /** Begin and end of the JSON strings of split and source of the labels, without quotes; both 0 if there is none. */
  splitBegin = 0;
  splitEnd = 0;
  labelsBegin = 0;
  labelsEnd = 0;
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
    this.index = cursor.integerAfter(INDEX_KEY);
    if (cursor.takes(OFFSET_KEY)) cursor.integer();
    this.size = cursor.integerAfter(SIZE_KEY);
    this.crcAt = cursor.at;
    cursor.expect(CRC_KEY);
    this.crc32 = this.#hex(8);
    cursor.expect(SHA_KEY);
    this.shaAt = cursor.at;
    this.#hex(64);
    this.width = cursor.integerAfter(WIDTH_KEY);
    this.height = cursor.integerAfter(HEIGHT_KEY);
    this.orientation = cursor.integerAfter(ORIENTATION_KEY);
    cursor.expect(CODEC_KEY);
    this.codecAt = cursor.at + 1;
    const codecPlain = cursor.skipString();
    this.codecEnd = cursor.at - 1;
    cursor.expect(NAME_KEY);
    this.nameAt = cursor.at + 1;
    const namePlain = cursor.skipString();
    this.nameEnd = cursor.at - 1;
    if (cursor.takes(ID_KEY)) cursor.integer();
    if (cursor.takes(FRAME_KEY)) cursor.integer();
    this.removedAt = cursor.at;
    this.removed = cursor.takes(REMOVED_KEY) ? cursor.integer() : 0;
    this.entryAt = this.nameAt;
    this.entryEnd = this.nameEnd;
    let entryPlain = true;
    if (cursor.takes(ENTRY_KEY)) {
      this.entryAt = cursor.at + 1;
      entryPlain = cursor.skipString();
      this.entryEnd = cursor.at - 1;
    }
    this.jsonSize = cursor.takes(JSON_SIZE_KEY) ? cursor.integer() : -1;
    if (this.jsonSize >= 0) {
      cursor.expect(JSON_CRC_KEY);
      this.jsonCrc32 = this.#hex(8);
      cursor.expectByte(QUOTE);
    }
    this.originalSize = cursor.takes(METHOD_KEY) ? cursor.integer() : -1;
    if (cursor.takes(VIDEO_KEY)) {
      cursor.integer();
      cursor.integerAfter(VIDEO_FRAME_KEY);
    }
    if (cursor.takes(DECODED_KEY)) {
      this.#hex(8);
      cursor.expectByte(QUOTE);
    }
    // What an escape stands for, and if it is sound, is for JSON.parse to judge.
    this.splitAt = cursor.at;
    this.splitBegin = 0;
    this.splitEnd = 0;
    this.labelsBegin = 0;
    this.labelsEnd = 0;
    let plainSplit = true, plainLabels = true;
    if (cursor.takes(SPLIT_KEY)) {
      this.splitBegin = cursor.at + 1;
      plainSplit = cursor.skipString();
      this.splitEnd = cursor.at - 1;
    }
    if (cursor.takes(LABELS_KEY)) {
      this.labelsBegin = cursor.at + 1;
      plainLabels = cursor.skipString();
      this.labelsEnd = cursor.at - 1;
    }
    cursor.takes(PLACEHOLDER_KEY);
    cursor.expectByte(CLOSE_BRACE);
    this.end = cursor.at;
    this.canonical = !cursor.bad && codecPlain && plainSplit && plainLabels && namePlain &&
      entryPlain && this.orientation >= 1 && this.orientation <= 8;
  }

  /** File name, UTF-8; valid as long as the bytes of the line are, and not to be changed. */
  name(): Uint8Array {
    return nameIn(this.bytes, this.nameAt - 1);
  }

  /** Codec. */
  codec(): string {
    return this.#text(this.codecAt, this.codecEnd);
  }

  /** Split; undefined if there is none. */
  split(): string | undefined {
    return this.splitEnd === 0 ? undefined : this.#text(this.splitBegin, this.splitEnd);
  }

  /** Text of a JSON string of which the quotes are not given. */
  #text(start: number, end: number): string {
    return JSON.parse(decoder.decode(this.bytes.subarray(start - 1, end + 1)));
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

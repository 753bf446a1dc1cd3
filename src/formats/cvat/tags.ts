/**
 * Finds the tags of an XML document in its bytes, without making a string of anything that is not asked for: CVAT writes
 * everything into the attributes of tags, in files of gigabytes.
 */
import { Buffer } from "node:buffer";
import { decodeText } from "../text.ts";

const BANG = 0x21;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const SLASH = 0x2f;
const LESS = 0x3c;
const EQUALS = 0x3d;
const GREATER = 0x3e;
const QUESTION = 0x3f;

/** What {@link nextTag} returns if the bytes end before the tag does: it begins at {@link XmlTag.start}. */
export const CUT = -1;
/** … and if there is no further tag. */
export const NO_TAG = -2;
/** … and if this is no XML; {@link XmlTag.start} tells the place. */
export const MALFORMED = -3;
/** … and if the document declares a DOCTYPE. */
export const DOCTYPE = -4;

/** Ends what stands between the brackets of a tag outside quotes, or begins quotes. */
const IN_TAG = new Uint8Array(256);
for (const char of "\"'<>") IN_TAG[char.charCodeAt(0)] = 1;

/** A tag as positions in bytes; reused for the next one. */
export class XmlTag {
  bytes: Uint8Array = new Uint8Array(0);
  /** `bytes[start, end)` is the tag with its brackets. */
  start = 0;
  end = 0;
  isClose = false;
  /** True for `<a/>`. */
  isEmpty = false;
  nameStart = 0;
  nameEnd = 0;

  /** True if it has this name, which is ASCII. */
  is(name: string): boolean {
    if (this.nameEnd - this.nameStart !== name.length) return false;
    for (let i = 0; i < name.length; i++) {
      if (this.bytes[this.nameStart + i] !== name.charCodeAt(i)) return false;
    }
    return true;
  }

  get name(): string {
    return textIn(this.bytes, this.nameStart, this.nameEnd);
  }

  /** Value of an attribute, its entities resolved; undefined if it is not there. */
  attribute(name: string): string | undefined {
    const { bytes } = this;
    const last = this.end - (this.isEmpty ? 2 : 1);
    for (let at = this.nameEnd; at < last;) {
      while (at < last && bytes[at] <= 0x20) at++;
      const start = at;
      while (at < last && bytes[at] !== EQUALS && bytes[at] > 0x20) at++;
      const nameEnd = at;
      while (at < last && bytes[at] !== QUOTE && bytes[at] !== APOSTROPHE) at++;
      const quote = bytes[at];
      const value = ++at;
      while (at < last && bytes[at] !== quote) at++;
      if (at >= last) return undefined;
      if (nameEnd - start === name.length && matches(bytes, start, name)) {
        return resolved(textIn(bytes, value, at));
      }
      at++;
    }
    return undefined;
  }
}

/**
 * Finds the next tag at or behind `from`. Comments, CDATA and processing instructions are passed over.
 *
 * @param end End of the bytes.
 * @param tag Takes the result.
 * @returns Position behind the tag; {@link CUT}, {@link NO_TAG}, {@link MALFORMED} or {@link DOCTYPE}.
 */
export function nextTag(bytes: Uint8Array, from: number, end: number, tag: XmlTag): number {
  tag.bytes = bytes;
  for (let at = from;;) {
    while (at < end && bytes[at] !== LESS) at++;
    tag.start = at;
    if (at >= end) return NO_TAG;
    if (at + 1 >= end) return CUT;
    const first = bytes[at + 1];
    if (first === BANG || first === QUESTION) {
      at = behindOther(bytes, at, end);
      if (at < 0) return at;
      continue;
    }
    tag.isClose = first === SLASH;
    let i = at + (tag.isClose ? 2 : 1);
    tag.nameStart = i;
    while (i < end && bytes[i] > 0x20 && bytes[i] !== GREATER && bytes[i] !== SLASH) i++;
    tag.nameEnd = i;
    for (;;) {
      while (i < end && IN_TAG[bytes[i]] === 0) i++;
      if (i >= end) return CUT;
      const byte = bytes[i];
      if (byte === GREATER) break;
      if (byte === LESS) return MALFORMED;
      for (i++; i < end && bytes[i] !== byte; i++) if (bytes[i] === LESS) return MALFORMED;
      if (i >= end) return CUT;
      i++;
    }
    if (tag.nameEnd === tag.nameStart) return MALFORMED;
    tag.end = i + 1;
    tag.isEmpty = !tag.isClose && bytes[i - 1] === SLASH;
    return tag.end;
  }
}

/** Position behind the comment, CDATA section or processing instruction that begins at `at`. */
function behindOther(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at + 1] === QUESTION) return behind(bytes, at + 2, end, "?>");
  for (const [open, close] of [["<!--", "-->"], ["<![CDATA[", "]]>"]]) {
    const length = Math.min(open.length, end - at);
    if (!matches(bytes, at, open.slice(0, length))) continue;
    return length < open.length ? CUT : behind(bytes, at + length, end, close);
  }
  return DOCTYPE;
}

function behind(bytes: Uint8Array, from: number, end: number, mark: string): number {
  for (let at = from; at + mark.length <= end; at++) {
    if (matches(bytes, at, mark)) return at + mark.length;
  }
  return CUT;
}

function matches(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/**
 * Text between two tags, its entities and CDATA sections resolved, trimmed.
 *
 * @param start Behind the opening tag.
 * @param end Before the closing one.
 */
export function contentOf(bytes: Uint8Array, start: number, end: number): string {
  const text = textIn(bytes, start, end);
  if (!text.includes("<")) return resolved(text).trim();
  return text.split(/(<!--.*?-->|<!\[CDATA\[.*?\]\]>)/s).map((part) =>
    part.startsWith("<![CDATA[") ? part.slice(9, -3) : part.startsWith("<!--") ? "" : resolved(part)
  ).join("").trim();
}

function textIn(bytes: Uint8Array, start: number, end: number): string {
  for (let i = start; i < end; i++) {
    if (bytes[i] >= 0x80) return decodeText(bytes.subarray(start, end)).text;
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1");
}

const ENTITIES = new Map([["lt", "<"], ["gt", ">"], ["amp", "&"], ["quot", '"'], ["apos", "'"]]);

/** Exchanges the five entities of XML and numbers of characters; others are not expanded. */
function resolved(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (all, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES.get(name) ?? all;
    const code = decimal !== undefined ? Number(decimal) : parseInt(hex, 16);
    return code > 0x10ffff || code === 0 ? all : String.fromCodePoint(code);
  });
}

/**
 * Finds the tags of an XML document in its bytes, without making a string of anything that is not asked for: CVAT writes
 * everything into the attributes of tags, in files of gigabytes.
 */
import { Buffer, isUtf8 } from "node:buffer";
import { decodeText } from "../text.ts";
import { decimalAt } from "./decimal.ts";

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

/** Four positions for each attribute: its name, and its value without the quotes. */
const POSITIONS = 4;

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
  /** Where the attributes of the tag that begins at {@link XmlTag.#indexed} are. */
  readonly #attributes: number[] = [];
  #indexed = -1;
  /** Values of attributes that were asked for last, by name. */
  readonly #before = new Map<string, string>();

  /** To be called when the bytes, or the tag, have become others. */
  forget(): void {
    this.#indexed = -1;
  }

  /** True if it has this name, which is ASCII. */
  is(name: string): boolean {
    return isText(this.bytes, this.nameStart, this.nameEnd, name);
  }

  get name(): string {
    return textIn(this.bytes, this.nameStart, this.nameEnd);
  }

  /** Value of an attribute, its entities resolved; undefined if it is not there. */
  attribute(name: string): string | undefined {
    const at = this.#find(name);
    if (at < 0) return undefined;
    const [start, end] = [this.#attributes[at], this.#attributes[at + 1]];
    // Most say the same as in the tag before.
    const before = this.#before.get(name);
    if (before !== undefined && isText(this.bytes, start, end, before)) return before;
    const written = textIn(this.bytes, start, end);
    const value = resolved(written);
    if (value === written) this.#before.set(name, value);
    return value;
  }

  /** True if the attribute has exactly this value, which is ASCII. */
  has(name: string, value: string): boolean {
    const at = this.#find(name);
    return at >= 0 && isText(this.bytes, this.#attributes[at], this.#attributes[at + 1], value);
  }

  /** Number that an attribute holds; NaN if it is none, undefined if it is not there. */
  number(name: string): number | undefined {
    const at = this.#find(name);
    return at < 0 ? undefined : decimalAt(this.bytes, this.#attributes[at], this.#attributes[at + 1]);
  }

  /** Where the value of an attribute begins and ends in the bytes, as it is written; undefined if it is not there. */
  range(name: string): [start: number, end: number] | undefined {
    const at = this.#find(name);
    return at < 0 ? undefined : [this.#attributes[at], this.#attributes[at + 1]];
  }

  /** Place of the positions of an attribute's value, or -1. */
  #find(name: string): number {
    const attributes = this.#attributes;
    if (this.#indexed !== this.start) this.#index();
    for (let i = 0; i < attributes.length; i += POSITIONS) {
      if (isText(this.bytes, attributes[i], attributes[i + 1], name)) return i + 2;
    }
    return -1;
  }

  #index(): void {
    const { bytes } = this;
    const attributes = this.#attributes;
    attributes.length = 0;
    this.#indexed = this.start;
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
      if (at >= last) return;
      attributes.push(start, nameEnd, value, at);
      at++;
    }
  }
}

function isText(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false;
  return true;
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
  tag.forget();
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
  if (end - start > SHORT) {
    const part = bytes.subarray(start, end);
    return isUtf8(part)
      ? Buffer.from(part.buffer, part.byteOffset, part.length).toString("utf8")
      : decodeText(part).text;
  }
  // A call into the runtime takes longer than a few characters do.
  let text = "";
  for (let i = start; i < end; i++) {
    if (bytes[i] >= 0x80) return decodeText(bytes.subarray(start, end)).text;
    text += ASCII[bytes[i]];
  }
  return text;
}

/** Characters that are put together one by one at the most. */
const SHORT = 48;
const ASCII = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));

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

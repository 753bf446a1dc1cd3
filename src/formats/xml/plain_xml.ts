/**
 * Reads the plain XML that VOC files are made of, several times as fast as a parser of the whole language could. What it
 * takes for plain means the same to every XML parser; all else is left to one.
 */
import type { XmlElement } from "./element.ts";
import { knownName, nextHash } from "./names.ts";

const QUOTE = 0x22;
const SLASH = 0x2f;
const LESS = 0x3c;
const EQUALS = 0x3d;
const GREATER = 0x3e;
const DECLARATION = /^<\?xml version="1\.0"(?: encoding="[A-Za-z][\w.-]*")? ?\?>/;

/** Units that end plain text: the next tag, entities, the `]]>` that may not stand in text, what is not allowed, not ASCII. */
const ENDS_TEXT = new Uint8Array(256);
ENDS_TEXT.fill(1, 0, 0x20);
ENDS_TEXT.fill(1, 0x80);
for (const blank of "\t\n\r") ENDS_TEXT[blank.charCodeAt(0)] = 0;
for (const char of "<&]") ENDS_TEXT[char.charCodeAt(0)] = 1;

/** What stands in the units for a character of text that is not ASCII. */
export const OTHER = 0x7f;

/** Characters of plain names: 2 may come first, 1 not. Undefined behind the end of the text, so to be compared with >. */
const NAME = new Uint8Array(256);
for (const char of "0123456789-.") NAME[char.charCodeAt(0)] = 1;
for (const char of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_") NAME[char.charCodeAt(0)] = 2;

/**
 * Reads an XML document.
 *
 * @param text Without byte order mark.
 * @param units The UTF-16 units of the text, those that are not ASCII exchanged for {@link OTHER}.
 * @returns The root element; undefined if the document is not plain, be it well-formed or not.
 */
export function readPlainXml(text: string, units: Uint8Array): XmlElement | undefined {
  const length = units.length;
  const parents: XmlElement[] = [];
  let current: XmlElement | undefined;
  let at = 0;
  if (text.startsWith("<?")) {
    const match = DECLARATION.exec(text);
    if (!match) return undefined;
    at = match[0].length;
  }
  at = skipBlank(units, at);
  if (units[at] !== LESS) return undefined;
  for (;;) {
    while (ENDS_TEXT[units[at]] === 0) at++;
    if (units[at] !== LESS) return undefined;
    const tag = at;
    let i = tag + 1;
    if (units[i] === SLASH) {
      if (!current) return undefined;
      const { name } = current;
      i++;
      for (let k = 0; k < name.length; k++, i++) if (units[i] !== name.charCodeAt(k)) return undefined;
      if (units[i] !== GREATER) return undefined;
      if (!current.children) {
        current.start = current.offset;
        current.end = tag;
      }
      at = i + 1;
      const parent = parents.pop();
      if (!parent) return skipBlank(units, at) === length ? current : undefined;
      current = parent;
      continue;
    }
    if (NAME[units[i]] !== 2) return undefined;
    let hash = 0;
    for (; NAME[units[i]] > 0; i++) hash = nextHash(hash, units[i]);
    const name = knownName(units, tag + 1, i, hash) ?? text.slice(tag + 1, i);
    if (units[i] !== GREATER && units[i] !== SLASH) {
      i = skipAttribute(units, i);
      if (i < 0) return undefined;
    }
    const closed = units[i] === SLASH;
    if (closed) i++;
    if (units[i] !== GREATER) return undefined;
    at = i + 1;
    const element: XmlElement = { name, offset: at, children: undefined, start: 0, end: 0 };
    if (current) {
      if (current.children) current.children.push(element);
      else current.children = [element];
    }
    if (!closed) {
      if (current) parents.push(current);
      current = element;
    } else if (!current) {
      return skipBlank(units, at) === length ? element : undefined;
    }
  }
}

/** Position of the first unit that is not blank. */
function skipBlank(units: Uint8Array, at: number): number {
  while (units[at] === 0x20 || units[at] === 0x0a || units[at] === 0x0d || units[at] === 0x09) at++;
  return at;
}

/**
 * Passes over one attribute: a second could have the same name, which has to be refused.
 *
 * @returns Position behind it and blanks, or -1 if it is not plain.
 */
function skipAttribute(units: Uint8Array, at: number): number {
  let i = skipBlank(units, at);
  if (i === at) return -1;
  if (units[i] === GREATER || units[i] === SLASH) return i;
  if (NAME[units[i]] !== 2) return -1;
  while (NAME[units[i]] > 0) i++;
  if (units[i] !== EQUALS || units[i + 1] !== QUOTE) return -1;
  i += 2;
  while (ENDS_TEXT[units[i]] === 0 && units[i] !== QUOTE) i++;
  return units[i] === QUOTE ? skipBlank(units, i + 1) : -1;
}

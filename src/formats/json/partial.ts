import { decodeText } from "../text.ts";

/** What cannot be read any further. */
const CUT = Symbol();
/** Deeper values are not looked at. */
const DEEPEST = 100;

/**
 * Parses the beginning of a JSON document as far as it goes: what is cut off at the end, or damaged, is left out, and what
 * contains it is closed there. For telling formats apart by what the first kilobytes hold.
 *
 * @returns Undefined if not even the first value begins.
 */
export function partialJson(bytes: Uint8Array): unknown {
  const value = new Parser(decodeText(bytes).text).value(0);
  return value === CUT ? undefined : value;
}

class Parser {
  #at = 0;
  /** True from the place on where nothing more can be read. */
  #ended = false;

  constructor(readonly text: string) {}

  value(depth: number): unknown {
    const char = this.#next();
    if (depth > DEEPEST) return CUT;
    if (char === "{") return this.#object(depth);
    if (char === "[") return this.#array(depth);
    if (char === '"') return this.#string();
    const word = /[-+.\w]+/y;
    word.lastIndex = this.#at;
    const match = word.exec(this.text)?.[0];
    if (match === undefined || this.#at + match.length === this.text.length) return CUT;
    this.#at += match.length;
    if (match === "true" || match === "false") return match === "true";
    if (match === "null") return null;
    const number = Number(match);
    return Number.isNaN(number) && match !== "NaN" ? CUT : number;
  }

  #object(depth: number): Record<string, unknown> {
    const object: Record<string, unknown> = Object.create(null);
    this.#at++;
    while (!this.#ended) {
      if (this.#next() !== '"') break;
      const key = this.#string();
      if (typeof key !== "string" || this.#next() !== ":") return this.#cut(object);
      this.#at++;
      const value = this.value(depth + 1);
      if (value === CUT) return this.#cut(object);
      object[key] = value;
      if (this.#ended || this.#next() !== ",") break;
      this.#at++;
    }
    return this.#close(object, "}");
  }

  #array(depth: number): unknown[] {
    const array: unknown[] = [];
    this.#at++;
    while (!this.#ended) {
      if (this.#next() === "]") break;
      const value = this.value(depth + 1);
      if (value === CUT) return this.#cut(array);
      array.push(value);
      if (this.#ended || this.#next() !== ",") break;
      this.#at++;
    }
    return this.#close(array, "]");
  }

  #string(): unknown {
    const string = /"(?:[^"\\]|\\.)*"/sy;
    string.lastIndex = this.#at;
    const match = string.exec(this.text)?.[0];
    if (match === undefined) return CUT;
    this.#at += match.length;
    try {
      return JSON.parse(match);
    } catch {
      return match.slice(1, -1);
    }
  }

  #close<T>(value: T, bracket: string): T {
    if (this.#ended || this.#next() !== bracket) return this.#cut(value);
    this.#at++;
    return value;
  }

  #cut<T>(value: T): T {
    this.#ended = true;
    return value;
  }

  /** The next character that is no blank, which becomes the place; undefined at the end. */
  #next(): string | undefined {
    while (this.#at < this.text.length && this.text.charCodeAt(this.#at) <= 0x20) this.#at++;
    return this.text[this.#at];
  }
}

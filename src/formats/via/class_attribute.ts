import { asObject } from "../json/loose.ts";
import { type Json, textOf } from "../json/label_reader.ts";

/** The class of objects for which nothing tells one. */
export const UNNAMED = "object";

/** Names of attributes that say what an object is, the surest first. */
const NAMES = ["class", "label", "type", "name", "category", "object"];
/** An attribute with more values than this is a free text. */
const MOST_VALUES = 200;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;

/**
 * Finds out which attribute of the regions is their class, as VIA has no fixed one: the only one, else one that is called so,
 * else the one with the most different words (FORMATS §10). It sees all regions before it is asked.
 */
export class ClassAttribute {
  readonly #values = new Map<string, Set<string>>();

  /** Takes note of the attributes of a region. */
  add(attributes: Json): void {
    for (const [name, value] of Object.entries(attributes)) {
      for (const word of wordsOf(value)) {
        let words = this.#values.get(name);
        if (!words) this.#values.set(name, words = new Set());
        if (words.size <= MOST_VALUES) words.add(word);
      }
    }
  }

  /** Attributes that have a value in some region. */
  get names(): string[] {
    return [...this.#values.keys()];
  }

  /** Name of the attribute; undefined if there is none, or none fits. */
  choose(): string | undefined {
    const names = this.names;
    if (names.length === 1) return names[0];
    for (const wanted of NAMES) {
      const named = names.find((name) => name.trim().toLowerCase() === wanted);
      if (named !== undefined) return named;
    }
    let best: string | undefined;
    let most = 0;
    for (const [name, words] of this.#values) {
      const count = [...words].filter((word) => !NUMBER.test(word)).length;
      if (words.size > MOST_VALUES || count <= most) continue;
      best = name;
      most = count;
    }
    return best;
  }
}

/** What an attribute says: its text, or the options of a checkbox that are ticked. */
export function wordsOf(value: unknown): string[] {
  const options = asObject(value);
  const words = options ? Object.keys(options).filter((option) => options[option] === true) : [textOf(value)];
  return words.map((word) => word.trim()).filter((word) => word !== "");
}

/** The attribute as it is kept: ticked options as a list. */
export function plainValue(value: unknown): unknown {
  return asObject(value) ? wordsOf(value) : value === "" ? undefined : value;
}

import { Buffer } from "node:buffer";
import { asObject, parseLoose, textOfRange } from "../json/loose.ts";
import { endOfValue } from "../json/value.ts";

const MAP = Buffer.from('-map"');
const COLON = 0x3a;

/** Classes of all lines: each line only has those of its own image, so they are gathered without parsing the lines. */
export class ClassMaps {
  /** Texts that were parsed; most lines have the same. */
  readonly #seen = new Set<string>();
  readonly #names = new Map<string, number>();

  /** Looks for `class-map` and `internal-color-map` in a line. */
  look(line: Buffer): void {
    for (let at = line.indexOf(MAP); at >= 0; at = line.indexOf(MAP, at + 1)) {
      let start = at + MAP.length;
      while (line[start] <= 0x20 || line[start] === COLON) start++;
      const end = endOfValue(line, start, line.length);
      if (end < 0) continue;
      const text = textOfRange(line, start, end);
      if (this.#seen.has(text)) continue;
      this.#seen.add(text);
      for (const [id, value] of Object.entries(asObject(parseLoose(text)?.value) ?? {})) {
        const name = typeof value === "string" ? value : asObject(value)?.["class-name"];
        if (typeof name !== "string" || !/^\d+$/.test(id) || isBackground(name)) continue;
        if (!this.#names.has(name.trim())) this.#names.set(name.trim(), Number(id));
      }
    }
  }

  /** In the order of their numbers. */
  names(): string[] {
    return [...this.#names].sort(([, a], [, b]) => a - b).map(([name]) => name);
  }
}

/** What Ground Truth calls the pixels that nobody painted. */
export function isBackground(name: string): boolean {
  return name.trim().toUpperCase() === "BACKGROUND";
}

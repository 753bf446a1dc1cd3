import { asObject } from "../json/loose.ts";
import type { Json } from "../json/label_reader.ts";

/** A region of an image, or something said of the whole image. */
export interface Region {
  /** Undefined for an entry without. */
  readonly id: string | undefined;
  readonly parent: string | undefined;
  /** Value that holds where it is; undefined if nothing does. */
  readonly place: Json | undefined;
  /** Entry that holds it. */
  readonly entry: Json;
  readonly labels: readonly string[];
  /** What was answered about it, by the name of the question. */
  readonly answers: readonly (readonly [string, unknown])[];
  /** Place of its first entry among those of the image, from 1. */
  readonly line: number;
}

/** Keys of a value that say where something is. */
const PLACES = ["points", "radiusX", "rle", "imageDataURL", "width", "vertices"];

/**
 * Puts the entries of a `result` together that belong to one region: they have the same id (FORMATS §9).
 *
 * @param entries Objects; their places in the list count as lines.
 */
export function regionsOf(entries: readonly Json[]): Region[] {
  const groups = new Map<string | number, { entries: Json[]; line: number }>();
  entries.forEach((entry, i) => {
    // What has no id belongs to nothing else.
    const key = typeof entry.id === "string" ? entry.id : i;
    const group = groups.get(key);
    if (group) group.entries.push(entry);
    else groups.set(key, { entries: [entry], line: i + 1 });
  });
  return [...groups.values()].map(({ entries, line }) => regionOf(entries, line));
}

function regionOf(entries: readonly Json[], line: number): Region {
  let placed: Json | undefined;
  let parent: string | undefined;
  const labels: string[] = [];
  const answers = new Map<string, unknown>();
  for (const entry of entries) {
    const value = asObject(entry.value) ?? {};
    if (!placed && PLACES.some((key) => Object.hasOwn(value, key))) placed = entry;
    if (typeof entry.parentID === "string") parent ??= entry.parentID;
    const type = typeof entry.type === "string" ? entry.type : "";
    const found = labelsOf(type, value);
    if (found) labels.push(...found);
    else {
      const answer = answerOf(type, value);
      if (answer !== undefined) {
        answers.set(typeof entry.from_name === "string" ? entry.from_name : type, answer);
      }
    }
  }
  const first = entries[0];
  return {
    id: typeof first.id === "string" ? first.id : undefined,
    parent,
    place: placed && asObject(placed.value),
    entry: placed ?? first,
    labels: [...new Set(labels)],
    answers: [...answers],
    line,
  };
}

/** Labels of a value; undefined if it has none. The key is the type; without one, any key that ends like it. */
function labelsOf(type: string, value: Json): string[] | undefined {
  const key = Object.hasOwn(value, type) ? type : Object.keys(value).find((each) => /labels$/.test(each));
  if (key === undefined || !/labels$/.test(key) || !Array.isArray(value[key])) return undefined;
  return value[key].filter((label) => typeof label === "string");
}

/** The answer of a choice, text or number; undefined if the value has none. */
function answerOf(type: string, value: Json): unknown {
  const key = type === "textarea" ? "text" : type;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

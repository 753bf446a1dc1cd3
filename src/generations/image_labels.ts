import type { Annotations } from "../coco/annotations.ts";
import { PackError } from "../model/issue.ts";

/** Where the labels of an image are; the first that is set counts, and `before` says what they are compared with. */
export interface LabelPlace {
  /** Frame of the incoming set. */
  readonly incoming?: number;
  /** Position in the annotation file with new labels. */
  readonly relabelled?: number;
  /** Position in the generation that is brought back. */
  readonly past?: number;
  /** Position in the current generation, if the image is in it. */
  readonly before?: number;
}

const ANNOTATION = /^\{"id":(\d+),"image_id":(\d+),"category_id":(\d+)(,.*)$/s;
/** Keys of an image record that tell what it is and where it lies, in their order; all others are its labels. */
const PLACE = ["id", "width", "height", "file_name", "frame", "offset", "size", "method", "split"] as const;

/** An image record of the annotation file. */
export type ImageRecord = Record<string, unknown> & { category_ids?: number[] };

/** Annotations that are to be read: those of the current generation, of the incoming set, … */
export type Texts = Pick<Annotations, "imageText" | "textsOf" | "categoryTexts">;

/** What becomes of the annotations of one image. */
export interface Outcome {
  /** Its records in the order of their ids. */
  readonly records: string[];
  /** Records that are gone. */
  readonly gone: string[];
  /** Ids of those that had been gone and are back. */
  readonly restored: number[];
  /** How many are new. */
  readonly fresh: number;
}

/** The labels that images have in the next generation, told by where they come from. */
export class ImageLabels {
  /** Category records of the next generation, in the order of their ids. */
  readonly categories: string[];
  readonly #now: Texts | undefined;
  readonly #incoming: Texts | undefined;
  readonly #relabelled: Texts | undefined;
  readonly #past: Texts | undefined;
  readonly #incomingIds: ReadonlyMap<number, number>;
  readonly #relabelledIds: ReadonlyMap<number, number>;

  /**
   * Joins classes by name: those that were there keep their ids, new ones follow in the order of the sets.
   *
   * @param first Id of the first category.
   */
  constructor(
    { now, incoming, relabelled, past }: { now?: Texts; incoming?: Texts; relabelled?: Texts; past?: Texts },
    first: number,
  ) {
    this.#now = now;
    this.#incoming = incoming;
    this.#relabelled = relabelled;
    this.#past = past;
    this.categories = now?.categoryTexts() ?? [];
    past?.categoryTexts().forEach((text, i) => this.categories[i] = text);
    this.#incomingIds = joinCategories(this.categories, incoming, first);
    this.#relabelledIds = joinCategories(this.categories, relabelled, first);
  }

  /** The image record with the labels that an image has, whatever its other keys say. */
  image({ incoming, relabelled, past, before }: LabelPlace): ImageRecord {
    if (incoming !== undefined) return imageOf(this.#incoming!, incoming, this.#incomingIds);
    if (relabelled !== undefined) return imageOf(this.#relabelled!, relabelled, this.#relabelledIds);
    if (past !== undefined) return imageOf(this.#past!, past);
    return imageOf(this.#now!, before!);
  }

  /**
   * The annotations of an image. Those that are as before keep their ids.
   *
   * @param id Image id.
   * @param next Gives ids to annotations that are new.
   */
  annotations(place: LabelPlace, id: number, next: { annotation: number }): Outcome {
    const old = place.before === undefined ? [] : this.#now!.textsOf(place.before);
    if (place.incoming !== undefined) {
      return matched(old, this.#incoming!.textsOf(place.incoming), this.#incomingIds, id, next);
    }
    if (place.relabelled !== undefined) {
      return matched(old, this.#relabelled!.textsOf(place.relabelled), this.#relabelledIds, id, next);
    }
    if (place.past !== undefined) return broughtBack(old, this.#past!.textsOf(place.past));
    return { records: old, gone: [], restored: [], fresh: 0 };
  }
}

/** An image record with its keys in order: place, split, labels, `category_ids` last. */
export function imageText(place: ImageRecord, labels: ImageRecord): string {
  const record: ImageRecord = {};
  for (const key of PLACE) if (place[key] !== undefined && place[key] !== null) record[key] = place[key];
  return JSON.stringify({ ...record, ...labelsOf(labels) });
}

/** What an image record says of the image as a whole, as text to compare. */
export const labelText = (record: ImageRecord): string => JSON.stringify(labelsOf(record));

function labelsOf({ category_ids, ...record }: ImageRecord): ImageRecord {
  for (const key of PLACE) delete record[key];
  return category_ids ? { ...record, category_ids } : record;
}

function imageOf(texts: Texts, position: number, ids?: ReadonlyMap<number, number>): ImageRecord {
  const record: ImageRecord = JSON.parse(texts.imageText(position));
  if (!ids || !record.category_ids) return record;
  return { ...record, category_ids: record.category_ids.map((id) => mapped(ids, id)) };
}

/** Adds the categories of a set to those there are, by name; returns their ids by the ids they have there. */
function joinCategories(categories: string[], texts: Texts | undefined, first: number): Map<number, number> {
  const ids = new Map<number, number>();
  if (!texts) return ids;
  const places = new Map(categories.map((text, i) => [JSON.parse(text).name as string, i]));
  for (const text of texts.categoryTexts()) {
    const { id, ...category } = JSON.parse(text);
    const place = places.get(category.name) ?? categories.length;
    ids.set(id, place + first);
    // What the newer set says of a class counts.
    categories[place] = JSON.stringify({ id: place + first, ...category });
    places.set(category.name, place);
  }
  return ids;
}

/** Matches new annotations with old ones: an old one that is the same but for its id stays, the others are gone. */
function matched(
  old: string[],
  wanted: string[],
  ids: ReadonlyMap<number, number>,
  image: number,
  next: { annotation: number },
): Outcome {
  const same = new Map<string, string[]>();
  for (const text of old) {
    const [, , , category, rest] = parts(text);
    const key = category + rest;
    const known = same.get(key);
    if (known) known.push(text);
    else same.set(key, [text]);
  }
  const kept = new Set<string>();
  const fresh: string[] = [];
  for (const text of wanted) {
    const [, , , category, rest] = parts(text);
    const key = mapped(ids, Number(category)) + rest;
    const found = same.get(key)?.shift();
    if (found !== undefined) kept.add(found);
    else fresh.push(`{"id":${next.annotation++},"image_id":${image},"category_id":${key}`);
  }
  const gone = old.filter((text) => !kept.has(text));
  return {
    records: [...old.filter((text) => kept.has(text)), ...fresh],
    gone,
    restored: [],
    fresh: fresh.length,
  };
}

/** The annotations of an earlier generation in the place of those of the current one; both in the order of their ids. */
function broughtBack(old: string[], wanted: string[]): Outcome {
  const now = new Set(old.map(idOf)), then = new Set(wanted.map(idOf));
  return {
    records: wanted,
    gone: old.filter((text) => !then.has(idOf(text))),
    restored: wanted.map(idOf).filter((id) => !now.has(id)),
    fresh: 0,
  };
}

/** Id of an annotation record. */
export const idOf = (text: string): number => Number(parts(text)[1]);

function parts(text: string): RegExpExecArray {
  const found = ANNOTATION.exec(text);
  if (found) return found;
  throw new PackError(
    `An annotation record does not begin as it should: ${text.slice(0, 80)}`,
    "Run verify, then fetch or pack the set again.",
    4,
  );
}

function mapped(ids: ReadonlyMap<number, number>, id: number): number {
  const found = ids.get(id);
  if (found !== undefined) return found;
  throw new PackError(
    `An annotation names the category ${id}, which its file does not have.`,
    "Run verify, then fetch or pack the set again.",
    4,
  );
}

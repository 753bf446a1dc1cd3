import { basename, resolve } from "node:path";
import { PackError } from "../model/issue.ts";
import { isSafePath } from "../model/safe_path.ts";
import { compareBytes } from "../tree/byte_order.ts";
import type { Composition, Place, Renumbering } from "./composition.ts";
import type { MergeOptions, MergeReport } from "./options.ts";
import { refuseOutput, SetMaker } from "./publish_set.ts";
import { openSource, type Source } from "./source.ts";
import { RecordReader } from "./write_set.ts";

/** So many can be open, and numbered, at once. */
const MOST_SETS = 1000;
const encoder = new TextEncoder();

/**
 * Makes one set of several by copying their images. Classes are joined by name; ids are dealt out anew, and the frames are
 * sorted by name as `pack` sorts them.
 *
 * @param sets Folders of the sets; what the first says counts where they contradict each other.
 * @param output Folder of the new set.
 * @throws {PackError} If a set cannot be read or copied, `output` holds one already, or the work fails: nothing is published.
 */
export async function merge(
  sets: readonly string[],
  output: string,
  options: MergeOptions = {},
): Promise<MergeReport> {
  if (sets.length < 2) throw new PackError("Give at least two sets to merge.", undefined, 2);
  if (sets.length > MOST_SETS) {
    throw new PackError(`${sets.length} sets are too many at once.`, `Merge ${MOST_SETS} at a time.`, 2);
  }
  const target = resolve(output);
  refuseOutput(target, sets, options.overwrite);
  const maker = new SetMaker(options);
  const sources: Source[] = [];
  return await maker.carryOut("Interrupted: nothing was published.", async () => {
    try {
      for (const dir of sets) sources.push(openSource(dir));
      const { composition, ...found } = mergePlan(sources, options);
      maker.total = bytesOf(composition);
      await maker.prepare(target, () => composition);
      const [report] = maker.commit();
      return { ...report, ...found };
    } finally {
      for (const source of sources) source.close();
    }
  });
}

/** Bytes of the images of a set. */
export function bytesOf({ sources, source, position }: Composition): number {
  let bytes = 0;
  for (let i = 0; i < source.length; i++) bytes += sources[source[i]].index.sizes[position[i]];
  return bytes;
}

function mergePlan(sources: readonly Source[], options: MergeOptions) {
  const all = new Images(sources);
  const renamed = all.joinNames(sources);
  const duplicates = all.joinTwins(options.dedupe ?? false);
  const chosen = all.order.filter((image) => all.home[image] < 0);
  const frameOf = new Uint32Array(all.names.length);
  const joined = new Map<number, Place[]>();
  const names = new Map<number, string>();
  chosen.forEach((image, frame) => {
    frameOf[image] = frame;
    if (all.others.has(image)) names.set(frame, all.names[image]);
  });
  for (const image of all.order) {
    if (all.home[image] < 0) continue;
    const frame = frameOf[all.homeOf(image)];
    const place = { source: all.source[image], position: all.position[image] };
    const others = joined.get(frame);
    if (others) others.push(place);
    else joined.set(frame, [place]);
  }
  const withLabels = sources.filter(({ coco }) => coco);
  const first = withLabels[0]?.manifest.header.annotations?.first_category ?? 1;
  const { categories, ids } = joinCategories(sources, first);
  const { licenses, ids: licenseIds } = joinLicenses(sources);
  const { fps } = sources.map(({ manifest }) => manifest.header.bundle).find(({ fps }) => fps) ?? {};
  const composition: Composition = {
    sources,
    source: Uint16Array.from(chosen, (image) => all.source[image]),
    position: Uint32Array.from(chosen, (image) => all.position[image]),
    names,
    joined,
    keepIds: false,
    categories: withLabels.length > 0 ? categories : undefined,
    licenses,
    renumbered: sources.map((_, i): Renumbering => ({ categories: ids[i], licenses: licenseIds[i] })),
    media: options.media ?? sources[0].media,
    fps: fps ?? 30,
    header: sameInAll(sources),
    firstCategory: first === 0 ? 0 : undefined,
  };
  return { composition, joined: all.same, renamed, duplicates };
}

/** All images of all sets, in columns. */
class Images {
  readonly names: string[] = [];
  readonly source: Uint16Array;
  readonly position: Uint32Array;
  /** The image that one is joined to; −1 if it stands for itself. */
  readonly home: Int32Array;
  /** Images by name, those with one name in the order of their sets. */
  order: Uint32Array;
  /** Images with another name than in their set. */
  readonly others = new Set<number>();
  /** Images joined to one of the same name. */
  same = 0;
  readonly #readers: RecordReader[];
  /** 52 bits of the digests: few that differ share them. */
  readonly #digests: Float64Array;

  constructor(sources: readonly Source[]) {
    const length = sources.reduce((sum, { manifest }) => sum + manifest.length, 0);
    this.source = new Uint16Array(length);
    this.position = new Uint32Array(length);
    this.home = new Int32Array(length).fill(-1);
    this.#digests = new Float64Array(length);
    this.#readers = sources.map((source) => new RecordReader(source));
    let image = 0;
    sources.forEach(({ manifest }, source) => {
      for (let position = 0; position < manifest.length; position++, image++) {
        const { file_name, sha256 } = this.#readers[source].read(position);
        this.names.push(file_name);
        this.source[image] = source;
        this.position[image] = position;
        this.#digests[image] = parseInt(sha256.slice(0, 13), 16);
      }
    });
    this.order = Uint32Array.from(this.#sorted());
  }

  /**
   * Sees to it that no two images have one name: with the same bytes they become one, with others the later gets the name of
   * its set's folder before its own.
   */
  joinNames(sources: readonly Source[]): MergeReport["renamed"] {
    const { order, names } = this;
    const later: number[] = [];
    for (let i = 0; i < order.length;) {
      let end = i + 1;
      while (end < order.length && names[order[end]] === names[order[i]]) end++;
      const group = order.subarray(i, end);
      for (const [k, image] of group.entries()) {
        const twin = group.subarray(0, k).find((other) => this.home[other] < 0 && this.#equal(other, image));
        if (twin !== undefined) {
          this.home[image] = twin;
          this.same++;
        } else if (k > 0) later.push(image);
      }
      i = end;
    }
    if (later.length === 0) return [];
    const given = new Set<string>();
    const isTaken = (name: string) => given.has(name) || this.#has(name);
    const renamed = later.map((image) => {
      const { dir } = sources[this.source[image]];
      const from = names[image];
      const to = freeName(folderName(dir), from, isTaken);
      given.add(to);
      return { image, set: dir, from, to };
    });
    // Only now: the search for names goes by the order.
    for (const { image, to } of renamed) {
      names[image] = to;
      this.others.add(image);
    }
    this.order = Uint32Array.from(this.#sorted());
    return renamed.map(({ set, from, to }) => ({ set, from, to }));
  }

  /**
   * Finds images with the same bytes as one before, under another name.
   *
   * @param join Joins them to it.
   * @returns How many there are.
   */
  joinTwins(join: boolean): number {
    const sorted = this.#digests.slice().sort();
    const twice = new Set(sorted.filter((digest, i) => digest === sorted[i + 1]));
    const firsts = new Map<string, number>();
    let found = 0;
    for (const image of this.order) {
      if (this.home[image] >= 0 || !twice.has(this.#digests[image])) continue;
      const { sha256 } = this.#record(image);
      const first = firsts.get(sha256);
      if (first === undefined) firsts.set(sha256, image);
      else {
        found++;
        if (join) this.home[image] = first;
      }
    }
    return found;
  }

  /** The image of the new set that one is part of. */
  homeOf(image: number): number {
    while (this.home[image] >= 0) image = this.home[image];
    return image;
  }

  #sorted(): number[] {
    const { names } = this;
    return names.map((_, i) => i).sort((a, b) => compareBytes(names[a], names[b]) || a - b);
  }

  #has(name: string): boolean {
    let low = 0, high = this.order.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const difference = compareBytes(this.names[this.order[middle]], name);
      if (difference === 0) return true;
      if (difference < 0) low = middle + 1;
      else high = middle - 1;
    }
    return false;
  }

  #equal(a: number, b: number): boolean {
    return this.#digests[a] === this.#digests[b] && this.#record(a).sha256 === this.#record(b).sha256;
  }

  #record(image: number) {
    return this.#readers[this.source[image]].read(this.position[image]);
  }
}

/** Name of the folder of a set, as the first part of a path. */
function folderName(dir: string): string {
  const name = basename(resolve(dir));
  return name !== "" && isSafePath(encoder.encode(name)) ? name : "set";
}

function freeName(folder: string, name: string, isTaken: (name: string) => boolean): string {
  for (let n = 1;; n++) {
    const free = `${folder}${n === 1 ? "" : `-${n}`}/${name}`;
    if (!isTaken(free)) return free;
  }
}

/** Joins classes by name; what the first set says of one counts. */
function joinCategories(sources: readonly Source[], first: number) {
  const categories: string[] = [];
  const known = new Map<string, number>();
  const ids = sources.map(({ coco }) => {
    const own = new Map<number, number>();
    for (const text of coco?.categoryTexts() ?? []) {
      const { id, ...category }: { id: number; name: string } = JSON.parse(text);
      let joined = known.get(category.name);
      if (joined === undefined) {
        joined = categories.length + first;
        known.set(category.name, joined);
        categories.push(JSON.stringify({ id: joined, ...category }));
      }
      own.set(id, joined);
    }
    return own;
  });
  return { categories, ids };
}

/** Joins lists of licences: the same one once, another with an id that is taken under a new id. */
function joinLicenses(sources: readonly Source[]) {
  const licenses: unknown[] = [];
  const known = new Map<string, unknown>();
  const taken = new Set<unknown>();
  let next = 1;
  const ids = sources.map(({ coco }) => {
    const own = new Map<unknown, number>();
    for (const license of coco?.licenses() ?? []) {
      const { id, ...rest } = license as { id?: unknown };
      const text = JSON.stringify(rest);
      const same = known.get(text);
      if (same === undefined && !taken.has(id)) {
        known.set(text, id);
        taken.add(id);
        licenses.push(license);
      } else if (same === undefined) {
        while (taken.has(next)) next++;
        known.set(text, next);
        taken.add(next);
        own.set(id, next);
        licenses.push({ id: next, ...rest });
      } else if (same !== id) own.set(id, same as number);
    }
    return own.size > 0 ? own : undefined;
  });
  return { licenses, ids };
}

/** What all sets say alike of how they were packed; nothing else is true of all images. */
function sameInAll(sources: readonly Source[]): Composition["header"] {
  const [{ split, options }, ...others] = sources.map(({ manifest }) => manifest.header);
  const same = (key: "split" | "options", value: unknown) =>
    others.every((header) => JSON.stringify(header[key]) === JSON.stringify(value));
  return { ...same("split", split) && { split }, ...same("options", options) && { options } };
}

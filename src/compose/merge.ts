import { PackError } from "../model/issue.ts";
import { localFolder } from "../store/local_folder.ts";
import type { Composition, Renumbering } from "./composition.ts";
import type { MergeOptions, MergeReport } from "./options.ts";
import { MergedImages } from "./merged_images.ts";
import { refuseOutput, SetMaker } from "./publish_set.ts";
import { openSource, type Source } from "./source.ts";
import { bytesOf } from "./write_set.ts";

/** So many can be open, and numbered, at once. */
const MOST_SETS = 1000;

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
  const target = localFolder(output);
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

function mergePlan(sources: readonly Source[], options: MergeOptions) {
  const all = new MergedImages(sources);
  const renamed = all.joinNames(sources);
  const duplicates = all.joinTwins(options.dedupe ?? false);
  const { source, position, names, joined } = all.chosen();
  const withLabels = sources.filter(({ coco }) => coco);
  const first = withLabels[0]?.manifest.header.annotations?.first_category ?? 1;
  const { categories, ids } = joinCategories(sources, first);
  const { licenses, ids: licenseIds } = joinLicenses(sources);
  const { fps } = sources.map(({ manifest }) => manifest.header.bundle).find(({ fps }) => fps) ?? {};
  const composition: Composition = {
    sources,
    source,
    position,
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

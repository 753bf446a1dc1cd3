import { createHash } from "node:crypto";
import { join } from "node:path";
import type { CocoAnnotation, CocoImage } from "../model/dataset.ts";
import { SelectedFrames } from "../dataset/selection.ts";
import { PackError } from "../model/issue.ts";
import { isPlainName } from "../model/safe_path.ts";
import { compareBytes } from "../tree/byte_order.ts";
import type { Composition } from "./composition.ts";
import { FrameLines } from "./frame_lines.ts";
import type { ComposeReport, SplitOptions, SplitReport, SubsetOptions } from "./options.ts";
import { refuseOutput, SetMaker } from "./publish_set.ts";
import { type Condition, fits, parseCondition } from "./query.ts";
import { roomFor } from "../io/copy/read_ahead.ts";
import { localFolder } from "../store/local_folder.ts";
import { openSource, type Source } from "./source.ts";
import { bytesOf } from "./write_set.ts";

/** Folder for images that are of no split. */
const NO_SPLIT = "no_split";

/**
 * Makes a set of a part of another by copying images. Ids of images, annotations and classes stay, and all classes are kept.
 *
 * @param dir Folder of the set.
 * @param output Folder of the new set.
 * @throws {PackError} If the set cannot be read or copied, nothing in it fits (exit code 2), `output` holds a set already, or
 *   the work fails: nothing is published.
 */
export async function subset(
  dir: string,
  output: string,
  options: SubsetOptions = {},
): Promise<ComposeReport> {
  const target = localFolder(output);
  const wanted = wantedOf(options);
  refuseOutput(target, [dir], options.overwrite);
  const maker = new SetMaker(options);
  return await maker.carryOut("Interrupted: nothing was published.", async () => {
    const source = openSource(dir);
    try {
      const composition = partOf(source, chosen(source, wanted, options), options, wanted);
      maker.total = bytesOf(composition);
      await maker.prepare(target, () => composition);
      return maker.commit()[0];
    } finally {
      source.close();
    }
  });
}

/**
 * Makes a set of each split of a set, in folders named after them below `output`. Ids stay.
 *
 * @param dir Folder of the set.
 * @param output Folder for the folders of the new sets.
 * @throws {PackError} As {@link subset}; if no image has a split. None of the sets is published then.
 */
export async function split(dir: string, output: string, options: SplitOptions = {}): Promise<SplitReport> {
  const maker = new SetMaker(options);
  return await maker.carryOut("Interrupted: nothing was published.", async () => {
    const source = openSource(dir);
    try {
      const parts = partsOf(source);
      maker.total = source.index.sizes.reduce((sum, size) => sum + size, 0);
      for (const name of parts.keys()) {
        refuseOutput(join(localFolder(output), name), [dir], options.overwrite);
      }
      for (const [name, positions] of parts) {
        await maker.prepare(join(localFolder(output), name), () => partOf(source, positions, options));
      }
      const reports = maker.commit();
      const sets = Object.fromEntries([...parts.keys()].map((name, i) => [name, reports[i]]));
      return { sets, seconds: maker.seconds };
    } finally {
      source.close();
    }
  });
}

/** Positions of the images of each split, by the name of its folder. */
function partsOf(source: Source): Map<string, number[]> {
  const parts = new Map<string | undefined, number[]>();
  const lines = new FrameLines(source, roomFor(1));
  for (let position = 0; position < source.manifest.length; position++) {
    const split = lines.read(position).split();
    const part = parts.get(split);
    if (part) part.push(position);
    else parts.set(split, [position]);
  }
  const rest = parts.get(undefined);
  parts.delete(undefined);
  if (parts.size === 0) {
    throw new PackError(
      `No image of the set in "${source.dir}" has a split.`,
      "Pack the dataset with --split train=0.8,val=0.2, or choose images with subset.",
      2,
    );
  }
  const folders = new Map<string, number[]>();
  for (const name of [...parts.keys() as Iterable<string>].sort(compareBytes)) {
    if (!isPlainName(name) || name.startsWith(".")) {
      throw new PackError(
        `The split ${JSON.stringify(name)} cannot be the name of a folder.`,
        "Choose its images with subset --split.",
        2,
      );
    }
    folders.set(name, parts.get(name)!);
  }
  if (rest) {
    let name = NO_SPLIT;
    while (folders.has(name)) name += "_";
    folders.set(name, rest);
  }
  return folders;
}

/** The part of a set with these images. */
function partOf(
  source: Source,
  positions: readonly number[],
  { media }: Pick<SubsetOptions, "media">,
  { only }: Pick<Wanted, "only"> = {},
): Composition {
  const { manifest, coco } = source;
  const { header, footer } = manifest;
  const last = manifest.generations().at(-1);
  const first = header.annotations?.first_category ?? 1;
  return {
    sources: [source],
    source: new Uint16Array(positions.length),
    position: Uint32Array.from(positions),
    keepIds: true,
    categories: coco?.categoryTexts(),
    licenses: coco?.licenses() ?? [],
    only: only && coco && new Set(categoryIds(source, only)),
    media: media ?? source.media,
    fps: header.bundle.fps ?? 30,
    header: { split: header.split, options: header.options },
    firstCategory: header.annotations?.first_category,
    state: {
      image: last?.next_image ?? manifest.length + 1,
      annotation: last?.next_annotation ?? footer.annotations + 1,
      category: last?.next_category ?? footer.categories + first,
    },
  };
}

/** What is asked of labels. */
interface Wanted {
  readonly classes?: readonly string[];
  readonly ofImage: readonly Condition[];
  readonly ofAnnotation: readonly Condition[];
  /** Classes whose annotations are taken. */
  readonly only?: readonly string[];
}

/** @throws {PackError} With exit code 2 if options contradict each other or mean nothing. */
function wantedOf({ classes, onlyClasses, where = [], sample = 1 }: SubsetOptions): Wanted {
  if (onlyClasses && !classes?.length) {
    throw new PackError("It is not said which classes are to be kept.", "Name them with --class.", 2);
  }
  if (!(sample > 0 && sample <= 1)) {
    throw new PackError(`${sample} is no part of the images.`, "Give --sample a number above 0 up to 1.", 2);
  }
  const conditions = where.map(parseCondition);
  return {
    classes: classes?.length ? classes : undefined,
    ofImage: conditions.filter(({ ofImage }) => ofImage),
    ofAnnotation: conditions.filter(({ ofImage }) => !ofImage),
    only: onlyClasses ? classes : undefined,
  };
}

/** Positions of the images that fit, in their order. */
function chosen(source: Source, wanted: Wanted, options: SubsetOptions): number[] {
  const { manifest } = source;
  let positions = Array.from(
    new SelectedFrames(manifest, options),
    ({ index }) => manifest.positionOf(index)!,
  );
  if (wanted.classes || wanted.ofImage.length > 0 || wanted.ofAnnotation.length > 0) {
    positions = fitting(source, positions, wanted);
  }
  if (options.sample !== undefined && options.sample < 1) {
    positions = sampled(source, positions, options.sample, options.seed ?? 0);
  }
  if (positions.length === 0) {
    throw new PackError(
      "No image of the set fits all that was asked for.",
      "See what is in it with inspect.",
      2,
    );
  }
  return positions;
}

function fitting(
  source: Source,
  positions: readonly number[],
  { classes, ofImage, ofAnnotation }: Wanted,
): number[] {
  const { coco, dir } = source;
  if (!coco) {
    throw new PackError(`The set in "${dir}" has no annotations to choose by.`, "Add them with annotate.", 2);
  }
  const ids = classes && new Set(categoryIds(source, classes));
  const fitsAnnotation = (annotation: CocoAnnotation) =>
    (!ids || ids.has(annotation.category_id)) &&
    ofAnnotation.every((condition) => fits(annotation, condition));
  // Classes of the image as a whole have no attributes that could be asked.
  const fitsWhole = ({ category_ids: own }: CocoImage) =>
    ids !== undefined && ofAnnotation.length === 0 && Array.isArray(own) && own.some((id) => ids.has(id));
  const wanted = new Uint8Array(source.manifest.length);
  for (const position of positions) wanted[position] = 1;
  const found: number[] = [];
  let position = 0;
  for (const { image, annotations } of coco.stream()) {
    const at = position++;
    if (!wanted[at] || !ofImage.every((condition) => fits(image, condition))) continue;
    const asksAnnotations = ids !== undefined || ofAnnotation.length > 0;
    if (!asksAnnotations || fitsWhole(image) || annotations.some(fitsAnnotation)) found.push(at);
  }
  return found;
}

/** Ids of classes. */
function categoryIds({ coco, dir }: Source, names: readonly string[]): number[] {
  return names.map((name) => {
    const found = coco?.categories.find((category) => category.name === name);
    if (found) return found.id;
    const known = coco?.categories.slice(0, 10).map((category) => category.name).join(", ");
    throw new PackError(
      `The set in "${dir}" has no class "${name}".`,
      known ? `Its classes are: ${known}${coco!.categories.length > 10 ? ", …" : ""}.` : undefined,
      2,
    );
  });
}

/** The images whose digests of seed and name are the lowest: an image keeps its lot when others come or go. */
function sampled(source: Source, positions: readonly number[], part: number, seed: number): number[] {
  const lines = new FrameLines(source, roomFor(1));
  const lots = Float64Array.from(positions, (position) => {
    const { name } = lines.glance(position);
    const digest = createHash("sha256").update(`${seed}\n`).update(name).digest("hex");
    return parseInt(digest.slice(0, 13), 16);
  });
  const count = Math.max(1, Math.round(part * positions.length));
  const order = positions.map((_, i) => i).sort((a, b) => lots[a] - lots[b] || a - b);
  return order.slice(0, count).sort((a, b) => a - b).map((i) => positions[i]);
}

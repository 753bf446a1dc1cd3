import { resolve } from "node:path";
import { memoryFile } from "../io/range_window.ts";
import { resolveSet } from "../manifest/source_set.ts";
import type { GenerationRecord } from "../manifest/record.ts";
import { SetLock } from "../publish/lock.ts";
import { recover } from "../publish/publication.ts";
import { compareBytes } from "../tree/byte_order.ts";
import type { Composition } from "./composition.ts";
import { FrameLines } from "./frame_lines.ts";
import { sortedNumbers } from "./merged_images.ts";
import { NameList } from "./name_list.ts";
import type { CompactOptions, CompactReport } from "./options.ts";
import { SetMaker } from "./publish_set.ts";
import { roomFor } from "../io/copy/read_ahead.ts";
import { openSource, type Source } from "./source.ts";

/** Splits that come before others. */
const FIRST_SPLITS = ["train", "val", "test"];

/**
 * Writes a set anew with only what is alive, and forgets its earlier generations (docs/dataset_spec.md §4.5). Ids stay, and the
 * next number of a generation is that of this state. Until the new files are complete, the old ones are untouched.
 *
 * @param dir Folder of the set.
 * @throws {PackError} If there is no set, its bundle holds more than images, another process is writing to it, or the work
 *   fails: the set is then as it was.
 */
export async function compact(dir: string, options: CompactOptions = {}): Promise<CompactReport> {
  const output = resolve(dir);
  // Else a set whose publication was cut short would look compact, and stay as it is.
  if (resolveSet(output).committing && !options.dryRun) {
    using _lock = new SetLock(output);
    recover(output);
  }
  const maker = new SetMaker(options);
  return await maker.carryOut("Interrupted: the set is as it was.", async () => {
    const plan = look(output, options);
    const predicted: CompactReport = {
      ...plan.report,
      output,
      written: false,
      dryRun: options.dryRun ?? false,
      seconds: maker.seconds,
    };
    if (options.dryRun || !plan.report.needed) return predicted;
    maker.total = plan.bytes;
    let source: Source | undefined;
    let report = predicted;
    try {
      await maker.prepare(output, () => {
        // Whoever wrote to it has ended now.
        source = openSource(output);
        const current = compactPlan(source, options);
        report = { ...current.report, output, written: true, dryRun: false, seconds: 0 };
        return current.composition;
      }, plan.names);
      const [written] = maker.commit();
      return { ...report, ...written, generation: report.generation + 1 };
    } finally {
      source?.close();
    }
  });
}

/** What there is to do. */
function look(dir: string, options: CompactOptions) {
  const source = openSource(dir);
  try {
    const { bundle, annotations } = source.manifest.header;
    const names = { bundle: bundle.file, annotations: annotations?.file ?? "unified_annotation.json" };
    const { composition: _, ...plan } = compactPlan(source, options);
    return { ...plan, names };
  } finally {
    source.close();
  }
}

function compactPlan(source: Source, { order = "name" }: CompactOptions) {
  const { manifest, coco, media } = source;
  const { header, footer } = manifest;
  const list = manifest.generations();
  const last: GenerationRecord | undefined = list.at(-1);
  const { position, size, bytes, inOrder } = ordered(source, order);
  const before = header.bundle.size;
  const dead = before - size;
  const first = header.annotations?.first_category ?? 1;
  const composition: Composition = {
    sources: [source],
    source: new Uint16Array(position.length),
    position,
    keepIds: true,
    categories: coco?.categoryTexts(),
    licenses: coco?.licenses() ?? [],
    media,
    fps: header.bundle.fps ?? 30,
    header: { split: header.split, options: header.options },
    firstCategory: header.annotations?.first_category,
    state: {
      generation: manifest.current + 1,
      image: last?.next_image ?? manifest.length + 1,
      annotation: last?.next_annotation ?? footer.annotations + 1,
      category: last?.next_category ?? footer.categories + first,
    },
  };
  const report = {
    media,
    images: manifest.length,
    annotations: footer.annotations,
    categories: coco?.categories.map(({ name }) => name) ?? [],
    size,
    generation: manifest.current,
    forgotten: Math.max(1, list.length),
    before,
    dead,
    needed: dead > 0 || !inOrder || list.length > 1,
  };
  return { composition, report, bytes };
}

/** Positions in the wanted order, and the size a bundle of them has. */
function ordered(source: Source, order: "name" | "split") {
  const { manifest, container } = source;
  const { length } = manifest;
  const names = new NameList(length);
  const splits = new Map<string | undefined, number>();
  const splitOf = new Uint32Array(length);
  const lines = new FrameLines(source, roomFor(1));
  let size = container.prologueSize, bytes = 0;
  for (let position = 0; position < length; position++) {
    const line = lines.read(position);
    names.add(line.name());
    const split = line.split();
    if (!splits.has(split)) splits.set(split, splits.size);
    splitOf[position] = splits.get(split)!;
  }
  const ranks = order === "split" ? ranksOf([...splits.keys()]) : undefined;
  const rankOf = (position: number) => ranks ? ranks[splitOf[position]] : 0;
  const position = sortedNumbers(length, (a, b) => rankOf(a) - rankOf(b) || names.compare(a, b));
  let directory = 0;
  const room = container.tables ? length * container.directorySize(new Uint8Array(0), 0, 0) : 0;
  const listed = new Uint8Array(room);
  for (const at of position) {
    const name = names.bytes(at);
    const entrySize = source.index.sizes[at];
    bytes += entrySize;
    if (container.tables) {
      const line = lines.read(at);
      const header = { codec: line.codec(), width: line.width, height: line.height };
      const entry = { name, size: entrySize, originalSize: entrySize, crc32: 0, deflated: false, header };
      directory += container.writeDirectory(listed, directory, entry, size);
    } else directory += container.directorySize(name, entrySize, size);
    size += container.headerSize(name, entrySize) + entrySize + container.padding(entrySize);
  }
  if (container.tables) {
    directory = 0;
    for (const part of container.tables(memoryFile(listed), manifest.header.bundle.fps!)) {
      directory += part.length;
    }
  }
  const whole = size + directory + container.end(length, size, directory).length;
  return { position, size: whole, bytes, inOrder: position.every((at, i) => at === i) };
}

/** Rank of each split: those that come first, then the others by name, none at last. */
function ranksOf(splits: readonly (string | undefined)[]): number[] {
  const named = splits.filter((split) => split !== undefined);
  const place = (split: string) => {
    const found = FIRST_SPLITS.indexOf(split);
    return found < 0 ? FIRST_SPLITS.length : found;
  };
  named.sort((a, b) => place(a) - place(b) || compareBytes(a, b));
  return splits.map((split) => split === undefined ? named.length : named.indexOf(split));
}

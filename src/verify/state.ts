import { eachNameSum } from "../manifest/name_sums.ts";
import { crc32 } from "../media/crc32.ts";
import type { Manifest } from "../manifest/reader.ts";
import type { BundleSummary, GenerationRecord } from "../manifest/record.ts";
import type { ProblemList } from "./report.ts";

/**
 * What a set with generations needs to be checked by (docs/dataset_spec.md §4): columns over shared memory, so that workers can
 * look too. In version 1 lines, frames and images are one and the same, and none of this is there.
 */
export interface Generations {
  /** By frame number: 1 if an image of the generation has these bytes, so that the directory lists them. */
  readonly alive: Uint8Array<SharedArrayBuffer>;
  /** By line: position + 1 of its image in the generation; 0 if it is gone or not there yet. */
  readonly places: Int32Array<SharedArrayBuffer>;
  /** By image id: line + 1; 0 if the generation has no such image. */
  readonly lineOfId: Int32Array<SharedArrayBuffer>;
  /** By annotation id, one bit each: set when it was met. */
  readonly met: Int32Array<SharedArrayBuffer>;
  /** The first id that was not given to an annotation yet. */
  readonly nextAnnotation: number;
  /** All lines, also those of later generations. */
  readonly lines: number;
}

/** What a generation says of its bundle. */
export interface BundleState {
  readonly summary: Pick<BundleSummary, "size" | "crc32" | "frames_sha256">;
  /** Lines born up to the generation. */
  readonly lines: number;
  /** Generations up to this one; empty in version 1. */
  readonly list: readonly GenerationRecord[];
}

/** The bundle as a manifest is open at it. */
export function bundleState(manifest: Manifest): BundleState {
  const all = manifest.generations();
  const record = all.find(({ generation }) => generation === manifest.generation);
  if (!record) return { summary: manifest.header.bundle, lines: manifest.length, list: [] };
  return { summary: record.bundle, lines: record.lines, list: all.slice(0, all.indexOf(record) + 1) };
}

/** Columns for a manifest of version 2; undefined for version 1. */
export function generationsOf(
  manifest: Manifest,
  record: GenerationRecord | undefined,
): Generations | undefined {
  const { frames, ids, length } = manifest.lines();
  if (!record || !frames || !ids) return undefined;
  const int32 = (size: number) => new Int32Array(new SharedArrayBuffer(4 * size));
  const alive = new Uint8Array(new SharedArrayBuffer(length));
  const places = int32(length), lineOfId = int32(record.next_image);
  const positions = manifest.positions();
  for (let position = 0; position < manifest.length; position++) {
    const line = positions?.[position] ?? position;
    places[line] = position + 1;
    alive[frames[line]] = 1;
    if (ids[line] < lineOfId.length) lineOfId[ids[line]] = line + 1;
  }
  const met = int32(Math.ceil(record.next_annotation / 32));
  return { alive, places, lineOfId, met, nextAnnotation: record.next_annotation, lines: length };
}

/** Checks the lines and the list of generations against each other. */
export function checkGenerations(manifest: Manifest, file: string, problems: ProblemList): void {
  const list = manifest.generations();
  if (list.length === 0) return;
  const { header: { generation, bundle }, footer } = manifest;
  const { length, ids, frames, offsets, sizes, removed } = manifest.lines();
  const first = list[0].generation, last = list.at(-1)!;
  const add = (message: string, frame?: number) => problems.add({ code: "generation", file, frame, message });
  const said = JSON.stringify(last.bundle);
  const { size, crc32, frames_sha256 } = bundle;
  if (generation !== last.generation || said !== JSON.stringify({ size, crc32, frames_sha256 })) {
    add("The header does not say the same as the last line of the list of generations.");
  }
  if (
    last.annotations !== footer.annotations || (footer.categories && last.categories !== footer.categories)
  ) {
    add("The footer does not count the same as the last line of the list of generations.");
  }
  // Images alive in each generation: those born less those gone.
  const change = new Float64Array(list.length + 1);
  const owners = new Int32Array(last.next_image);
  let born = 0;
  for (let line = 0; line < length; line++) {
    while (line >= list[born].lines) born++;
    const end = removed![line];
    const gone = end === 0 ? list.length : end - first;
    if (end !== 0 && (gone <= born || gone >= list.length)) {
      add(`Line ${line} is said to be gone since generation ${end}, which cannot be.`, line);
      continue;
    }
    change[born]++;
    change[gone]--;
    const id = ids![line];
    if (id < 1 || id >= list[born].next_image) {
      add(`Line ${line} has the image id ${id}, which was never given.`, line);
    } else if (end === 0 && owners[id]++ > 0) {
      add(`Line ${line} has the image id ${id}, as another has.`, line);
    }
    const frame = frames![line];
    if (frame !== line && (offsets[frame] !== offsets[line] || sizes[frame] !== sizes[line])) {
      add(`Line ${line} has the frame ${frame}, but not its place in the bundle.`, line);
    }
  }
  let alive = 0;
  list.forEach(({ generation, images }, i) => {
    alive += change[i];
    if (alive !== images) add(`Generation ${generation} counts ${images} images, the lines have ${alive}.`);
  });
}

/** Checks that no two images of the generation have one name: there, names are in no order that would tell. */
export function checkNames(manifest: Manifest, file: string, problems: ProblemList): void {
  const sums = new Uint32Array(manifest.length);
  eachNameSum(manifest, crc32, (sum, position) => sums[position] = sum);
  const sorted = sums.slice().sort();
  const twice = new Set(sorted.filter((sum, i) => sum === sorted[i + 1]));
  if (twice.size === 0) return;
  const seen = new Set<string>();
  sums.forEach((sum, position) => {
    if (!twice.has(sum)) return;
    const { file_name, index } = manifest.record(position);
    if (seen.has(file_name)) {
      const message = `Line ${index} has the name "${file_name}", as another image has.`;
      problems.add({ code: "frame-name", file, frame: index, message });
    }
    seen.add(file_name);
  });
}

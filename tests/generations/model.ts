/** A plain model of a set: what a generation holds, by name. Labels are rows of YOLO: the whole image is 100 × 80 px. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openDataset } from "../../src/dataset/open.ts";
import { appendGeneration } from "../../src/generations/append.ts";
import type { AppendReport, GenerationChange } from "../../src/generations/change.ts";
import type { Media } from "../../src/media/container.ts";
import { pack } from "../../src/pack/pack.ts";
import { jpeg, writeTree } from "../pack/small_dataset.ts";

/** An image: bytes and rows `class x`, of which each becomes a box of its own. */
export interface ModelImage {
  bytes: Uint8Array;
  labels: readonly string[];
}

/** Images by name. */
export type Model = ReadonlyMap<string, ModelImage>;

const CLASSES = ["cat", "dog", "cow"];
/** The classes as YOLO lists them. */
export const DATA_YAML = `names: [${CLASSES.join(", ")}]\n`;

/** Different bytes for each number. */
export const picture = (number: number): Uint8Array => jpeg(100, 80, 40 + number);

/** A row for a box of a class at one of nine places. */
export const row = (category: number, place: number): string =>
  `${category % 3} 0.${place % 9 + 1} 0.5 0.1 0.2`;

/** Packs images into a set. */
export async function packModel(folder: string, model: Model, output: string, media: Media): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const files: Record<string, Uint8Array | string> = { "data.yaml": DATA_YAML };
  for (const [name, { bytes, labels }] of model) {
    files[`images/${name}`] = bytes;
    if (labels.length > 0) files[`labels/${name.replace(/jpg$/, "txt")}`] = labels.join("\n") + "\n";
  }
  writeTree(folder, files);
  const images = join(folder, "images"), labels = join(folder, "labels");
  mkdirSync(labels, { recursive: true });
  writeTree(labels, { "data.yaml": DATA_YAML });
  await pack({ images, labels, output, media, format: "yolo", overwrite: true, workers: 1 });
}

/** Makes the model what the set holds next, as one generation. */
export async function appendModel(
  dir: string,
  before: Model,
  after: Model,
  renamed: ReadonlyMap<string, string>,
  scratch: string,
  media: Media,
): Promise<AppendReport> {
  using dataset = await openDataset(dir);
  const positionOf = (name: string) => dataset.byName(name)!;
  const arrived = new Map<string, ModelImage>(), others = new Map<string, ModelImage>();
  const moved = new Map<number, { fileName: string }>();
  const replaced = new Set<string>();
  const old = new Map([...renamed].map(([from, to]) => [to, from]));
  for (const [name, image] of after) {
    const from = old.get(name) ?? name;
    const was = before.get(from);
    if (!was || was.bytes !== image.bytes) {
      arrived.set(name, image);
      if (was) replaced.add(name);
      continue;
    }
    if (from !== name) moved.set(positionOf(from), { fileName: name });
    if (was.labels !== image.labels) others.set(name, image);
  }
  const removed = new Set(
    [...before.keys()].filter((name) => !after.has(name) && !renamed.has(name)).map(positionOf),
  );
  const change: { -readonly [key in keyof GenerationChange]: GenerationChange[key] } = { removed, moved };
  if (arrived.size > 0) {
    change.incoming = join(scratch, "incoming");
    await packModel(join(scratch, "arrived"), arrived, change.incoming, media);
    using incoming = await openDataset(change.incoming);
    change.replaces = new Map([...replaced].map((name) => [incoming.byName(name)!, positionOf(name)]));
  }
  if (others.size > 0) {
    const labels = join(scratch, "labels");
    await packModel(join(scratch, "others"), others, labels, media);
    using relabelled = await openDataset(labels);
    change.annotations = join(labels, "unified_annotation.json");
    change.relabelled = new Map(
      [...others.keys()].map((
        name,
      ) => [positionOf(old.get(name) ?? name), { frame: relabelled.byName(name)! }]),
    );
  }
  return await appendGeneration(dir, change);
}

/** What a set holds at a generation, to be compared with a model. */
export async function stateOf(
  dir: string,
  at?: number,
): Promise<Record<string, [bytes: string, labels: string[]]>> {
  using dataset = await openDataset(dir, { at });
  const names = new Map(dataset.categories.map(({ id, name }) => [id, name]));
  const state: Record<string, [string, string[]]> = {};
  for await (const image of dataset) {
    const boxes = image.annotations.map(({ category_id, bbox }) =>
      `${names.get(category_id)} ${bbox.join(" ")}`
    );
    state[image.file_name] = [new Uint8Array(dataset.bytes(image.index)).toHex(), boxes.sort()];
  }
  return sorted(state);
}

/** The same of a model. */
export function stateOfModel(model: Model): Record<string, [bytes: string, labels: string[]]> {
  const state: Record<string, [string, string[]]> = {};
  for (const [name, { bytes, labels }] of model) {
    const boxes = labels.map((text) => {
      const [category, x] = text.split(" ").map(Number);
      return `${CLASSES[category]} ${Math.round((x - 0.05) * 1e6) / 1e4} 32 10 16`;
    });
    state[name] = [new Uint8Array(bytes).toHex(), boxes.sort()];
  }
  return sorted(state);
}

const sorted = <T>(state: Record<string, T>) =>
  Object.fromEntries(Object.entries(state).sort(([a], [b]) => a < b ? -1 : 1));

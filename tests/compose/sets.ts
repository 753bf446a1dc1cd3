import { join } from "node:path";
import fc from "../property.ts";
import { openDataset } from "../../mod.ts";
import type { Media } from "../../src/media/container.ts";
import { verify } from "../../src/verify/verify.ts";
import assert from "node:assert/strict";
import { appendModel, type Model, type ModelImage, packModel, picture, row } from "../generations/model.ts";

/** Images by number: name, bytes and labels follow from it, so that two sets can have the same. */
export const images: fc.Arbitrary<Model> = fc.uniqueArray(
  fc.record({ name: fc.nat(14), bytes: fc.nat(6), labels: fc.uniqueArray(fc.nat(8), { maxLength: 3 }) }),
  { minLength: 1, maxLength: 9, selector: ({ name }) => name },
).map((list) =>
  new Map(
    list.map(({ name, bytes, labels }) => [
      `${["train", "val", "x"][name % 3]}/image ${name}${name % 4 ? "" : " ü"}.jpg`,
      { bytes: picture(name * 10 + bytes % 2), labels: labels.map((label) => row(label, label)) },
    ]),
  )
);

/** A set and what is in it. */
export interface MadeSet {
  dir: string;
  model: Model;
}

/**
 * Writes a set with one generation for each model.
 *
 * @param models States one after the other.
 */
export async function makeSet(
  folder: string,
  name: string,
  models: readonly Model[],
  media: Media,
): Promise<MadeSet> {
  const dir = join(folder, name), scratch = join(folder, `${name}-scratch`);
  let [model] = models;
  await packModel(join(scratch, "first"), model, dir, media);
  for (const next of models.slice(1)) {
    // The same bytes are the same object to the model.
    const after = new Map([...next].map(([name, image]): [string, ModelImage] => {
      const before = model.get(name);
      return [name, before && same(before, image) ? before : image];
    }));
    await appendModel(dir, model, after, new Map(), scratch, media);
    model = after;
  }
  return { dir, model };
}

export const same = (a: ModelImage, b: ModelImage): boolean =>
  a.bytes.length === b.bytes.length && a.labels.join() === b.labels.join();

/** Proves every byte of a set. */
export async function assertSound(dir: string): Promise<void> {
  const { problems } = await verify(dir, { deep: true, workers: 1 });
  assert.deepEqual(problems, []);
}

/** Ids and text of all records, by image name; places in the bundle left out. */
export async function recordsOf(dir: string): Promise<Map<string, unknown>> {
  using dataset = await openDataset(dir);
  const records = new Map<string, unknown>();
  for await (const { offset: _, frame: __, index: ___, record, ...image } of dataset) {
    records.set(image.file_name, {
      ...image,
      sha256: record.sha256,
      split: record.split,
      labels: record.labels,
    });
  }
  return records;
}

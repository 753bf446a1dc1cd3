import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "../property.ts";
import { openDataset } from "../../src/dataset/open.ts";
import { extract } from "../../src/extract/extract.ts";
import { rollback } from "../../src/generations/rollback.ts";
import { verify } from "../../src/verify/verify.ts";
import { tempDir } from "../dataset/temp.ts";
import { heavy } from "../tools.ts";
import {
  appendModel,
  type Model,
  type ModelImage,
  packModel,
  picture,
  row,
  stateOf,
  stateOfModel,
} from "./model.ts";

/** What a step does to images, which are chosen by number. */
type Step =
  | { kind: "add" | "change"; image: number; bytes: number; labels: number[] }
  | { kind: "remove"; image: number }
  | { kind: "rename"; image: number; to: number }
  | { kind: "relabel"; image: number; labels: number[] }
  | { kind: "rollback"; to: number };

const number = fc.nat(40);
const labels = fc.uniqueArray(fc.nat(8), { maxLength: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("add" as const, "change" as const),
    image: number,
    bytes: number,
    labels,
  }),
  fc.record({ kind: fc.constant("remove" as const), image: number }),
  fc.record({ kind: fc.constant("rename" as const), image: number, to: number }),
  fc.record({ kind: fc.constant("relabel" as const), image: number, labels }),
);
const generation: fc.Arbitrary<Step[]> = fc.oneof(
  { weight: 4, arbitrary: fc.array(step, { minLength: 1, maxLength: 6 }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("rollback" as const), to: fc.nat(20) }).map((one) => [one]),
  },
);

const nameOf = (number: number) =>
  `${number % 2 ? "a/" : ""}image ${number % 12}${number % 5 ? "" : " ü"}.jpg`;
const rows = (numbers: number[]) => numbers.map((label) => row(label, label));

/** Does the steps to a copy of the model; also tells which images were renamed. */
function carriedOut(model: Model, steps: readonly Step[]): { after: Model; renamed: Map<string, string> } {
  const after = new Map<string, ModelImage>(model);
  const renamed = new Map<string, string>();
  const names = [...model.keys()];
  const touched = new Set<string>();
  for (const one of steps) {
    if (one.kind === "rollback") continue;
    if (one.kind === "add") {
      const name = nameOf(one.image);
      if (after.has(name) || touched.has(name)) continue;
      after.set(name, { bytes: picture(one.bytes), labels: rows(one.labels) });
      touched.add(name);
      continue;
    }
    const name = names[one.image % Math.max(1, names.length)];
    const old = after.get(name);
    if (!old || touched.has(name)) continue;
    touched.add(name);
    if (one.kind === "change") after.set(name, { bytes: picture(one.bytes), labels: rows(one.labels) });
    else if (one.kind === "relabel") after.set(name, { bytes: old.bytes, labels: rows(one.labels) });
    else if (one.kind === "rename") {
      const to = nameOf(one.to);
      if (after.has(to) || touched.has(to)) continue;
      after.delete(name);
      after.set(to, old);
      touched.add(to);
      renamed.set(name, to);
    } else if (after.size > 1) after.delete(name);
  }
  return { after, renamed };
}

/** Ids by name, and what each id ever stood for. */
async function idsOf(
  dir: string,
): Promise<{ images: Map<string, number>; annotations: Map<number, string> }> {
  using dataset = await openDataset(dir);
  const images = new Map<string, number>(), annotations = new Map<number, string>();
  for await (const image of dataset) {
    images.set(image.file_name, image.id);
    for (const { id, ...annotation } of image.annotations) annotations.set(id, JSON.stringify(annotation));
  }
  return { images, annotations };
}

for (const media of ["zip", "tar", "mp4"] as const) {
  Deno.test(`any sequence of changes to a ${media}: sound, an older one is a prefix, ids stay, every state comes back`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(generation, { minLength: 1, maxLength: 6 }), async (generations) => {
        using temp = tempDir();
        const dir = join(temp.path, "set"), bundle = join(dir, `media_bundle.${media}`);
        let model: Model = new Map(
          [0, 1, 2, 3, 5].map((i) => [nameOf(i), { bytes: picture(i), labels: rows([i, i + 3]) }]),
        );
        await packModel(join(temp.path, "first"), model, dir, media);
        const states = [model];
        let known = await idsOf(dir);
        const everAnnotation = new Map(known.annotations);
        for (const steps of generations) {
          const before = readFileSync(bundle);
          const back = steps[0].kind === "rollback" ? states[steps[0].to % states.length] : undefined;
          if (back) {
            const to = states.lastIndexOf(back) + 1;
            if (to === states.length) continue;
            await rollback(dir, to);
            model = back;
            states.push(model);
          } else {
            const { after, renamed } = carriedOut(model, steps);
            const { written } = await appendModel(dir, model, after, renamed, temp.path, media);
            const ids = await idsOf(dir);
            for (const [name, { bytes }] of after) {
              const from = [...renamed].find(([, to]) => to === name)?.[0] ?? name;
              if (model.has(from)) assert.equal(ids.images.get(name), known.images.get(from), name);
              else {assert.ok(
                  ![...known.images.values()].includes(ids.images.get(name)!),
                  `${name} ${bytes.length}`,
                );}
            }
            model = after;
            if (written) states.push(model);
          }
          known = await idsOf(dir);
          for (const [id, text] of known.annotations) {
            assert.equal(everAnnotation.get(id) ?? text, text, `annotation ${id}`);
            everAnnotation.set(id, text);
          }
          const report = await verify(dir, { deep: true, workers: 1 });
          assert.deepEqual(report.problems, []);
          assert.equal(report.generation, states.length);
          const now = readFileSync(bundle);
          // A tar's end is written over, and the type of an mp4's old movie box.
          const kept = before.length - (media === "tar" ? 1024 : 0);
          const others = before.subarray(0, kept).reduce(
            (sum, byte, i) => byte === now[i] ? sum : sum + 1,
            0,
          );
          assert.ok(others <= (media === "mp4" ? 4 : 0), `${others} bytes of the old bundle are others`);
        }
        for (const [i, state] of states.entries()) {
          assert.deepEqual(await stateOf(dir, i + 1), stateOfModel(state), `generation ${i + 1}`);
          const report = await verify(dir, { at: i + 1, workers: 1 });
          assert.deepEqual(report.problems, [], `generation ${i + 1}`);
        }
        const at = states.length > 1 ? states.length - 1 : 1;
        const restored = join(temp.path, "restored");
        await extract(dir, restored, { at });
        const files = readdirSync(restored, { recursive: true, encoding: "utf8" });
        const images = files.filter((name) => name.endsWith(".jpg")).map((name) =>
          name.replaceAll("\\", "/")
        );
        assert.deepEqual(images.sort(), [...states[at - 1].keys()].sort());
      }),
      { numRuns: heavy ? 60 : 4 },
    );
  });
}

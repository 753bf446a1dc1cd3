/** Every reader against damaged datasets. */
import assert from "node:assert/strict";
import fc from "../property.ts";
import { readable } from "../../src/formats/table.ts";
import { catalogue } from "../../src/model/catalogue.ts";
import { PackError } from "../../src/model/issue.ts";
import { heavy } from "../tools.ts";
import { damaged, damages } from "./damage.ts";
import { exampleFiles } from "./examples.ts";
import { type Files, type ReadDataset, readFiles } from "./reading.ts";

const RUNS = heavy ? 2000 : 50;
/** Longest time a tiny dataset may take on a machine that is busy, ms. */
const PATIENCE = 20_000;

/** Declares the tests of every second reader, from this one on: two files of tests run side by side. */
export function fuzzReaders(first: 0 | 1): void {
  for (const entry of readable.filter((_, index) => index % 2 === first)) fuzz(entry);
}

function fuzz(entry: typeof readable[number]): void {
  Deno.test(`fuzz: ${entry.name} survives ${RUNS} damaged datasets`, async () => {
    const files = exampleFiles(entry);
    await fc.assert(
      fc.asyncProperty(damages, fc.nat(7), async (harm, dice) => {
        // Mostly by name, so that it is read at all; now and then detection has to say something.
        const format = dice === 0 ? undefined : entry.name;
        await check(damaged(files, harm), format);
      }),
      { numRuns: RUNS },
    );
  });

  Deno.test(`fuzz: less labels of ${entry.name} never make more`, async () => {
    const files = exampleFiles(entry);
    const whole = countsOf(await readFiles(files, { format: entry.name }));
    let lower = 0;
    for (const less of withoutOne(files, entry.name === "class-folders")) {
      const found = countsOf(await readFiles(less, { format: entry.name }));
      for (const [path, count] of found) {
        assert.ok(count <= (whole.get(path) ?? 0), `${path}: ${count}\n${JSON.stringify(less)}`);
      }
      if (sum(found) < sum(whole)) lower++;
    }
    assert.ok(lower > 0, "some of it are labels");
  });
}

async function check(files: Files, format: string | undefined): Promise<void> {
  const start = performance.now();
  let found: ReadDataset;
  try {
    found = await readFiles(files, { format, finish: true });
  } catch (error) {
    if (error instanceof PackError) return assert.ok(error.message.length > 10 && error.exitCode > 0);
    throw error;
  }
  assert.ok(performance.now() - start < PATIENCE);
  for (const issue of found.issues) {
    const told = JSON.stringify(issue);
    assert.ok(Object.hasOwn(catalogue, issue.code), told);
    assert.ok(["reject", "warning", "note"].includes(issue.severity), told);
    assert.ok(typeof issue.path === "string" && issue.message.length > 10, told);
    // What is quoted of a damaged file may hold quotation marks and brackets of its own.
    assert.ok(!/undefined|\[object [A-Z]|NaN of/.test(issue.message.replace(/"[^"]*"/g, "")), told);
    assert.ok(issue.line === undefined || Number.isInteger(issue.line) && issue.line > 0, told);
    assert.equal(issue.severity === "reject", issue.record !== undefined, told);
  }
  for (const annotations of Object.values(found.finished)) {
    for (const { category, x, y, width, height, area, keypoints } of annotations) {
      const numbers = [x, y, width, height, area, ...keypoints ?? []];
      const told = JSON.stringify(numbers);
      assert.ok(numbers.every(Number.isFinite), told);
      assert.ok(x >= 0 && y >= 0 && width > 0 && height > 0 && area > 0, told);
      assert.ok(x + width <= 100.001 && y + height <= 80.001, told);
      assert.equal(typeof found.names[category], "string");
    }
  }
  for (const labels of Object.values(found.labels)) {
    for (const category of labels?.classes ?? []) assert.equal(typeof found.names[category], "string");
  }
}

/** Objects and classes of each image. */
function countsOf({ labels }: ReadDataset): Map<string, number> {
  return new Map(
    Object.entries(labels).map(([path, each]) => [
      path,
      (each?.annotations.length ?? 0) + (each?.classes?.length ?? 0) + Object.keys(each?.image ?? {}).length,
    ]),
  );
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((a, b) => a + b, 0);
}

/** The dataset without one of its label files (or images, where their places are the labels), lines or JSON records, in turn. */
function* withoutOne(files: Files, images: boolean): Generator<Files> {
  for (const [path, content] of Object.entries(files)) {
    const { [path]: _, ...others } = files;
    if (content !== null || images) yield others;
    // Colours that a list of classes no longer calls the background become a class.
    if (typeof content !== "string" || path === "labelmap.txt") continue;
    for (const less of /\.(?:json|labels)$/.test(path) ? lessRecords(content) : lessLines(content)) {
      yield { ...files, [path]: less };
    }
  }
}

function* lessLines(text: string): Generator<string> {
  const lines = text.split("\n");
  for (let i = 0; i < lines.length - 1; i++) yield lines.toSpliced(i, 1).join("\n");
}

/** The JSON without one of the objects that lie in arrays. */
function* lessRecords(text: string): Generator<string> {
  const root: unknown = JSON.parse(text);
  for (const array of arraysOf(root)) {
    for (let i = 0; i < array.length; i++) {
      if (typeof array[i] !== "object") continue;
      const [taken] = array.splice(i, 1);
      yield JSON.stringify(root);
      array.splice(i, 0, taken);
    }
  }
}

function* arraysOf(value: unknown): Generator<unknown[]> {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) yield value;
  for (const each of Object.values(value)) yield* arraysOf(each);
}

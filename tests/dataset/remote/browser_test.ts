import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Image } from "imagescript";
import { withPage } from "../../browser/chromium.ts";
import { serveFolder } from "../../browser/range_server.ts";
import { makeSet } from "../make_set.ts";
import { tempDir } from "../temp.ts";
import { runOk, testWith } from "../../tools.ts";

const entry = fileURLToPath(new URL("../../../browser.ts", import.meta.url));

/** A module as `deno info --json` tells of it. */
interface Module {
  specifier: string;
  dependencies?: { code?: { specifier: string } }[];
}

Deno.test("what a browser loads imports nothing of node: or npm:, and does not speak of Deno", async () => {
  const { modules } = JSON.parse(runOk([process.execPath, "info", "--json", entry])) as { modules: Module[] };
  const byName = new Map(modules.map((module) => [module.specifier, module]));
  const seen = new Set<string>();
  const open = [new URL("../../../browser.ts", import.meta.url).href];
  for (let name = open.pop(); name; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    assert.match(name, /^file:/, `${name} is loaded`);
    for (const { code } of byName.get(name)?.dependencies ?? []) if (code) open.push(code.specifier);
    assert.doesNotMatch(await (await fetch(name)).text(), /\bDeno\.\w/, name);
  }
  assert.ok(seen.size > 20);
});

/** A picture of one colour, with what the label is about in another. */
async function picture(i: number): Promise<Uint8Array> {
  const image = new Image(96, 64).fill(Image.rgbToColor(60 + 12 * i, 90, 200 - 12 * i));
  image.drawBox(9 + i, 5 + i, 32, 24, Image.rgbToColor(20 * i, 250 - 20 * i, 120));
  return await image.encode();
}

testWith(
  ["chromium"],
  "a page of another origin opens a set, and draws an image with its boxes",
  async () => {
    using temp = tempDir();
    const [pages, data] = ["pages", "data"].map((name) => join(temp.path, name));
    mkdirSync(pages);
    runOk([
      process.execPath,
      "bundle",
      "--quiet",
      "--platform",
      "browser",
      "-o",
      join(pages, "reader.js"),
      entry,
    ]);
    writeFileSync(join(pages, "page.html"), "<!doctype html><canvas></canvas>");
    const pictures = await Promise.all(Array.from({ length: 10 }, async (_, i) => ({
      name: `${i}.png`,
      data: await picture(i),
      codec: "png" as const,
      width: 96,
      height: 64,
      // Large files of one colour pack well.
      deflate: i % 2 === 1,
      boxes: [[1, 8 + i, 4 + i, 32, 24]] as [number, number, number, number, number][],
    })));
    makeSet(join(data, "birds"), pictures);
    await using page = await serveFolder(pages);
    await using server = await serveFolder(data);
    const found = await withPage(`${page.url}page.html`, async (tab) => {
      return await tab.evaluate(
        async (reader: string, url: string) => {
          const { openDataset } = await import(reader);
          const dataset = await openDataset(url);
          // deno-lint-ignore no-explicit-any -- of the page
          const canvas = (globalThis as any).document.querySelector("canvas");
          const context = canvas.getContext("2d", { willReadFrequently: true });
          const colours: number[][] = [];
          for (const n of [4, 7]) {
            const { bytes, annotations, width, height } = await dataset.frame(n);
            [canvas.width, canvas.height] = [width, height];
            context.drawImage(await createImageBitmap(new Blob([bytes])), 0, 0);
            context.strokeStyle = "rgb(255, 0, 0)";
            context.lineWidth = 2;
            const [{ bbox: [x, y, w, h] }] = annotations;
            const at = (x: number, y: number) => [...context.getImageData(x, y, 1, 1).data];
            context.strokeRect(x + 1, y + 1, w - 2, h - 2);
            colours.push(at(x + w / 2, y + h / 2), at(width - 3, height - 3), at(x, y + h / 2));
          }
          const classes = dataset.categories.map(({ name }: { name: string }) => name);
          return { length: dataset.length, place: dataset.byName("7.png"), classes, colours };
        },
        `${page.url}reader.js`,
        `${server.url}birds`,
      );
    });
    const red = [255, 0, 0, 255];
    const colours = [4, 7].flatMap((i) => [
      [20 * i, 250 - 20 * i, 120, 255],
      [60 + 12 * i, 90, 200 - 12 * i, 255],
      red,
    ]);
    assert.deepEqual(found, { length: 10, place: 7, classes: ["cat", "dog"], colours });
    const bundle = server.served.filter(({ path, status }) => path.endsWith(".zip") && status === 206);
    assert.equal(bundle.length, 2);
  },
);

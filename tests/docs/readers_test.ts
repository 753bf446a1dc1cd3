/** Runs the examples of docs/readers.md, as they stand there, with sets that are packed for them. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Image } from "imagescript";
import { decodePng } from "../../src/image/png_pixels.ts";
import { pack, type PackOptions } from "../../mod.ts";
import { withPage } from "../browser/chromium.ts";
import { serveFolder } from "../browser/range_server.ts";
import { tempDir } from "../dataset/temp.ts";
import { readExamples } from "./examples.ts";
import { runShell } from "./shell.ts";
import { python, runOk, testWith } from "../tools.ts";
import type { Scene } from "../video/make_video_set.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const page = readFileSync(join(root, "docs", "readers.md"), "utf8");
/** How each kind of bundle that the page names is packed. */
const BUNDLES: Record<string, Partial<PackOptions>> = {
  zip: { media: "zip" },
  tar: { media: "tar" },
  webdataset: { media: "tar", layout: "webdataset" },
  mp4: { media: "mp4" },
  h264: { compression: { codec: "h264" } },
};
/** The frame the examples take. */
const N = 5;

/** `words` are the kinds of bundle an example is for; none if other examples of the language build on it. */
const examples = readExamples(page);
const beginning = (language: string) =>
  examples.filter((example) => example.language === language && example.words.length === 0)
    .map(({ code }) => code).join("");

/** What frame i shows: a square on a ground, both of a colour that no other frame has. Frame 8 is larger than the others. */
const scene = (i: number): Scene & { file_name: string } => ({
  file_name: `images/${String(i).padStart(2, "0")}.jpg`,
  width: i === 8 ? 120 : 96,
  height: i === 8 ? 80 : 64,
  box: [8 + 4 * i, 4 + 2 * i, 32, 24],
  inside: [20 * i, 250 - 20 * i, 120],
  ground: [60 + 12 * i, 90, 200 - 12 * i],
});

/** Packs ten images with one box each into `birds` below a folder. */
async function makeSet(folder: string, bundle: string): Promise<void> {
  const data = join(folder, "data");
  for (const part of ["images", "labels"]) mkdirSync(join(data, part), { recursive: true });
  for (let i = 0; i < 10; i++) {
    const { width, height, box: [x, y, w, h], inside, ground, file_name } = scene(i);
    const image = new Image(width, height).fill(Image.rgbToColor(...ground as [number, number, number]));
    image.drawBox(x + 1, y + 1, w, h, Image.rgbToColor(...inside as [number, number, number]));
    writeFileSync(join(data, file_name), await image.encodeJPEG(95));
    const row = [(x + w / 2) / width, (y + h / 2) / height, w / width, h / height];
    writeFileSync(
      join(data, file_name.replace("images", "labels").replace("jpg", "txt")),
      `0 ${row.join(" ")}\n`,
    );
  }
  await pack({ dataset: data, output: join(folder, "birds"), ...BUNDLES[bundle] });
}

/** What an example found. */
interface Found {
  width: number;
  height: number;
  /** Boxes of the annotations. */
  boxes: number[][];
  /** RGB or RGBA in the middle of the box, and in the corner at the bottom right. */
  inside: number[];
  ground: number[];
}

/** The colours went through JPEG, and some through a video; neighbours differ by 20 and 12 in two channels. */
function assertFrame({ width, height, boxes, inside, ground }: Found, frame = N): void {
  const wanted = scene(frame);
  assert.deepEqual({ width, height }, { width: wanted.width, height: wanted.height });
  assert.deepEqual(boxes.map((box) => box.map((value) => Math.round(value * 1000) / 1000)), [wanted.box]);
  for (const [found, colour] of [[inside, wanted.inside], [ground, wanted.ground]]) {
    for (let c = 0; c < 3; c++) assert.ok(Math.abs(found[c] - colour[c]) < 8, `${found} is not ${colour}`);
  }
}

const REPORT = `
import json, numpy
pixels = numpy.asarray(picture)
(box,) = [a["bbox"] for a in annotations]
at = lambda x, y: pixels[int(y), int(x)].tolist()
print(json.dumps({"width": pixels.shape[1], "height": pixels.shape[0], "boxes": [box],
    "inside": at(box[0] + box[2] / 2, box[1] + box[3] / 2), "ground": at(pixels.shape[1] - 3, pixels.shape[0] - 3)}))
`;

/** The same in a browser, of what was drawn on `canvas`. */
const BROWSER_REPORT = `
const boxes = annotations.map(({ bbox }) => bbox);
const at = (x, y) => [...context.getImageData(x, y, 1, 1).data];
const [[x, y, w, h]] = boxes;
const { width, height } = canvas;
return { width, height, boxes, inside: at(x + w / 2, y + h / 2), ground: at(width - 3, height - 3) };
`;

for (const { language, heading, code, words } of examples) {
  for (const bundle of words) {
    const name = `docs/readers.md, ${heading}: the example in ${language} reads frame ${N} of ${
      {
        zip: "a zip",
        tar: "a tar",
        webdataset: "a tar laid out for WebDataset",
        mp4: "a lossless mp4",
        h264: "a compressed video",
      }[bundle]
    }`;
    const test = (needs: string[], run: (folder: string) => Promise<void> | void) =>
      testWith([...needs, ...bundle === "h264" ? ["encoder:libx264"] : []], name, async () => {
        using temp = tempDir();
        await makeSet(temp.path, bundle);
        await run(temp.path);
      });
    if (language === "python") {
      const modules = [...code.matchAll(/^(?:import|from) (\w+)/gm)].map((match) => `python:${match[1]}`);
      test(["python:numpy", ...modules], (folder) => {
        const script = beginning("python") + code + REPORT;
        assertFrame(JSON.parse(runOk([python, "-c", script], { cwd: folder }).split("\n").at(-2)!));
      });
    } else if (language === "js") {
      test(["chromium"], async (folder) => {
        await using server = await serveFolder(folder);
        const body = `return (async () => {${beginning("js")}${code}${BROWSER_REPORT}})()`;
        const found = await withPage(server.url, (page) => page.evaluate(new Function(body) as () => Found));
        assertFrame(found);
        const media = server.served.filter(({ path }) => path.includes("media_bundle"));
        assert.ok(media.length > 0 && media.every(({ status }) => status === 206));
      });
    } else if (language === "ts") {
      test([], (folder) => {
        const script = join(folder, "example.ts");
        const main = JSON.stringify(new URL("../../mod.ts", import.meta.url).href);
        writeFileSync(script, code.replace('"@compact-uploader/compact-uploader"', main));
        const config = join(root, "deno.json");
        const said = runOk([process.execPath, "run", "-A", "--no-check", "--config", config, script], {
          cwd: folder,
        });
        const packed = join(folder, "data", scene(N).file_name);
        const file = bundle === "h264" ? / png \d+ / : new RegExp(` jpeg ${statSync(packed).size} `);
        const numbers = said.replace(/\s+/g, "");
        assert.ok(said.includes(scene(N).file_name) && file.test(said), said);
        assert.ok(numbers.includes(`[${scene(N).box}]`), said);
      });
    } else {
      const needs = ["sh", ...code.startsWith("ffmpeg") ? ["ffmpeg"] : []];
      test(needs, (folder) => checkShell(folder, code));
    }
  }
}

/** Runs a command of the page, and looks at what it made. */
function checkShell(folder: string, code: string): void {
  const before = new Set(readdirSync(folder));
  runShell(code, { cwd: folder });
  const made = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => !before.has(name.split("/")[0]) && /\.(png|jpg)$/.test(name)).sort();
  assert.ok(made.length > 0);
  for (const name of made) {
    const bytes = readFileSync(join(folder, name));
    if (name.endsWith(".png")) {
      const { width, height, data, channels } = decodePng(bytes);
      const at = (
        x: number,
        y: number,
      ) => [...data.subarray((y * width + x) * channels).subarray(0, channels)];
      const frame = Number(/(\d+)\.png$/.exec(name)?.[1] ?? N);
      const [x, y, w, h] = scene(frame).box;
      assertFrame({
        width,
        height,
        boxes: [scene(frame).box],
        inside: at(x + w / 2, y + h / 2),
        ground: at(width - 3, height - 3),
      }, frame);
    } else {
      const original = `images/${name.slice(-6)}`;
      assert.deepEqual(bytes, readFileSync(join(folder, "data", original)), name);
    }
  }
}

Deno.test("docs/readers.md has examples for every kind of bundle and of reader", () => {
  for (const bundle of Object.keys(BUNDLES)) {
    assert.ok(examples.filter(({ words }) => words.includes(bundle)).length >= 3, bundle);
  }
  assert.deepEqual([...new Set(examples.map(({ language }) => language))].sort(), [
    "js",
    "python",
    "sh",
    "ts",
  ]);
  assert.ok(examples.every(({ words }) => words.every((bundle) => bundle in BUNDLES)));
});

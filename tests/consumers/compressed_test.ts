import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pack } from "../../src/pack/pack.ts";
import type { CodecName } from "../../src/video/codec_names.ts";
import { codecs } from "../../src/video/codecs.ts";
import { heavy, python, runOk, testWith } from "../tools.ts";
import { paintDataset, type Painted } from "../video/compress/painted.ts";
import { inFolder } from "./sets.ts";

const SCRIPT = fileURLToPath(new URL("find_squares.py", import.meta.url));
/** How far a square may be from its box, px. */
const NEAR = 2;

type Box = [number, number, number, number];

/** Every codec in each container it fits into. Files by size mean as many encoders as sizes: two codecs stand for all. */
const bundles = (Object.keys(codecs) as CodecName[]).flatMap((codec) => [
  ...codecs[codec].containers.map((media) => ({ codec, media, groupBySize: false })),
  ...heavy || codec === "h264" || codec === "ffv1"
    ? [{ codec, media: codecs[codec].containers[0], groupBySize: true }]
    : [],
]);

/** Boxes of the annotation file, by the names of their images. */
function labelled(set: string): Map<string, Box> {
  const { images, annotations } = JSON.parse(readFileSync(join(set, "unified_annotation.json"), "utf8"));
  const names = new Map<number, string>(
    images.map(({ id, file_name }: { id: number; file_name: string }) => [id, file_name]),
  );
  return new Map(
    annotations.map(({ image_id, bbox }: { image_id: number; bbox: Box }) => [names.get(image_id)!, bbox]),
  );
}

function assertFound(found: Record<string, Box>, painted: readonly Painted[], labels: Map<string, Box>) {
  assert.deepEqual(Object.keys(found).sort(), painted.map(({ name }) => name).sort());
  const far = painted.filter(({ name }) =>
    found[name].some((value, i) => Math.abs(value - labels.get(name)![i]) > NEAR)
  );
  assert.deepEqual(far.map(({ name }) => [name, found[name], labels.get(name)]), []);
}

for (const { codec, media, groupBySize } of bundles) {
  testWith(
    ["python:av", "python:cv2", `encoder:${codecs[codec].encoders.join(" or ")}`],
    `PyAV and OpenCV count the frames of ${codec} in ${media}${
      groupBySize ? ", a file for each size," : ""
    } and see every square where its box is`,
    () =>
      inFolder(async (folder) => {
        const [dataset, set] = [join(folder, "data"), join(folder, "set")];
        const painted = await paintDataset(dataset);
        await pack({ dataset, output: set, media, compression: { codec, groupBySize, proof: false } });
        const colours = Object.fromEntries(
          painted.map(({ name, square, ground }) => [name, [square, ground]]),
        );
        const found = JSON.parse(runOk([python, SCRIPT, set], { input: JSON.stringify(colours) }));
        for (const reader of ["PyAV", "OpenCV"]) assertFound(found[reader], painted, labelled(set));
      }),
  );
}

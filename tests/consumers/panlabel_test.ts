/** What panlabel, a converter in Rust, reads of ours: boxes of the formats it takes as the tools write them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { runOk, testWith } from "../tools.ts";
import { convertRich, IMAGES, type RichObject } from "./rich_set.ts";

/** Its intermediate form. */
interface Intermediate {
  readonly images: readonly { id: number; file_name: string; width: number; height: number }[];
  readonly categories: readonly { id: number; name: string }[];
  readonly annotations: readonly {
    image_id: number;
    category_id: number;
    bbox: Record<"xmin" | "ymin" | "xmax" | "ymax", number>;
  }[];
}

/** Format, its name there, and what is given to it. */
const FORMATS = [
  ["coco", "coco", "annotations/instances_train.json"],
  ["createml", "create-ml", "train/_annotations.createml.json"],
  ["labelme", "labelme", "train"],
  ["voc", "voc", ""],
  ["yolo", "yolo", ""],
] as const;

/** It ends at a LabelMe file with shapes other than rectangles and polygons, and does not join polygons. */
const simple = (object: RichObject) => !object.rotation && !object.pixels && !(object.outlines?.length === 2);

for (const [format, name, input] of FORMATS) {
  testWith(
    ["panlabel"],
    `panlabel reads the same classes and boxes from ${format}`,
    () =>
      convertRich(format, (folder) => {
        const file = join(folder, "panlabel.json");
        const command = ["panlabel", "convert", "--from", name, "--to", "ir-json", "--allow-lossy"];
        runOk([...command, "--input", join(folder, input), "--output", file]);
        const { images, categories, annotations }: Intermediate = JSON.parse(readFileSync(file, "utf8"));
        const train = images.filter(({ file_name }) => IMAGES[basename(file_name)].split === "train");
        assert.deepEqual(train.map(({ file_name }) => basename(file_name)).sort(), ["a.png", "b.png"]);
        for (const { id, file_name, width, height } of train) {
          const { size, objects } = IMAGES[basename(file_name)];
          assert.deepEqual([width, height], size);
          const found = annotations.filter(({ image_id }) => image_id === id).map((each) => [
            categories.find((category) => category.id === each.category_id)!.name,
            ...Object.values(each.bbox).map((value) => Math.round(value * 1000) / 1000),
          ]);
          assert.deepEqual(found, objects.filter(simple).map((each) => [each.class, ...each.box]));
        }
      }, simple),
  );
}

import type { CocoAnnotation, CocoImage } from "../../model/dataset.ts";
import { polygonsToRle } from "../../geometry/polygon_rle.ts";
import { decodeCounts } from "../../geometry/rle.ts";
import { encodePng } from "../../image/png_pixels.ts";
import { vocPalette } from "../../image/voc_palette.ts";
import type { Rle } from "../../model/annotation.ts";
import { PackError } from "../../model/issue.ts";
import { withoutExtension } from "../../model/image_names.ts";
import type { LabelOutput, LabelSink, LabelWriter, Lose, WriterHead, WriterImage } from "../writer.ts";
import { loseImageAttributes } from "../writing/image_level.ts";
import { safeClassNames } from "../writing/safe_names.ts";
import { splitFolder } from "../writing/split_files.ts";
import { cornersOf } from "../yolo/write.ts";

/** Value of pixels of no class, and its name. */
const BACKGROUND = "background";
/** Most classes: 255 means "not to be judged" to readers. */
const MOST_CLASSES = 254;
/** `labelmap.txt` has a class a line, its fields divided by colons, comments behind `#`. */
// deno-lint-ignore no-control-regex -- control characters are what is looked for
const FORBIDDEN = /[\x00-\x1f\x7f\x85\u2028\u2029:]|^#|^background$/g;

/**
 * Semantic masks: `masks/<split>/*.png` for `images/<split>/`, whose pixels are numbers of classes in Pascal VOC's colours, and
 * `labelmap.txt` (FORMATS §11.20). Where objects overlap, the smaller one is seen.
 */
export const maskPngWriter: LabelWriter = { name: "mask-png", losses, begin };

function losses(image: CocoImage, annotations: readonly CocoAnnotation[], lose: Lose): void {
  loseImageAttributes(image, lose);
  const more = annotations.length - new Set(annotations.map(({ category_id }) => category_id)).size;
  if (more > 0) lose("masks", "of one class become one region of an image", more);
}

function begin({ categories }: WriterHead, out: LabelSink): LabelOutput {
  if (categories.length > MOST_CLASSES) {
    throw new PackError(
      `Masks hold ${MOST_CLASSES} classes, and there are ${categories.length}.`,
      "Choose the classes with --classes.",
      2,
    );
  }
  const names = safeClassNames(categories, FORBIDDEN, out.issue);
  const palette = vocPalette();
  return {
    place: ({ split }, name) => `images/${splitFolder(split)}${name}`,
    write(image, annotations) {
      const stem = withoutExtension(image.path.slice("images/".length));
      const { width, height } = image;
      const data = drawn(image, annotations);
      out.file(`masks/${stem}.png`, encodePng({ width, height, channels: 1, depth: 8, data, palette }));
    },
    end() {
      const lines = [BACKGROUND, ...names].map((name, i) => `${name}:${palette[i].join(",")}::\n`);
      out.file("labelmap.txt", `# label:color_rgb:parts:actions\n${lines.join("")}`);
    },
  };
}

/** Numbers of the classes, row by row. */
function drawn({ width, height }: WriterImage, annotations: readonly CocoAnnotation[]): Uint8Array {
  const pixels = new Uint8Array(width * height);
  for (const annotation of annotations.toSorted((a, b) => b.area - a.area)) {
    const runs = runsOf(annotation, width, height);
    for (let i = 0, at = 0; i < runs.length; at += runs[i], i++) {
      if (i % 2 === 0) continue;
      for (let pixel = at; pixel < at + runs[i]; pixel++) {
        pixels[(pixel % height) * width + Math.floor(pixel / height)] = annotation.category_id;
      }
    }
  }
  return pixels;
}

/** Run lengths of an object, column by column; a box is its filled rectangle. */
function runsOf(annotation: CocoAnnotation, width: number, height: number): readonly number[] {
  const { segmentation } = annotation;
  const rle: Rle | undefined = !Array.isArray(segmentation)
    ? segmentation
    : polygonsToRle(segmentation.length > 0 ? segmentation : [cornersOf(annotation)], width, height)
      ?.segmentation;
  const counts = rle?.counts ?? [];
  return typeof counts === "string" ? decodeCounts(counts) ?? [] : counts;
}

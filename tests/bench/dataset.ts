import { linkSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { picture, random, withComment } from "./picture.ts";

/** Size of a benchmark picture, px, and its noise, which decides the bytes. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
  readonly noise: number;
}

/** 16 KB a file on average: what a 640-px photograph of a detection set takes. */
export const PHOTO: PictureSize = { width: 320, height: 240, noise: 53 };
/** 1 KB a file: the cost of a file rather than of its bytes. */
export const SMALL: PictureSize = { width: 32, height: 32, noise: 30 };

const CLASSES = ["person", "bicycle", "car", "dog", "horse", "boat", "chair", "bottle", "sheep", "train"];
/** Different pictures; each file is one of them with a comment of its own. */
const POOL = 32;

interface Box {
  category: number;
  /** Centre and size as parts of the picture, as YOLO has them. */
  values: [number, number, number, number];
}

/** One to nine boxes, five on average, that lie inside the picture. */
function boxes(next: () => number): Box[] {
  return Array.from({ length: 1 + Math.floor(next() * 9) }, () => {
    const width = 0.05 + next() * 0.3;
    const height = 0.05 + next() * 0.3;
    const x = width / 2 + next() * (1 - width);
    const y = height / 2 + next() * (1 - height);
    return { category: Math.floor(next() * CLASSES.length), values: [x, y, width, height] };
  });
}

function stem(index: number): string {
  return String(index).padStart(7, "0");
}

/**
 * Writes a YOLO dataset: `images/*.jpg`, `labels/*.txt`, `data.yaml`. The same arguments give the same files.
 *
 * @returns Bytes of all images.
 */
export async function makeYolo(folder: string, images: number, size: PictureSize): Promise<number> {
  for (const name of ["images", "labels"]) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(
    join(folder, "data.yaml"),
    `path: .\ntrain: images\nval: images\nnc: ${CLASSES.length}\nnames: [${CLASSES.join(", ")}]\n`,
  );
  const pool: Uint8Array[] = [];
  for (let seed = 1; seed <= Math.min(POOL, images); seed++) {
    pool.push(await picture(size.width, size.height, size.noise, seed));
  }
  const next = random(images);
  const noise = new Uint8Array(1024).map(() => next() * 256);
  let bytes = 0;
  for (let i = 0; i < images; i++) {
    const comment = noise.slice(0, 16 + Math.floor(next() * (size === SMALL ? 112 : 1008)));
    new DataView(comment.buffer).setUint32(0, i);
    const file = withComment(pool[i % pool.length], comment);
    bytes += file.length;
    writeFileSync(join(folder, "images", stem(i) + ".jpg"), file);
    const rows = boxes(random(i)).map((box) =>
      [box.category, ...box.values.map((v) => v.toFixed(6))].join(" ")
    );
    writeFileSync(join(folder, "labels", stem(i) + ".txt"), rows.join("\n") + "\n");
  }
  return bytes;
}

/** Writes the same dataset as Pascal VOC; the images are hard links to those of `yolo`. */
export function makeVoc(folder: string, yolo: string, images: number, size: PictureSize): void {
  for (const name of ["JPEGImages", "Annotations"]) mkdirSync(join(folder, name), { recursive: true });
  for (let i = 0; i < images; i++) {
    linkSync(join(yolo, "images", stem(i) + ".jpg"), join(folder, "JPEGImages", stem(i) + ".jpg"));
    const objects = boxes(random(i)).map(({ category, values: [x, y, width, height] }) => {
      const left = Math.floor((x - width / 2) * size.width) + 1;
      const top = Math.floor((y - height / 2) * size.height) + 1;
      const right = Math.floor((x + width / 2) * size.width);
      const bottom = Math.floor((y + height / 2) * size.height);
      return `\t<object>
\t\t<name>${CLASSES[category]}</name>
\t\t<pose>Unspecified</pose>
\t\t<truncated>0</truncated>
\t\t<difficult>0</difficult>
\t\t<bndbox>
\t\t\t<xmin>${left}</xmin>
\t\t\t<ymin>${top}</ymin>
\t\t\t<xmax>${right}</xmax>
\t\t\t<ymax>${bottom}</ymax>
\t\t</bndbox>
\t</object>
`;
    });
    writeFileSync(
      join(folder, "Annotations", stem(i) + ".xml"),
      `<annotation>
\t<folder>JPEGImages</folder>
\t<filename>${stem(i)}.jpg</filename>
\t<source>
\t\t<database>Unknown</database>
\t</source>
\t<size>
\t\t<width>${size.width}</width>
\t\t<height>${size.height}</height>
\t\t<depth>3</depth>
\t</size>
\t<segmented>0</segmented>
${objects.join("")}</annotation>
`,
    );
  }
}

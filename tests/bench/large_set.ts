import { createHash } from "node:crypto";
import { closeSync, ftruncateSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";

/** Bytes of an image, all of them 0: they take no room on the disk. */
const IMAGE = 4000;
/** Bytes between two images. */
const STEP = 4096;
const BOXES = 5;
const HEADER = 4096;
/** Bytes written at once. */
const BLOCK = 2 ** 20;

/** A text file that is written from front to back, and its SHA-256. */
class TextFile {
  readonly #file: number;
  readonly #hash = createHash("sha256");
  #text = "";
  size = 0;

  constructor(path: string) {
    this.#file = openSync(path, "w");
  }

  add(text: string): void {
    this.#text += text;
    if (this.#text.length >= BLOCK) this.#flush();
  }

  /** SHA-256 of all so far. */
  digest(): string {
    this.#flush();
    return this.#hash.copy().digest("hex");
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    const bytes = new TextEncoder().encode(this.#text);
    writeSync(this.#file, bytes);
    this.#hash.update(bytes);
    this.size += bytes.length;
    this.#text = "";
  }
}

const hex = (sum: number) => sum.toString(16).padStart(8, "0");

function crc32OfZeros(size: number): number {
  const block = new Uint8Array(BLOCK);
  let sum = 0;
  for (let at = 0; at < size; at += BLOCK) sum = crc32(block.subarray(0, size - at), sum);
  return sum;
}

/** Writes a set as large as one likes, whose images are all the same: what reading from a store costs without their bytes. */
export function makeLargeSet(dir: string, images: number): void {
  mkdirSync(dir, { recursive: true });
  const image = new Uint8Array(IMAGE);
  const sum = hex(crc32(image));
  const sha256 = createHash("sha256").update(image).digest("hex");
  const bundle = openSync(join(dir, "media_bundle.zip"), "w");
  ftruncateSync(bundle, images * STEP);
  closeSync(bundle);
  const name = (i: number) => `images/${String(i).padStart(9, "0")}.jpg`;
  const place = (i: number) => `"offset":${i * STEP},"size":${IMAGE}`;
  const comma = (i: number, count: number) => i < count - 1 ? ",\n" : "\n";

  const coco = new TextFile(join(dir, "unified_annotation.json"));
  coco.add('{"info":{},\n"licenses":[],\n"images":[\n');
  for (let i = 0; i < images; i++) {
    coco.add(`{"id":${i + 1},"width":640,"height":480,"file_name":"${name(i)}","frame":${i},${place(i)}}`);
    coco.add(comma(i, images));
  }
  coco.add('],\n"annotations":[\n');
  for (let i = 0; i < images * BOXES; i++) {
    coco.add(
      `{"id":${i + 1},"image_id":${Math.floor(i / BOXES) + 1},"category_id":1,` +
        `"bbox":[10.5,20.25,100,50],"area":5000,"iscrowd":0,"segmentation":[]}`,
    );
    coco.add(comma(i, images * BOXES));
  }
  coco.add('],\n"categories":[\n{"id":1,"name":"thing","supercategory":"object"}\n]}\n');
  const annotations = { file: "unified_annotation.json", sha256: coco.digest(), size: coco.size };
  coco.close();

  const header = JSON.stringify({
    format: "compact-uploader/manifest",
    version: 1,
    bundle: {
      ...{ file: "media_bundle.zip", media: "zip", size: images * STEP },
      ...{ crc32: hex(crc32OfZeros(images * STEP)), frames_sha256: "0".repeat(64) },
    },
    annotations,
    frames: [],
  }).slice(0, -2);
  const manifest = new TextFile(join(dir, "frame_manifest.json"));
  manifest.add(header.padEnd(HEADER - 1) + "\n");
  for (let i = 0; i < images; i++) {
    manifest.add(
      `{"index":${i},${place(i)},"crc32":"${sum}","sha256":"${sha256}","width":640,"height":480,` +
        `"orientation":1,"codec":"jpeg","file_name":"${name(i)}"}${comma(i, images)}`,
    );
  }
  manifest.add("],\n");
  const counts = { frames: images, annotations: images * BOXES, categories: 1, bytes: images * IMAGE };
  manifest.add(`"footer":${JSON.stringify({ ...counts, sha256: manifest.digest() })}}\n`);
  manifest.close();
}

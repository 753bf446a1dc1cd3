import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { picture, withComment } from "../bench/picture.ts";
import { runOk } from "../tools.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));
/** The sample dataset that comes with the tool. */
export const SAMPLE = fileURLToPath(new URL("../../fixtures/sample", import.meta.url));

/** Runs a command of the command line; an exit code other than 0 is an error. */
export function cli(...args: string[]): string {
  return runOk([process.execPath, "run", "-A", MAIN, ...args]);
}

/** A folder that is removed when the test ends. */
export async function inFolder(test: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "consumers-"));
  try {
    await test(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Packs a dataset into a new folder and hands over that folder. */
export function withSet(
  dataset: string,
  args: string[],
  test: (set: string) => Promise<void> | void,
): Promise<void> {
  return inFolder((folder) => {
    const set = join(folder, "set");
    cli("run", dataset, "--output", set, "--quiet", ...args);
    return test(set);
  });
}

/**
 * Names that archive readers have stumbled over; those a file system may refuse are left out on Windows. The backslashes have a
 * slash beside them: in a zip name without one, libarchive takes a backslash for a slash.
 */
const NAMES = [
  "a-b/x.jpg",
  "a.jpg",
  "a/x.jpg",
  "with space/and 'quote'.jpg",
  "ünïcode/写真/😀.jpg",
  "n".repeat(120) + ".jpg",
  ("folder-of-thirty-characters-xx/".repeat(9)) + "deep.jpg",
  ...(process.platform === "win32" ? [] : ['back\\slash/and\\again "quoted" *.jpg']),
];

/** Writes images with such names, and one uncompressed BMP; no labels. */
export async function makeNamesTree(folder: string): Promise<void> {
  const jpeg = await picture(48, 32, 40, 7);
  NAMES.forEach((name, i) => write(folder, name, withComment(jpeg, new Uint8Array(1 + i * 37).fill(i))));
  write(folder, "flat.bmp", bitmap(40, 30));
}

/** A 24-bit BMP: `BITMAPFILEHEADER`, `BITMAPINFOHEADER`, rows of BGR; the width is a multiple of 4, so rows need no padding. */
function bitmap(width: number, height: number): Uint8Array {
  const file = new Uint8Array(54 + width * height * 3).fill(0x80);
  const header = new DataView(file.buffer);
  file.fill(0, 0, 54);
  file.set([0x42, 0x4d]);
  header.setUint32(2, file.length, true);
  header.setUint32(10, 54, true);
  header.setUint32(14, 40, true);
  header.setInt32(18, width, true);
  header.setInt32(22, height, true);
  header.setUint16(26, 1, true);
  header.setUint16(28, 24, true);
  header.setUint32(34, width * height * 3, true);
  return file;
}

/**
 * Writes a COCO dataset with every kind of segmentation: three images of 48×32 px with a polygon each, the second also with
 * a run-length encoded crowd (12 columns of 32 px from x = 20).
 */
export async function makeCocoTree(folder: string): Promise<void> {
  const names = ["one.jpg", "two.jpg", "three.jpg"];
  for (const [i, name] of names.entries()) write(folder, `images/${name}`, await picture(48, 32, 40, i + 1));
  const polygons = [[4, 4, 24, 4, 24, 20, 4, 20], [2, 2, 18, 2, 10, 30], [10, 6, 40, 6, 40, 28, 10, 28]];
  const boxes = [[4, 4, 20, 16], [2, 2, 16, 28], [10, 6, 30, 22]];
  const areas = [320, 224, 660];
  const annotations: unknown[] = polygons.map((polygon, i) => ({
    id: i + 10,
    image_id: i + 100,
    category_id: i === 1 ? 7 : 3,
    bbox: boxes[i],
    area: areas[i],
    iscrowd: 0,
    segmentation: [polygon],
  }));
  annotations.push({
    id: 20,
    image_id: 101,
    category_id: 7,
    bbox: [20, 0, 12, 32],
    area: 384,
    iscrowd: 1,
    segmentation: { size: [32, 48], counts: [20 * 32, 12 * 32, 16 * 32] },
  });
  const coco = {
    images: names.map((file_name, i) => ({ id: i + 100, file_name, width: 48, height: 32 })),
    annotations,
    categories: [{ id: 3, name: "cell", supercategory: "tissue" }, {
      id: 7,
      name: "fibre",
      supercategory: "tissue",
    }],
  };
  write(folder, "annotations/instances.json", new TextEncoder().encode(JSON.stringify(coco)));
}

function write(folder: string, name: string, bytes: Uint8Array): void {
  const path = join(folder, ...name.split("/"));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

/** A frame line of the manifest, as far as readers need it. */
export interface Frame {
  file_name: string;
  offset: number;
  size: number;
}

/** Frames of a set, by parsing the manifest as plain JSON. */
export function frames(set: string): Frame[] {
  return JSON.parse(readFileSync(join(set, "frame_manifest.json"), "utf8")).frames;
}

/** Contents of all files below a folder, by path with `/`. */
export function contents(folder: string): Map<string, Uint8Array> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile()
  );
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const name = path.slice(folder.length + 1);
      return [
        process.platform === "win32" ? name.replaceAll("\\", "/") : name,
        new Uint8Array(readFileSync(path)),
      ];
    }),
  );
}

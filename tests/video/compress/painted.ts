import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Image } from "imagescript";
import { app1, exif } from "../../image/make_image.ts";
import { writeTree } from "../../pack/small_dataset.ts";
import { runOk } from "../../tools.ts";

/** An image with a square of one colour on a ground of another. */
export interface Painted {
  readonly name: string;
  /** Upright size, px. */
  readonly width: number;
  readonly height: number;
  readonly ground: readonly [number, number, number];
  readonly square: readonly [number, number, number];
  /** Upright place of the square, px. */
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** Sizes even and odd; EXIF orientations; JPEG and PNG; told by the name. */
const KINDS: readonly [ending: string, width: number, height: number, orientation: number][] = [
  ["jpg", 96, 64, 1],
  ["png", 96, 64, 1],
  ["jpg", 61, 47, 1],
  ["png", 33, 79, 1],
  ["jpg", 80, 48, 6],
  ["jpg", 51, 77, 8],
  ["jpg", 64, 40, 3],
  ["jpg", 45, 63, 5],
  ["jpg", 72, 56, 2],
  ["jpg", 40, 90, 7],
  ["jpg", 66, 42, 4],
  ["png", 95, 63, 1],
  ["webp", 70, 50, 1],
  ["bmp", 52, 36, 1],
  ["tiff", 48, 64, 1],
  ["gif", 60, 60, 1],
];

/** Colours far from each other. */
const COLOURS: readonly (readonly [number, number, number])[] = [
  ...[[200, 40, 40], [40, 160, 60], [50, 60, 200], [220, 200, 60], [150, 60, 170], [60, 180, 190], [
    230,
    230,
    230,
  ], [30, 30, 30]],
] as [number, number, number][];

/** Images that were painted, and all their files; by the numbers of kinds and copies. */
interface Dataset {
  readonly painted: readonly Painted[];
  readonly files: Readonly<Record<string, Uint8Array>>;
}
const datasets = new Map<string, Dataset>();

/**
 * Writes images of every size, orientation and kind, with YOLO labels that say where their squares are.
 *
 * @param kinds So many kinds, of which each takes two starts of ffmpeg in a run; the first six are of five sizes.
 * @param copies Images of each kind.
 * @returns What was painted, in the order of the frames.
 */
export async function paintDataset(
  folder: string,
  kinds = KINDS.length,
  copies = 1,
): Promise<readonly Painted[]> {
  const key = `${kinds} ${copies}`;
  const known = datasets.get(key);
  if (known) {
    writeTree(folder, known.files);
    return known.painted;
  }
  const painted = await paintAnew(folder, kinds, copies);
  const files: Record<string, Uint8Array> = {};
  for (const { name } of painted) {
    for (const path of [name, name.replace(/^images(.*)\.\w+$/, "labels$1.txt")]) {
      files[path] = readFileSync(join(folder, path));
    }
  }
  // Most of them take a start of ffmpeg.
  datasets.set(key, { painted, files });
  return painted;
}

async function paintAnew(folder: string, kinds: number, copies: number): Promise<Painted[]> {
  const painted: Painted[] = [];
  for (let i = 0; i < copies * kinds; i++) {
    const [ending, width, height, orientation] = KINDS[i % kinds];
    const ground = COLOURS[i % COLOURS.length], square = COLOURS[(i + 3) % COLOURS.length];
    const side = Math.floor(Math.min(width, height) / 2);
    const box = { x: i * 5 % (width - side), y: i * 3 % (height - side), width: side, height: side };
    const name = `images/${String(i).padStart(3, "0")}.${ending}`;
    const image = { name, width, height, ground, square, box };
    painted.push(image);
    await write(join(folder, name), image, ending, orientation);
    const row = [0, (box.x + side / 2) / width, (box.y + side / 2) / height, side / width, side / height]
      .join(" ");
    const label = join(folder, `labels/${String(i).padStart(3, "0")}.txt`);
    mkdirSync(dirname(label), { recursive: true });
    writeFileSync(label, row + "\n");
  }
  return painted;
}

async function write(path: string, painted: Painted, ending: string, orientation: number): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const { width, height } = painted;
  const turned = orientation >= 5;
  const stored = new Image(turned ? height : width, turned ? width : height);
  for (let y = 0; y < stored.height; y++) {
    for (let x = 0; x < stored.width; x++) {
      const [u, v] = upright(x, y, stored.width, stored.height, orientation);
      const [r, g, b] = colourAt(painted, u, v);
      stored.setPixelAt(x + 1, y + 1, Image.rgbToColor(r, g, b));
    }
  }
  if (ending === "jpg") {
    const bytes = await stored.encodeJPEG(95);
    const head = orientation > 1 ? app1(exif(orientation)) : [];
    writeFileSync(path, Uint8Array.from([...bytes.subarray(0, 2), ...head, ...bytes.subarray(2)]));
    return;
  }
  const png = ending === "png" ? path : `${path}.png`;
  writeFileSync(png, await stored.encode());
  // imagescript writes alpha, too: everything else is made of the PNG, which for a PNG means without it.
  const made = `${path}.made.${ending}`;
  runOk([
    "ffmpeg",
    "-v",
    "error",
    "-y",
    "-i",
    png,
    ...OPTIONS[ending] ?? ["-pix_fmt", "rgb24"],
    "-update",
    "1",
    made,
  ]);
  Deno.removeSync(png);
  Deno.renameSync(made, path);
}

const OPTIONS: Record<string, string[]> = {
  bmp: ["-pix_fmt", "bgr24"],
  webp: ["-vf", "format=rgb24,format=bgra", "-lossless", "1"],
  gif: [
    "-vf",
    "format=rgb24,split[a][b];[a]palettegen=reserve_transparent=0[p];[b][p]paletteuse=dither=none",
  ],
};

/** Where a stored pixel is seen when an EXIF orientation is honoured (EXIF 2.32, 4.6.5.1.6). */
function upright(x: number, y: number, width: number, height: number, orientation: number): [number, number] {
  const right = width - 1 - x, below = height - 1 - y;
  switch (orientation) {
    case 2:
      return [right, y];
    case 3:
      return [right, below];
    case 4:
      return [x, below];
    case 5:
      return [y, x];
    case 6:
      return [below, x];
    case 7:
      return [below, right];
    case 8:
      return [y, right];
    default:
      return [x, y];
  }
}

/** Colour of an upright pixel. */
export function colourAt({ box, ground, square }: Painted, x: number, y: number): readonly number[] {
  return x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height ? square : ground;
}

/**
 * Looks for the square in a decoded picture: points inside each corner of it, outside each of its sides, and in the corners of
 * the image.
 *
 * @param pixelAt RGB of a pixel.
 * @returns What is wrong; empty if nothing is.
 */
export function misplaced(
  painted: Painted,
  pixelAt: (x: number, y: number) => readonly number[],
  tolerance: number,
): string[] {
  const { box, width, height } = painted;
  const far = 4;
  const xs = [0, box.x - far, box.x + far, box.x + box.width - 1 - far, box.x + box.width + far, width - 1];
  const ys = [
    0,
    box.y - far,
    box.y + far,
    box.y + box.height - 1 - far,
    box.y + box.height + far,
    height - 1,
  ];
  const wrong: string[] = [];
  for (const x of xs) {
    for (const y of ys) {
      if (x < 0 || y < 0 || x >= width || y >= height || nearEdge(painted, x, y)) continue;
      const wanted = colourAt(painted, x, y), found = pixelAt(x, y);
      if (wanted.some((value, i) => Math.abs(value - found[i]) > tolerance)) {
        wrong.push(`${painted.name} at ${x}, ${y}: ${found} in place of ${wanted}`);
      }
    }
  }
  return wrong;
}

/** Halved chroma mixes the colours of two pixels beside an edge. */
function nearEdge({ box }: Painted, x: number, y: number): boolean {
  const near = (value: number, edge: number) => Math.abs(value - edge) < 4;
  return near(x, box.x) || near(x, box.x + box.width) || near(y, box.y) || near(y, box.y + box.height);
}

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * A JPEG as far as its header goes, and an end marker: enough for everything that reads sizes and copies bytes.
 *
 * @param filling Bytes between header and end marker.
 */
export function jpeg(width: number, height: number, filling = 100): Uint8Array {
  const head = [
    ...[0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0],
    ...[0xff, 0xc0, 0, 17, 8, height >> 8, height & 255, width >> 8, width & 255, 3],
    ...[1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1],
    ...[0xff, 0xda, 0, 12, 3, 1, 0, 2, 17, 3, 17, 0, 63, 0],
  ];
  const bytes = new Uint8Array(head.length + filling + 2);
  bytes.set(head);
  for (let i = 0; i < filling; i++) bytes[head.length + i] = (i * 31 + width * 7 + height) % 251;
  bytes.set([0xff, 0xd9], head.length + filling);
  return bytes;
}

/** Writes files below a folder, in the order given. */
export function writeTree(
  folder: string,
  files: Record<string, Uint8Array | string>,
  names = Object.keys(files),
): void {
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), files[name]);
  }
}

/**
 * Files of a YOLO dataset: `count` images in two folders, about two boxes each, every seventh without label, classes 0–2
 * with names, and class 5, which the list does not know.
 */
export function yoloFiles(count: number): Record<string, Uint8Array | string> {
  const files: Record<string, Uint8Array | string> = {
    "data.yaml": "path: .\ntrain: images/train\nval: images/val\nnames: [zebra, ant, moth]\n",
  };
  for (let i = 0; i < count; i++) {
    const stem = `${i % 3 ? "train" : "val"}/img-${(i * 37) % 1000}_${i}`;
    files[`images/${stem}.jpg`] = jpeg(64 + i % 50, 48 + i % 30, (i * 97) % 3000);
    if (i % 7 === 6) continue;
    const row = (k: number) => `${k === 1 && i % 11 === 0 ? 5 : (i + k) % 3} 0.5 0.${25 + k} 0.2 0.1`;
    files[`labels/${stem}.txt`] = Array.from({ length: i % 4 }, (_, k) => row(k)).join("\n") + "\n";
  }
  return files;
}

import { jpeg, writeTree } from "../../pack/small_dataset.ts";
import { MiB } from "../sets.ts";

/** Writes a YOLO dataset of so many images of about 1 MiB, one of them without a label, one label without its class. */
export function largeDataset(folder: string, count: number): void {
  const files: Record<string, Uint8Array | string> = {
    "data.yaml": "path: .\ntrain: images\nnames: [zebra, ant]\n",
  };
  for (let i = 0; i < count; i++) {
    const name = String(i).padStart(3, "0");
    files[`images/${name}.jpg`] = jpeg(64 + i, 48, MiB + i * 1000);
    if (i > 0) files[`labels/${name}.txt`] = `${i % 2} 0.5 0.25 0.2 0.1\n`;
  }
  writeTree(folder, files);
}

/**
 * Writes a set as docs/dataset_spec.md says, by other means than the packer: text by JSON.stringify, the zip field by field.
 * Tests of the reading side so do not depend on the writing side.
 */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Buffer } from "node:buffer";
import { crc32, deflateRawSync } from "node:zlib";

/** One image of a set to make; boxes are `[category, x, y, width, height]` in upright px. */
export interface Picture {
  name: string;
  data: Uint8Array;
  width?: number;
  height?: number;
  orientation?: number;
  split?: string;
  deflate?: boolean;
  boxes?: [number, number, number, number, number][];
  /** Further keys of the annotations. */
  extra?: Record<string, unknown>;
}

export interface SetOptions {
  media?: "zip" | "tar";
  annotations?: boolean;
  classes?: string[];
}

const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");
const hex8 = (value: number) => value.toString(16).padStart(8, "0");

/** Writes the set; pictures must be sorted by name. */
export function makeSet(dir: string, pictures: Picture[], options: SetOptions = {}): void {
  mkdirSync(dir, { recursive: true });
  const media = options.media ?? "zip";
  const classes = options.classes ?? ["cat", "dog"];
  const stored = pictures.map((picture) => picture.deflate ? deflateRawSync(picture.data) : picture.data);
  const { bundle, offsets } = media === "zip" ? zip(pictures, stored) : tar(pictures, stored);
  const place = (p: Picture, i: number) => ({ offset: offsets[i], size: stored[i].length, p });

  const images = pictures.map((p, i) => {
    const [width, height] = [p.width ?? 64, p.height ?? 48];
    const turned = (p.orientation ?? 1) >= 5;
    return {
      id: i + 1,
      width: turned ? height : width,
      height: turned ? width : height,
      file_name: p.name,
      frame: i,
      offset: offsets[i],
      size: stored[i].length,
      ...(p.deflate && { method: "deflate" }),
      ...(p.split && { split: p.split }),
    };
  });
  let id = 0;
  const annotations = pictures.flatMap((p, i) =>
    (p.boxes ?? []).map(([category_id, ...bbox]) => ({
      id: ++id,
      image_id: i + 1,
      category_id,
      bbox,
      area: bbox[2] * bbox[3],
      iscrowd: 0,
      segmentation: [],
      ...p.extra,
    }))
  );
  const lines = (records: unknown[]) => records.map((record) => JSON.stringify(record)).join(",\n");
  const categories = classes.map((name, i) => ({ id: i + 1, name, supercategory: "object" }));
  const coco = `{"info":{"description":"Packed by compact-uploader","version":"1"},\n"licenses":[],\n` +
    `"images":[\n${lines(images)}\n],\n"annotations":[\n${lines(annotations)}\n],\n` +
    `"categories":[\n${lines(categories)}\n]}\n`;

  const frames = pictures.map((p, i) => ({
    index: i,
    offset: place(p, i).offset,
    size: stored[i].length,
    crc32: hex8(crc32(p.data)),
    sha256: sha256(p.data),
    width: p.width ?? 64,
    height: p.height ?? 48,
    orientation: p.orientation ?? 1,
    codec: "jpeg",
    file_name: p.name,
    ...(p.deflate && { method: "deflate", original_size: p.data.length }),
    ...(p.split && { split: p.split }),
    ...(p.boxes && { labels: `yolo:${p.name.replace(/\.[^.]*$/, ".txt")}` }),
  }));
  const withAnnotations = options.annotations ?? true;
  const header = JSON.stringify({
    format: "compact-uploader/manifest",
    version: 1,
    bundle: {
      file: `media_bundle.${media}`,
      media,
      size: bundle.length,
      crc32: hex8(crc32(bundle)),
      frames_sha256: sha256(Buffer.concat(frames.map((frame) => Buffer.from(frame.sha256, "hex")))),
    },
    annotations: withAnnotations
      ? { file: "unified_annotation.json", size: Buffer.byteLength(coco), sha256: sha256(coco) }
      : null,
  });
  const body = (header.slice(0, -1) + ',"frames":[').padEnd(4095) + `\n${lines(frames)}\n],\n`;
  const footer = {
    frames: frames.length,
    annotations: withAnnotations ? annotations.length : 0,
    categories: withAnnotations ? categories.length : 0,
    bytes: stored.reduce((sum, data) => sum + data.length, 0),
    sha256: sha256(body),
  };
  writeFileSync(join(dir, `media_bundle.${media}`), bundle);
  if (withAnnotations) writeFileSync(join(dir, "unified_annotation.json"), coco);
  writeFileSync(join(dir, "frame_manifest.json"), `${body}"footer":${JSON.stringify(footer)}}\n`);
}

/** The same record fields in local header and directory: version needed to extra length. */
function common(picture: Picture, stored: Uint8Array): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(0x0800, 2);
  fields.writeUInt16LE(picture.deflate ? 8 : 0, 4);
  fields.writeUInt16LE(0x0021, 8);
  fields.writeUInt32LE(crc32(picture.data), 10);
  fields.writeUInt32LE(stored.length, 14);
  fields.writeUInt32LE(picture.data.length, 18);
  fields.writeUInt16LE(Buffer.byteLength(picture.name), 22);
  return fields;
}

function zip(pictures: Picture[], stored: Uint8Array[]) {
  const parts: Uint8Array[] = [], directory: Uint8Array[] = [], offsets: number[] = [];
  let at = 0;
  pictures.forEach((picture, i) => {
    const name = Buffer.from(picture.name), fields = common(picture, stored[i]);
    const tail = Buffer.alloc(14); // comment length, disk, internal and external attributes, header offset
    tail.writeUInt32LE(0x81a40000, 6);
    tail.writeUInt32LE(at, 10);
    directory.push(Buffer.from("PK\x01\x02\x2d\x03", "latin1"), fields, tail, name);
    parts.push(Buffer.from("PK\x03\x04", "latin1"), fields, name, stored[i]);
    offsets.push(at + 30 + name.length);
    at += 30 + name.length + stored[i].length;
  });
  const records = Buffer.concat(directory), end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(pictures.length, 8);
  end.writeUInt16LE(pictures.length, 10);
  end.writeUInt32LE(records.length, 12);
  end.writeUInt32LE(at, 16);
  return { bundle: Buffer.concat([...parts, records, end]), offsets };
}

function tar(pictures: Picture[], stored: Uint8Array[]) {
  const parts: Uint8Array[] = [], offsets: number[] = [];
  let at = 0;
  pictures.forEach((picture, i) => {
    const header = Buffer.alloc(512);
    header.write(picture.name, 0);
    header.write("0000644\x000000000\x000000000\0", 100, "latin1");
    header.write(stored[i].length.toString(8).padStart(11, "0"), 124);
    header.write("00000000000\0        0", 136, "latin1");
    header.write("ustar\x0000", 257, "latin1");
    header.write("0000000\x000000000\0", 329, "latin1");
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(sum.toString(8).padStart(6, "0") + "\0 ", 148, "latin1");
    parts.push(header, stored[i], Buffer.alloc((512 - stored[i].length % 512) % 512));
    offsets.push(at + 512);
    at += 512 + Math.ceil(stored[i].length / 512) * 512;
  });
  return { bundle: Buffer.concat([...parts, Buffer.alloc(1024)]), offsets };
}

/** Bytes that look like noise but are the same every time. */
export function noise(size: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = seed * 2654435761 >>> 0 || 1;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** A small set with most of what a set can have. */
export function mixedPictures(): Picture[] {
  return [
    {
      name: "a/1.jpg",
      data: noise(1000, 1),
      boxes: [[1, 0, 0, 64, 48], [2, 1.5, 2, 10.25, 4]],
      split: "train",
    },
    { name: 'a/2 "x".jpg', data: noise(0, 2) },
    { name: "b/3.bmp", data: new Uint8Array(5000).fill(7), deflate: true, boxes: [[2, 3, 3, 9, 9]] },
    { name: "b/ä.jpg", data: noise(700, 4), orientation: 6, boxes: [[1, 0, 0, 48, 64]], split: "val" },
    { name: "c.jpg", data: noise(513, 5), boxes: [[1, 10, 10, 5, 5]] },
  ];
}

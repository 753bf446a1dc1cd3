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
  /** @default {"jpeg"} */
  codec?: "jpeg" | "png";
  deflate?: boolean;
  boxes?: [number, number, number, number, number][];
  /** Further keys of the annotations. */
  extra?: Record<string, unknown>;
}

export interface SetOptions {
  media?: "zip" | "tar" | "mp4";
  /** Of a tar: a `.json` after each image. */
  layout?: "webdataset";
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
  const { layout } = options;
  const samples = layout && pictures.map((p, i) => {
    const key = String(i * 3).padStart(9, "0");
    const json = JSON.stringify({ file_name: p.name, boxes: p.boxes ?? [], padding: " ".repeat(i * 250) });
    return { entry: `${key}.jpg`, name: `${key}.json`, data: Buffer.from(json) };
  });
  const { bundle, offsets } = samples ? shard(pictures, samples) : { zip, tar, mp4 }[media](pictures, stored);
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
    codec: p.codec ?? "jpeg",
    file_name: p.name,
    ...(samples && {
      entry: samples[i].entry,
      json_size: samples[i].data.length,
      json_crc32: hex8(crc32(samples[i].data)),
    }),
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
      ...(layout && { layout }),
      ...(media === "mp4" && { fps: 30 }),
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
  if (samples) {
    const shard = { url: "media_bundle.tar", nsamples: samples.length, filesize: bundle.length };
    writeFileSync(
      join(dir, "media_bundle-index.json"),
      `{"wids_version":1,\n"name":"media_bundle",\n"shardlist":[\n${JSON.stringify(shard)}\n]}\n`,
    );
  }
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

/** A tar in which each image is followed by its `.json`. */
function shard(pictures: Picture[], samples: { entry: string; name: string; data: Uint8Array }[]) {
  const members = pictures.flatMap(({ data }, i) => [
    { name: samples[i].entry, data },
    { name: samples[i].name, data: samples[i].data },
  ]);
  const { bundle, offsets } = tar(members, members.map(({ data }) => data));
  return { bundle, offsets: offsets.filter((_, i) => i % 2 === 0) };
}

const be = (bytes: number, ...values: number[]) => {
  const out = Buffer.alloc(bytes * values.length);
  values.forEach((value, i) => {
    if (bytes === 8) out.writeBigUInt64BE(BigInt(value), 8 * i);
    else out.writeUIntBE(value, bytes * i, bytes);
  });
  return out;
};

function box(type: string, ...parts: (Uint8Array | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => typeof part === "string" ? Buffer.from(part) : part));
  return Buffer.concat([be(4, body.length + 8), Buffer.from(type), body]);
}

function mp4(pictures: Picture[], stored: Uint8Array[]) {
  const offsets: number[] = [];
  let at = 44;
  for (const data of stored) at = offsets.push(at) && at + data.length;
  const codecs = [...new Set(pictures.map(({ codec = "jpeg" }) => codec))];
  const framesOf = (codec: string) => pictures.flatMap((p, i) => (p.codec ?? "jpeg") === codec ? [i] : []);
  codecs.sort((a, b) => framesOf(b).length - framesOf(a).length || (a < b ? -1 : 1));
  const matrix = be(4, 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
  const traks = codecs.map((codec, k) => {
    const own = framesOf(codec);
    const { width = 64, height = 48 } = pictures[own[0]];
    const length = own.length * 1000;
    const config = [4, 13, codec === "png" ? 0x6d : 0x6c, 0x11, ...Buffer.alloc(11)];
    const esds = box("esds", be(4, 0), Buffer.from([3, 21, 0, 0, 0, ...config, 6, 1, 2]));
    const visual = [
      Buffer.alloc(6),
      be(2, 1),
      Buffer.alloc(16),
      be(2, width, height),
      be(4, 0x480000, 0x480000),
    ];
    const entry = box("mp4v", ...visual, be(4, 0), be(2, 1), Buffer.alloc(32), be(2, 24, 0xffff), esds);
    const table = box(
      "stbl",
      box("stsd", be(4, 0, 1), entry),
      box("stts", be(4, 0, 1, own.length, 1000)),
      box("stsc", be(4, 0, 1, 1, 1, 1)),
      box("stsz", be(4, 0, 0, own.length, ...own.map((i) => stored[i].length))),
      box("co64", be(4, 0, own.length), be(8, ...own.map((i) => offsets[i]))),
    );
    const place = box("dinf", box("dref", be(4, 0, 1), box("url ", be(4, 1))));
    const media = box(
      "mdia",
      box("mdhd", be(4, 0x1000000), be(8, 0, 0), be(4, 30_000), be(8, length), be(2, 0x55c4, 0)),
      box("hdlr", be(4, 0, 0), "vide", Buffer.alloc(13)),
      box("minf", box("vmhd", be(4, 1, 0, 0)), place, table),
    );
    const head = [be(4, 0x1000007), be(8, 0, 0), be(4, k + 1, 0), be(8, length), Buffer.alloc(16), matrix];
    return box("trak", box("tkhd", ...head, be(2, width, 0, height, 0)), media);
  });
  const length = Math.max(0, ...codecs.map((codec) => framesOf(codec).length)) * 1000;
  const times = [be(4, 0x1000000), be(8, 0, 0), be(4, 30_000), be(8, length)];
  const mvhd = box(
    "mvhd",
    ...times,
    be(4, 0x10000),
    be(2, 0x100),
    Buffer.alloc(10),
    matrix,
    Buffer.alloc(24),
    be(4, codecs.length + 1),
  );
  const ftyp = box("ftyp", "isom", be(4, 512), "isomiso2mp41");
  const mdat = [be(4, 1), Buffer.from("mdat"), be(8, at - 28)];
  return { bundle: Buffer.concat([ftyp, ...mdat, ...stored, box("moov", mvhd, ...traks)]), offsets };
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

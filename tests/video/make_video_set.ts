/**
 * Writes a set with a compressed bundle as docs/dataset_spec.md §1.5 says, by other means than the packer: the ffmpeg program
 * is called from here, and the manifest of a zip is written anew.
 */
import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { encodePng } from "../../src/image/png_pixels.ts";
import { makeSet } from "../dataset/make_set.ts";

/** A painted image: a square on a ground, in colours that frames near it do not have. */
export interface Scene {
  width: number;
  height: number;
  /** `[x, y, width, height]`, px. */
  box: [number, number, number, number];
  inside: number[];
  ground: number[];
}

/** What frame i shows. Every fourth is smaller than the others, with an odd width. */
export function sceneOf(i: number): Scene {
  const small = i % 4 === 2;
  return {
    width: small ? 75 : 96,
    height: small ? 50 : 64,
    box: [8 + i % 5 * 4, 4 + i % 3 * 4, 32, 24],
    inside: [250 - i * 53 % 200, i * 71 % 200 + 20, 128],
    ground: [i * 37 % 200 + 30, 90, i * 83 % 200 + 30],
  };
}

/** RGB pixels of a scene in a larger frame, whose rest repeats the last column and row. */
export function paint(scene: Scene, width = scene.width, height = scene.height): Uint8Array {
  const pixels = new Uint8Array(width * height * 3);
  const [x0, y0, w, h] = scene.box;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const hit = x >= x0 && x < x0 + w && y >= y0 && y < y0 + h;
      pixels.set(hit ? scene.inside : scene.ground, (y * width + x) * 3);
    }
  }
  return pixels;
}

const YUV = "scale=out_color_matrix=smpte170m:out_range=pc,format=yuv420p";
const CODECS = {
  h264: {
    container: "mp4",
    pix_fmt: "yuv420p",
    args: ["-vf", YUV, "-color_range", "pc", "-colorspace", "smpte170m", "-c:v", "libx264", "-crf", "10"],
  },
  ffv1: { container: "mkv", pix_fmt: "rgb24", args: ["-pix_fmt", "bgr0", "-c:v", "ffv1", "-level", "3"] },
};

export interface VideoSetOptions {
  codec?: keyof typeof CODECS;
  /** A file for each size. */
  grouped?: boolean;
  /** No digests of the decoded pictures. */
  unproven?: boolean;
}

/** Writes a set whose frame i, `000i.png`, shows `sceneOf(i)` and has its box as the one annotation. */
export function makeVideoSet(
  dir: string,
  count: number,
  { codec = "h264", grouped = false, unproven = false }: VideoSetOptions = {},
): void {
  const scenes = Array.from({ length: count }, (_, i) => sceneOf(i));
  makeSet(
    dir,
    scenes.map((scene, i) => {
      const { width, height, box } = scene;
      const data = encodePng({ width, height, channels: 3, depth: 8, data: paint(scene) });
      return {
        name: `${String(i).padStart(4, "0")}.png`,
        data,
        width,
        height,
        codec: "png",
        boxes: [[1, ...box]],
      };
    }),
  );
  const { container, pix_fmt, args } = CODECS[codec];
  const even = (size: number) => size + size % 2;
  const groups = grouped
    ? [0, 2].map((rest) => scenes.filter((_, i) => (i % 4 === 2) === (rest === 2)))
    : [scenes];
  const files = groups.map((group, g) => {
    const width = even(Math.max(...group.map((scene) => scene.width)));
    const height = even(Math.max(...group.map((scene) => scene.height)));
    const file = `media_bundle${grouped ? `_${width}x${height}` : ""}.${container}`;
    const input = Buffer.concat(group.map((scene) => paint(scene, width, height)));
    const source = [
      "-f",
      "rawvideo",
      "-pix_fmt",
      "rgb24",
      "-s",
      `${width}x${height}`,
      "-r",
      "30",
      "-i",
      "pipe:0",
    ];
    ffmpeg([...source, ...args, "-g", "10", "-bf", "0", "-y", join(dir, file)], input);
    const bytes = readFileSync(join(dir, file));
    const rgb = pix_fmt === "rgb24" ? ["-pix_fmt", "rgb24"] : [];
    const hashes = ffmpeg(["-i", join(dir, file), ...rgb, "-f", "framehash", "-hash", "crc32", "pipe:1"])
      .split("\n").filter((line) => /^0,/.test(line)).map((line) => line.split(",")[5].trim());
    const digest = crc32(bytes).toString(16).padStart(8, "0");
    return {
      summary: { file, width, height, frames: group.length, size: bytes.length, crc32: digest },
      hashes,
      g,
    };
  });
  rewriteManifest(dir, (header, frames) => {
    const all = Buffer.concat(files.map(({ summary }) => readFileSync(join(dir, summary.file))));
    header.bundle = {
      ...header.bundle,
      file: files[0].summary.file,
      media: "video",
      fps: 30,
      size: all.length,
      crc32: crc32(all).toString(16).padStart(8, "0"),
      video: {
        ...{ container, codec, encoder: "test", pix_fmt, gop: 10 },
        width: files[0].summary.width,
        height: files[0].summary.height,
        ...grouped && { files: files.map(({ summary }) => summary) },
      },
    };
    const next = files.map(() => 0);
    frames.forEach((frame, i) => {
      delete frame.offset;
      const video = grouped && i % 4 === 2 ? 1 : 0;
      const at = next[video]++;
      if (grouped) Object.assign(frame, { video, video_frame: at });
      if (!unproven) frame.decoded = files[video].hashes[at];
    });
  });
  const coco = join(dir, "unified_annotation.json");
  writeFileSync(coco, readFileSync(coco, "utf8").replace(/,"offset":\d+,"size":\d+/g, ""));
  rewriteManifest(dir, (header) => {
    const text = readFileSync(coco);
    const digest = createHash("sha256").update(text).digest("hex");
    header.annotations = { ...header.annotations, size: text.length, sha256: digest };
  });
  rmSync(join(dir, "media_bundle.zip"));
}

/** Changes header and frames of a manifest, and seals it anew. */
export function rewriteManifest(
  dir: string,
  // deno-lint-ignore no-explicit-any -- JSON of any kind
  change: (header: any, frames: any[]) => void,
): void {
  const path = join(dir, "frame_manifest.json");
  // deno-lint-ignore no-explicit-any -- JSON of any kind
  const { frames, footer, ...header }: { frames: any[]; footer: any } = JSON.parse(
    readFileSync(path, "utf8"),
  );
  change(header, frames);
  const KEYS = ["index", "offset", "size", "crc32", "sha256", "width", "height", "orientation", "codec"];
  const order = [...KEYS, "file_name", "video", "video_frame", "decoded", "split", "labels"];
  const lines = frames.map((frame) =>
    JSON.stringify(Object.fromEntries(order.filter((key) => key in frame).map((key) => [key, frame[key]])))
  );
  const body = (JSON.stringify(header).slice(0, -1) + ',"frames":[').padEnd(4095) +
    `\n${lines.join(",\n")}\n],\n`;
  footer.sha256 = createHash("sha256").update(body).digest("hex");
  writeFileSync(path, `${body}"footer":${JSON.stringify(footer)}}\n`);
}

function ffmpeg(args: string[], input?: Uint8Array): string {
  const { status, stdout, stderr, error } = spawnSync("ffmpeg", ["-v", "error", ...args], { input });
  if (error) throw error;
  if (status !== 0) throw new Error(stderr.toString());
  return stdout.toString();
}

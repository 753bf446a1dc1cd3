import { closeSync, openSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { openRange } from "../../io/range_file.ts";
import { writeAll } from "../../io/write_all.ts";
import { textLines } from "../../manifest/lines.ts";
import { type ImageHeader, uprightSize } from "../../model/frame.ts";
import { type Issue, PackError } from "../../model/issue.ts";
import type { FrameEntry, Scan } from "../../scan/scan.ts";
import { LineBuffer } from "../../text/line_buffer.ts";
import { canDecode } from "../../video/decode_images.ts";
import { FULL, ImageReader } from "../images.ts";
import { FrameTable, KEPT } from "./frame_table.ts";
import { notForVideo } from "./refusal.ts";

/** Files of one set at most: their digests stand in the manifest's header, which has a fixed size. */
const MOST_FILES = 24;
/** Images between two looks at signals while headers are read. */
const BREATH = 64;

/** Images that go into one file. */
interface Target {
  /** Upright size of the largest, px. */
  width: number;
  height: number;
}

/** The images of a dataset, as their headers tell them: which decoders they take, and into which file each goes. */
export class Survey {
  readonly table = new FrameTable();
  /** Kinds of images there are: codec and orientation. */
  readonly kinds: { codec: string; orientation: number }[] = [];
  /** Files to be written. */
  readonly targets: Target[] = [];

  /** @param spool Path of an empty file for the entries of the scan. */
  constructor(readonly spool: string) {}

  /** Reads the header of every image: how large the video is to be, and which decoders it takes. */
  async carryOut(
    found: Scan,
    groupBySize: boolean,
    issue: (issue: Issue) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const reader = new ImageReader(found.imageSource, null, new Set(), issue);
    const lines = new LineBuffer();
    const file = openSync(this.spool, "r+");
    let at = 0;
    const flush = () => {
      writeAll(file, lines.written, at);
      at += lines.length;
      lines.clear();
    };
    try {
      for (const entry of found.frames()) {
        if (this.table.length % BREATH === 0) {
          await setImmediate();
          signal?.throwIfAborted();
          flush();
        }
        lines.utf8(JSON.stringify(entry) + "\n");
        this.table.add(await this.#look(reader, entry.fileName, issue));
        reader.clear();
      }
      flush();
    } finally {
      closeSync(file);
    }
    this.#sort(groupBySize);
  }

  async #look(reader: ImageReader, fileName: string, issue: (issue: Issue) => void) {
    const frame = await reader.read(fileName, undefined);
    if (!frame || frame === FULL) return undefined;
    const { codec, orientation, width, height } = frame.header;
    if (!canDecode(codec)) {
      issue(
        notForVideo(
          fileName,
          `is a ${codec.toUpperCase()}, which cannot become a frame of a compressed video`,
        ),
      );
      return undefined;
    }
    let kind = this.kinds.findIndex((kind) => kind.codec === codec && kind.orientation === orientation);
    if (kind < 0) kind = this.kinds.push({ codec, orientation }) - 1;
    return { kind, width, height };
  }

  /** Deals the images out to files: one for all, or one for each size. */
  #sort(groupBySize: boolean): void {
    const bySize = new Map<string, number>();
    for (let i = 0; i < this.table.length; i++) {
      if (this.table.state(i) !== KEPT) continue;
      const { width, height } = this.uprightSize(i);
      const key = groupBySize ? `${width}x${height}` : "";
      let file = bySize.get(key);
      if (file === undefined) {
        file = this.targets.push({ width, height }) - 1;
        bySize.set(key, file);
        if (bySize.size > MOST_FILES) throw tooManySizes();
      }
      this.table.setFile(i, file);
      const target = this.targets[file];
      target.width = Math.max(target.width, width);
      target.height = Math.max(target.height, height);
    }
  }

  /** Of the picture, px. */
  uprightSize(i: number): { width: number; height: number } {
    return uprightSize(this.header(i));
  }

  /** What the header of the image says. */
  header(i: number): ImageHeader {
    const { kind } = this.table.kindAndFile(i);
    return { ...this.kinds[kind], ...this.table.size(i) };
  }

  /** Name of the image that is a frame of the set. */
  nameOf(index: number): string {
    let i = 0;
    for (const { fileName } of this.entries()) {
      if (this.table.state(i) === KEPT && index-- === 0) return fileName;
      i++;
    }
    return "";
  }

  /** Index in the set of the frame of each entry that has one. */
  indexes(): Uint32Array {
    const indexes = new Uint32Array(this.table.length);
    let next = 0;
    for (let i = 0; i < indexes.length; i++) if (this.table.state(i) === KEPT) indexes[i] = next++;
    return indexes;
  }

  /** Entries of the scan, once more. */
  *entries(): Generator<FrameEntry> {
    const file = openRange(this.spool);
    try {
      for (const line of textLines(file)) yield JSON.parse(line);
    } finally {
      file.close();
    }
  }
}

function tooManySizes(): PackError {
  return new PackError(
    `The images have more than ${MOST_FILES} sizes, and a set has at most so many video files.`,
    "Leave out --group-by-size: smaller images are then padded, and boxes do not change.",
  );
}

import type { RangeReader } from "../io/range_reader.ts";
import { sharedMemory } from "../io/shared_memory.ts";
import { PackError } from "../model/issue.ts";
import { FixedText, LineCursor } from "./line_cursor.ts";
import { lineBlocks } from "./lines.ts";
import { HEADER_SIZE } from "./record.ts";

const NEWLINE = 10;
const BLOCK = 4 * 1024 * 1024;
/** A frame line is at least this long, by its fixed keys and digests alone. */
const SHORTEST_LINE = 180;
const INDEX_KEY = new FixedText('{"index":');
const OFFSET_KEY = new FixedText(',"offset":');
const SIZE_KEY = new FixedText(',"size":');
const CRC_KEY = new FixedText(',"crc32":"');
/** From the begin of `,"crc32":"` to the begin of the stored width's digits. */
const TO_WIDTH = ',"crc32":"'.length + 8 + '","sha256":"'.length + 64 + '","width":'.length;
const HEIGHT_KEY = new FixedText(',"height":');
const ORIENTATION_KEY = new FixedText(',"orientation":');
const CODEC_KEY = new FixedText(',"codec":');
const NAME_KEY = new FixedText(',"file_name":');
const ID_KEY = new FixedText(',"id":');
const FRAME_KEY = new FixedText(',"frame":');
const REMOVED_KEY = new FixedText(',"removed":');
/** First letters of these three. */
const OWN_LETTERS = [..."ifr"].map((letter) => letter.charCodeAt(0));
const ENTRY_KEY = new FixedText(',"entry":');
const JSON_SIZE_KEY = new FixedText(',"json_size":');
/** From there to the end of the CRC-32. */
const JSON_CRC_LENGTH = ',"json_crc32":"01234567"'.length;
const METHOD_KEY = new FixedText(',"method":"deflate"');

/** Where frames lie: columns over shared memory, so that workers can look too. 36 bytes a frame. */
export interface FrameIndex {
  /** Byte in the manifest at which the line of frame i begins. */
  readonly lines: Float64Array<SharedArrayBuffer>;
  /** Byte of that line at which the file name's JSON string begins. */
  readonly names: Uint32Array<SharedArrayBuffer>;
  /** First byte of the data in the bundle; NaN in a compressed video. */
  readonly offsets: Float64Array<SharedArrayBuffer>;
  /** Bytes in the bundle; in a compressed video, of the original file. */
  readonly sizes: Float64Array<SharedArrayBuffer>;
  /** Upright size, px. */
  readonly widths: Uint32Array<SharedArrayBuffer>;
  readonly heights: Uint32Array<SharedArrayBuffer>;
  /** Bytes of the `.json` member after each frame, 0 where there is none; undefined if there are none at all. */
  readonly jsonSizes: Float64Array<SharedArrayBuffer> | undefined;
  /** 1 for frames stored with DEFLATE; undefined if there are none. */
  readonly deflated: Uint8Array<SharedArrayBuffer> | undefined;
  /** Image ids; undefined in version 1, where they are the index + 1. */
  readonly ids: Uint32Array<SharedArrayBuffer> | undefined;
  /** Numbers of the frames in the bundle; undefined in version 1, where they are the index. */
  readonly frames: Uint32Array<SharedArrayBuffer> | undefined;
}

/** All lines of a manifest, also those of images that are gone. */
export interface LineIndex extends FrameIndex {
  /** Number of lines. */
  readonly length: number;
  /** Has one entry more than there are lines, for the end of the last. */
  readonly lines: Float64Array<SharedArrayBuffer>;
  /** First generation without the image of the line, 0 while it is alive; undefined in version 1. */
  readonly removed: Uint32Array<SharedArrayBuffer> | undefined;
}

/**
 * Reads the leading numbers of every frame line, straight from the bytes: the keys stand first and in fixed order for this.
 *
 * @param path For messages.
 * @param file Manifest.
 * @param end Byte after the last frame line.
 * @param frames Number of lines the footer states.
 * @param generations True in version 2, where lines have keys more.
 * @throws {PackError} If a line does not begin as the specification says, or there are more or fewer than `frames`.
 */
export function indexLines(
  path: string,
  file: RangeReader,
  end: number,
  frames: number,
  generations: boolean,
): LineIndex {
  const fail = (cause: string) =>
    new PackError(
      `Cannot read "${path}": ${cause}.`,
      "Fetch the set again from where it came, or pack it again.",
      4,
    );
  if (frames * SHORTEST_LINE > end) throw fail(`its footer counts ${frames} frames, more than it can hold`);
  const float64 = (length: number) => new Float64Array(sharedMemory(length * 8));
  const uint32 = (length: number) => new Uint32Array(sharedMemory(length * 4));
  const lines = float64(frames + 1), offsets = float64(frames), sizes = float64(frames);
  const names = uint32(frames), widths = uint32(frames), heights = uint32(frames);
  const [ids, numbers, removed] = generations
    ? [uint32(frames), uint32(frames), uint32(frames)]
    : [undefined, undefined, undefined];
  let jsonSizes: Float64Array<SharedArrayBuffer> | undefined;
  let deflated: Uint8Array<SharedArrayBuffer> | undefined;
  const line = new LineCursor();
  let frame = 0;

  for (const { offset, bytes } of lineBlocks(file, HEADER_SIZE, end, BLOCK)) {
    for (let start = 0; start < bytes.length;) {
      let stop = bytes.indexOf(NEWLINE, start);
      if (stop < 0) stop = bytes.length;
      if (frame === frames) throw fail(`it has more frames than the ${frames} its footer counts`);
      line.reset(bytes, start);
      const index = line.integerAfter(INDEX_KEY);
      offsets[frame] = line.takes(OFFSET_KEY) ? line.integer() : NaN;
      sizes[frame] = line.integerAfter(SIZE_KEY);
      line.expect(CRC_KEY);
      line.at += TO_WIDTH - CRC_KEY.length;
      const width = line.integer();
      const height = line.integerAfter(HEIGHT_KEY);
      const turned = line.integerAfter(ORIENTATION_KEY) >= 5;
      line.expect(CODEC_KEY);
      line.skipString();
      line.expect(NAME_KEY);
      names[frame] = line.at - start;
      line.skipString();
      if (ids) {
        ids[frame] = index + 1;
        numbers[frame] = index;
        // Few lines have one of these keys, and its first letter tells.
        if (OWN_LETTERS.includes(bytes[line.at + 2])) {
          if (line.takes(ID_KEY)) ids[frame] = line.integer();
          if (line.takes(FRAME_KEY)) numbers[frame] = line.integer();
          if (line.takes(REMOVED_KEY)) removed[frame] = line.integer();
          if (numbers[frame] > index) line.bad = true;
        }
      }
      if (line.takes(ENTRY_KEY)) line.skipString();
      if (line.takes(JSON_SIZE_KEY)) {
        (jsonSizes ??= float64(frames))[frame] = line.integer();
        line.at += JSON_CRC_LENGTH;
      }
      if (line.bad || line.at > stop || index !== frame) {
        throw fail(`byte ${offset + start} is not the begin of the record of frame ${frame}`);
      }
      if (line.sees(METHOD_KEY)) {
        deflated ??= new Uint8Array(sharedMemory(frames));
        deflated[frame] = 1;
      }
      widths[frame] = turned ? height : width;
      heights[frame] = turned ? width : height;
      lines[frame++] = offset + start;
      start = stop + 1;
    }
  }
  if (frame < frames) throw fail(`it has ${frame} frames, its footer counts ${frames}`);
  lines[frames] = end;
  return {
    ...{ length: frames, lines, names, offsets, sizes, widths, heights, jsonSizes, deflated, ids },
    frames: numbers,
    removed,
  };
}

/** The columns of some lines. */
export function pickLines(all: LineIndex, chosen: Uint32Array): FrameIndex {
  const pick = <T extends Float64Array | Uint32Array | Uint8Array>(column: T): T => {
    const Column = column.constructor as new (memory: SharedArrayBuffer) => T;
    const picked = new Column(sharedMemory(chosen.length * column.BYTES_PER_ELEMENT));
    for (let i = 0; i < chosen.length; i++) picked[i] = column[chosen[i]];
    return picked;
  };
  return {
    lines: pick(all.lines),
    names: pick(all.names),
    offsets: pick(all.offsets),
    sizes: pick(all.sizes),
    widths: pick(all.widths),
    heights: pick(all.heights),
    jsonSizes: all.jsonSizes && pick(all.jsonSizes),
    deflated: all.deflated && pick(all.deflated),
    ids: all.ids && pick(all.ids),
    frames: all.frames && pick(all.frames),
  };
}

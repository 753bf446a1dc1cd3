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
const LETTER_I = 105, LETTER_F = 102, LETTER_R = 114;
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

/** The lines of one generation. */
export interface LinesOf {
  /** How many there are. */
  readonly length: number;
  /**
   * True of a line that is one of them.
   *
   * @param removed First generation without its image; 0 while it is alive.
   */
  has(line: number, removed: number): boolean;
}

/** Lines of a manifest that were chosen. */
export interface ChosenLines extends FrameIndex {
  /** Their numbers, ascending. */
  readonly positions: Uint32Array<SharedArrayBuffer>;
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
  const { positions: _, ...all } = readLines(path, file, end, frames, generations, undefined);
  return all;
}

/**
 * The same of version 2 and of the lines of one generation alone.
 *
 * @throws {PackError} Also if there are more or fewer of them than it should have.
 */
export function indexGeneration(
  path: string,
  file: RangeReader,
  end: number,
  frames: number,
  generation: LinesOf,
): ChosenLines {
  const { positions, ...index } = readLines(path, file, end, frames, true, generation);
  return { ...index, positions: positions! };
}

function readLines(
  path: string,
  file: RangeReader,
  end: number,
  frames: number,
  generations: boolean,
  only: LinesOf | undefined,
): LineIndex & { positions: Uint32Array<SharedArrayBuffer> | undefined } {
  const fail = (cause: string) =>
    new PackError(
      `Cannot read "${path}": ${cause}.`,
      "Fetch the set again from where it came, or pack it again.",
      4,
    );
  if (frames * SHORTEST_LINE > end) throw fail(`its footer counts ${frames} frames, more than it can hold`);
  const float64 = (length: number) => new Float64Array(sharedMemory(length * 8));
  const uint32 = (length: number) => new Uint32Array(sharedMemory(length * 4));
  const length = only?.length ?? frames;
  const lines = float64(length + (only ? 0 : 1)), offsets = float64(length), sizes = float64(length);
  const names = uint32(length), widths = uint32(length), heights = uint32(length);
  const [ids, numbers] = generations ? [uint32(length), uint32(length)] : [undefined, undefined];
  const removed = generations && !only ? uint32(length) : undefined;
  const positions = only && uint32(length);
  let jsonSizes: Float64Array<SharedArrayBuffer> | undefined;
  let deflated: Uint8Array<SharedArrayBuffer> | undefined;
  const line = new LineCursor();
  /** Number of the line, and its place in the columns; what is written beyond their end is nowhere. */
  let frame = 0, place = 0;

  for (const { offset, bytes } of lineBlocks(file, HEADER_SIZE, end, BLOCK)) {
    for (let start = 0; start < bytes.length;) {
      let stop = bytes.indexOf(NEWLINE, start);
      if (stop < 0) stop = bytes.length;
      if (frame === frames) throw fail(`it has more frames than the ${frames} its footer counts`);
      line.reset(bytes, start);
      const index = line.integerAfter(INDEX_KEY);
      offsets[place] = line.takes(OFFSET_KEY) ? line.integer() : NaN;
      sizes[place] = line.integerAfter(SIZE_KEY);
      line.expect(CRC_KEY);
      line.at += TO_WIDTH - CRC_KEY.length;
      const width = line.integer();
      const height = line.integerAfter(HEIGHT_KEY);
      const turned = line.integerAfter(ORIENTATION_KEY) >= 5;
      line.expect(CODEC_KEY);
      line.skipString();
      line.expect(NAME_KEY);
      names[place] = line.at - start;
      line.skipString();
      let gone = 0;
      if (ids) {
        let id = index + 1, number = index;
        // Few lines have one of these keys, and its first letter tells.
        const letter = bytes[line.at + 2];
        if (letter === LETTER_I || letter === LETTER_F || letter === LETTER_R) {
          if (line.takes(ID_KEY)) id = line.integer();
          if (line.takes(FRAME_KEY)) number = line.integer();
          if (line.takes(REMOVED_KEY)) gone = line.integer();
          if (number > index) line.bad = true;
        }
        ids[place] = id;
        numbers[place] = number;
        if (removed) removed[place] = gone;
      }
      if (line.takes(ENTRY_KEY)) line.skipString();
      let jsonSize = 0;
      if (line.takes(JSON_SIZE_KEY)) {
        jsonSize = line.integer();
        line.at += JSON_CRC_LENGTH;
      }
      if (line.bad || line.at > stop || index !== frame) {
        throw fail(`byte ${offset + start} is not the begin of the record of frame ${frame}`);
      }
      const isDeflated = line.sees(METHOD_KEY);
      if (jsonSize > 0) jsonSizes ??= float64(length);
      if (jsonSizes) jsonSizes[place] = jsonSize;
      if (isDeflated) deflated ??= new Uint8Array(sharedMemory(length));
      if (deflated) deflated[place] = isDeflated ? 1 : 0;
      widths[place] = turned ? height : width;
      heights[place] = turned ? width : height;
      lines[place] = offset + start;
      if (positions) positions[place] = frame;
      if (!only || only.has(frame, gone)) place++;
      frame++;
      start = stop + 1;
    }
  }
  if (frame < frames) throw fail(`it has ${frame} frames, its footer counts ${frames}`);
  if (place !== length) throw fail(`a generation counts ${length} images, and the lines have ${place}`);
  if (!only) lines[frames] = end;
  return {
    ...{ length: frames, lines, names, offsets, sizes, widths, heights, jsonSizes, deflated, ids },
    frames: numbers,
    removed,
    positions,
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

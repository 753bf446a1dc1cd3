import { type RangeReader, readRange } from "../io/range_reader.ts";
import { sharedMemory } from "../io/shared_memory.ts";
import { PackError } from "../model/issue.ts";
import { MEDIA, type Media } from "../media/container.ts";
import { type Layout, LAYOUTS } from "../media/layout.ts";
import { isPlainName } from "../model/safe_path.ts";
import { findLine } from "./find_line.ts";
import { type FrameIndex, indexGeneration, indexLines, type LineIndex, pickLines } from "./frame_index.ts";
import { readGenerations } from "./generations.ts";
import { recordText, textLines } from "./lines.ts";
import { damaged, isCount, isHex, isObject, parseJson } from "./checks.ts";
import {
  type FrameRecord,
  type GenerationRecord,
  GENERATIONS_VERSION,
  HEADER_SIZE,
  MANIFEST_FORMAT,
  MANIFEST_VERSION,
  type ManifestFooter,
  type ManifestHeader,
  type VideoSummary,
} from "./record.ts";

/** The footer line is far shorter than this. */
const FOOTER_LIMIT = 4096;
/** Most frame lines are shorter than this. */
const LINE = 1024;
const NEWLINE = 10;
const FOOTER_BEGIN = '\n],\n"footer":';
const decoder = new TextDecoder();

/** Options of `openManifest`. */
export interface ManifestOptions {
  /** Number of the generation to read. @default {the current one} */
  at?: number;
}

/**
 * An open `frame_manifest.json`, of which one generation is looked at. Records are read from the file when they are asked for.
 * A frame's _position_ is its place among the images of the generation, counted from 0; in version 1 it is the index of its
 * line.
 */
export interface Manifest {
  readonly path: string;
  readonly header: ManifestHeader;
  readonly footer: ManifestFooter;
  /** Number of the generation that is looked at; 1 in version 1. */
  readonly generation: number;
  /** Number of the current generation. */
  readonly current: number;
  /** Number of images. */
  readonly length: number;
  /** Bytes of the file before the line `],` that ends the frames. */
  readonly framesEnd: number;
  /** Bytes before the footer line: what its `sha256` covers. */
  readonly footerOffset: number;
  /** Open file. */
  readonly file: RangeReader;
  /** Places of the images, by position; made on the first call. */
  index(): FrameIndex;
  /** Places of all lines, also of those whose images are gone; made on the first call. */
  lines(): LineIndex;
  /** Lines of the images, by position; undefined if every line is an image of this generation. */
  positions(): Uint32Array<SharedArrayBuffer> | undefined;
  /**
   * Record of an image.
   *
   * @param position 0-based.
   * @throws {RangeError} If there is no such image.
   * @throws {PackError} If its line is damaged.
   */
  record(position: number): FrameRecord;
  /** Record of a line, also of one whose image is gone. */
  recordOfLine(line: number): FrameRecord;
  /**
   * Records of images in order, read one after the other; where the first begins is looked up.
   *
   * @param first Position, 0-based. @default {0}
   * @param end Position after the last. @default {all}
   */
  records(first?: number, end?: number): Generator<FrameRecord>;
  /** True if names ascend, so that {@link firstNot} can find one: in version 1. */
  readonly sorted: boolean;
  /**
   * Finds a frame of a {@link sorted} set by bisection, in a few reads.
   *
   * @param before True of frames that stand before the one looked for.
   * @returns Position of the first frame of which `before` is false; the number of frames if there is none.
   */
  firstNot(before: (record: FrameRecord) => boolean): number;
  /** Position of the image with this line; undefined if it is none of this generation. */
  positionOf(line: number): number | undefined;
  /** Position of the image with this id; undefined if there is none. */
  positionOfId(id: number): number | undefined;
  /**
   * The list of generations, read on the first call; empty in version 1.
   *
   * @throws {PackError} If it is damaged.
   */
  generations(): readonly GenerationRecord[];
  close(): void;
}

/**
 * Header of a manifest of which only the first bytes are at hand.
 *
 * @param path Where they are from, for messages.
 * @param bytes At least the first {@link HEADER_SIZE} bytes.
 * @throws {PackError} As `openManifest`.
 */
export function manifestHeaderIn(path: string, bytes: Uint8Array): ManifestHeader {
  const read = (into: Uint8Array, offset: number) => {
    const part = bytes.subarray(offset, offset + into.length);
    into.set(part);
    return part.length;
  };
  return readHeader(path, { size: bytes.length, read, close() {} });
}

/**
 * A manifest whose bytes are at hand.
 *
 * @param path For messages.
 * @param file The manifest; it is closed with what is returned.
 * @throws {PackError} As `openManifest`.
 */
export function parseManifest(path: string, file: RangeReader, at: number | undefined): Manifest {
  const header = readHeader(path, file);
  const { footer, framesEnd, footerOffset } = readFooter(path, file, header.version);
  const versioned = header.version === GENERATIONS_VERSION;
  const current = footer.generation ?? 1;
  let list: readonly GenerationRecord[] | undefined;
  const generations = () => list ??= versioned ? readGenerations(path, file, footer, footerOffset) : [];
  let all: LineIndex | undefined;
  const lines = () => all ??= indexLines(path, file, framesEnd, footer.frames, versioned);
  const generation = at ?? current;
  const past = at === undefined || at === current
    ? undefined
    : pastGeneration(path, at, current, generations());
  const born = past?.lines ?? footer.frames;
  const isAlive = (line: number, removed: number) =>
    line < born && (removed === 0 || (past !== undefined && removed > generation));
  const length = past?.images ?? footer.images ?? footer.frames;
  let chosen: Uint32Array<SharedArrayBuffer> | undefined;
  const positions = () => {
    if (chosen || !versioned || length === footer.frames) return chosen;
    if (!all) index();
    if (chosen) return chosen;
    const removed = lines().removed!;
    chosen = new Uint32Array(sharedMemory(4 * length));
    let count = 0;
    for (let line = 0; line < born; line++) {
      if (!isAlive(line, removed[line])) continue;
      if (count < length) chosen[count] = line;
      count++;
    }
    if (count !== length) {
      throw damaged(path, `generation ${generation}`, `counts ${length} images, and the lines have ${count}`);
    }
    return chosen;
  };
  let made: FrameIndex | undefined;
  const index = (): FrameIndex => {
    if (made) return made;
    if (!versioned || length === footer.frames) return made = lines();
    if (all) return made = pickLines(all, positions()!);
    const found = indexGeneration(path, file, framesEnd, footer.frames, { length, has: isAlive });
    chosen = found.positions;
    return made = found;
  };
  const begin = (position: number) => {
    if (versioned || all) return index().lines[position];
    return findLine(file, HEADER_SIZE, framesEnd, (line) => parseAnyFrame(path, line).index < position);
  };
  const recordOfLine = (line: number) => {
    const { lines: begins } = lines();
    return parseFrame(path, lineAt(file, begins[line], begins[line + 1]), line);
  };
  let places: Int32Array | undefined;
  return {
    path,
    header,
    footer,
    generation,
    current,
    length,
    framesEnd,
    footerOffset,
    file,
    index,
    lines,
    positions,
    record(position) {
      if (!Number.isInteger(position) || position < 0 || position >= length) {
        throw new RangeError(`There is no frame ${position}: the set has ${length}, counted from 0.`);
      }
      const { lines: begins } = index();
      const text = lineAt(file, begins[position], begins[position + 1] ?? framesEnd);
      return parseFrame(path, text, positions()?.[position] ?? position);
    },
    recordOfLine,
    *records(first = 0, end = Infinity) {
      let left = Math.min(end, length) - first;
      if (left <= 0) return;
      let line = first === 0 ? 0 : positions()?.[first] ?? first;
      for (const text of textLines(file, first === 0 ? HEADER_SIZE : begin(first), framesEnd)) {
        if (line === born) return;
        const record = parseFrame(path, recordText(text), line);
        if (!isAlive(line++, record.removed ?? 0)) continue;
        yield record;
        if (--left === 0) return;
      }
    },
    sorted: !versioned,
    firstNot(before) {
      const at = findLine(file, HEADER_SIZE, framesEnd, (line) => before(parseAnyFrame(path, line)));
      if (at >= framesEnd) return footer.frames;
      for (const line of textLines(file, at, framesEnd)) return parseAnyFrame(path, line).index;
      return footer.frames;
    },
    positionOf(line) {
      const chosen = positions();
      const found = chosen ? findSorted(chosen, line) : line;
      return found >= 0 && found < length ? found : undefined;
    },
    positionOfId(id) {
      if (!versioned) return id >= 1 && id <= length ? id - 1 : undefined;
      places ??= placesOf(index().ids!);
      const place = places[id] ?? 0;
      return place > 0 ? place - 1 : undefined;
    },
    generations,
    close: () => file.close(),
  };
}

/** Text of the record that begins at a place; after it there may be others before `end`. */
function lineAt(file: RangeReader, begin: number, end: number): string {
  for (let size = LINE;; size *= 2) {
    const bytes = readRange(file, begin, Math.min(size, end - begin));
    const stop = bytes.indexOf(NEWLINE);
    if (stop < 0 && size < end - begin) continue;
    return recordText(decoder.decode(stop < 0 ? bytes : bytes.subarray(0, stop)));
  }
}

/** The record of a generation that is not the current one; undefined for the only one of version 1. */
function pastGeneration(
  path: string,
  at: number,
  current: number,
  list: readonly GenerationRecord[],
): GenerationRecord {
  const found = list.find(({ generation }) => generation === at);
  if (found) return found;
  const first = list[0]?.generation ?? current;
  throw new PackError(
    `There is no generation ${at} in "${path}": it has ${
      first === current ? `only ${current}` : `those from ${first} to ${current}`
    }.`,
    "See them with `history`.",
    2,
  );
}

/** Header of a manifest; as {@link manifestHeaderIn}. */
export function readHeader(path: string, file: RangeReader): ManifestHeader {
  const text = decoder.decode(readRange(file, 0, HEADER_SIZE));
  const line = text.replace(/ *\n$/, "");
  if (text.length !== HEADER_SIZE || !line.endsWith(',"frames":[')) {
    throw damaged(path, "line 1", `is not the ${HEADER_SIZE}-byte header of a manifest`);
  }
  const header = parseJson(line + "]}");
  if (!isObject(header) || header.format !== MANIFEST_FORMAT) {
    throw damaged(path, "line 1", `does not say "format":"${MANIFEST_FORMAT}"`);
  }
  if (!isCount(header.version)) throw damaged(path, "line 1", "has no version number");
  if (header.version !== MANIFEST_VERSION && header.version !== GENERATIONS_VERSION) {
    throw new PackError(
      `Cannot read "${path}": it has version ${header.version}, known are ${MANIFEST_VERSION} and ${GENERATIONS_VERSION}.`,
      "Use a newer release of compact-uploader.",
    );
  }
  const { bundle, annotations } = header;
  if (
    !isObject(bundle) || typeof bundle.file !== "string" ||
    !(MEDIA.includes(bundle.media as Media) || (bundle.media === "video" && isVideo(bundle.video))) ||
    !(bundle.media === "mp4" || bundle.media === "video"
      ? (bundle.fps as number) > 0
      : bundle.fps === undefined) ||
    !(bundle.layout === undefined || bundle.media === "tar" && LAYOUTS.includes(bundle.layout as Layout)) ||
    !isCount(bundle.size) || !isHex(bundle.crc32, 8) || !isHex(bundle.frames_sha256, 64)
  ) throw damaged(path, "line 1", 'has a "bundle" with a missing or wrong field');
  if (
    annotations !== null &&
    (!isObject(annotations) || typeof annotations.file !== "string" || !isCount(annotations.size) ||
      !isHex(annotations.sha256, 64) ||
      (annotations.first_category !== undefined && annotations.first_category !== 0))
  ) throw damaged(path, "line 1", 'has "annotations" with a missing or wrong field');
  const { history, labels } = header;
  if (
    header.version === GENERATIONS_VERSION && (!isCount(header.generation) || (history !== undefined &&
      (!isObject(history) || typeof history.file !== "string" || !isCount(history.size) ||
        !isHex(history.sha256, 64))))
  ) throw damaged(path, "line 1", 'has "generation" or "history" with a missing or wrong field');
  if (
    labels !== undefined &&
    (!isObject(labels) || !isCount(labels.offset) || !isCount(labels.size) || !isCount(labels.files) ||
      !isHex(labels.crc32, 8) || !isHex(labels.sha256, 64))
  ) throw damaged(path, "line 1", 'has "labels" with a missing or wrong field');
  const videos = (bundle.video as VideoSummary | undefined)?.files ?? [];
  for (const { file } of [bundle, annotations ?? {}, history ?? {}, ...videos] as { file?: string }[]) {
    if (file !== undefined && !isPlainName(file)) {
      throw damaged(path, "line 1", `names the file ${JSON.stringify(file)}, which is not a plain file name`);
    }
  }
  return header as unknown as ManifestHeader;
}

function readFooter(path: string, file: RangeReader, version: number) {
  const start = Math.max(HEADER_SIZE - 1, file.size - FOOTER_LIMIT);
  const tail = readRange(file, start, file.size - start);
  // Latin-1 keeps one character a byte, so places in the text are places in the file.
  const text = new TextDecoder("latin1").decode(tail);
  const empty = start === HEADER_SIZE - 1 && text.startsWith(FOOTER_BEGIN);
  const at = empty ? 0 : text.lastIndexOf(FOOTER_BEGIN);
  if (at < 0 || !text.endsWith("}}\n")) {
    throw damaged(
      path,
      `byte ${file.size}`,
      "is not the end of a manifest: the footer is missing or cut off",
    );
  }
  const footer = parseJson(text.slice(at + FOOTER_BEGIN.length, -2));
  if (
    !isObject(footer) || !isCount(footer.frames) || !isCount(footer.annotations) ||
    !isCount(footer.categories) || !isCount(footer.bytes) || !isHex(footer.sha256, 64)
  ) throw damaged(path, "the footer line", "has a missing or wrong field");
  const footerOffset = start + at + "\n],\n".length;
  let listBegin = start + at + 1;
  if (version === GENERATIONS_VERSION) {
    const { generation, generations_offset, images } = footer;
    if (
      !isCount(generation) || !isCount(images) || !isCount(generations_offset) || images > footer.frames ||
      generations_offset < HEADER_SIZE || generations_offset > footerOffset
    ) throw damaged(path, "the footer line", "has a missing or wrong field");
    // Before the list stands the line `],` that ends the frames.
    listBegin = generations_offset - "],\n".length;
  }
  return {
    footer: footer as unknown as ManifestFooter,
    framesEnd: footer.frames === 0 ? HEADER_SIZE : listBegin,
    footerOffset,
  };
}

/**
 * Parses a frame line.
 *
 * @param path Manifest, for messages.
 * @param line Text of the line, without comma and line end.
 * @param index Frame it must be.
 * @throws {PackError} If it is not the record of that frame, or a field is missing or wrong.
 */
export function parseFrame(path: string, line: string, index: number): FrameRecord {
  const value = parseJson(line);
  const place = `frame ${index}`;
  if (!isObject(value) || value.index !== index) {
    throw damaged(path, place, "is not the record of that frame");
  }
  if (
    typeof value.file_name !== "string" || !(value.offset === undefined || isCount(value.offset)) ||
    !isCount(value.size) ||
    !isHex(value.crc32, 8) || !isHex(value.sha256, 64) || !isCount(value.width) || !isCount(value.height) ||
    !isCount(value.orientation) || value.orientation < 1 || value.orientation > 8 ||
    typeof value.codec !== "string" || (value.method !== undefined && value.method !== "deflate") ||
    (value.method === "deflate" && !isCount(value.original_size)) ||
    (value.entry !== undefined && typeof value.entry !== "string") ||
    (value.json_size !== undefined && !(isCount(value.json_size) && isHex(value.json_crc32, 8))) ||
    (value.video !== undefined && !(isCount(value.video) && isCount(value.video_frame))) ||
    (value.decoded !== undefined && !isHex(value.decoded, 8)) ||
    (value.split !== undefined && typeof value.split !== "string") ||
    ![value.id, value.frame, value.removed].every((number) => number === undefined || isCount(number)) ||
    (value.frame as number) > index || (value.entry !== undefined && typeof value.entry !== "string")
  ) throw damaged(path, place, "has a missing or wrong field");
  return value as unknown as FrameRecord;
}

/** Parses a frame line, with or without the comma after it, whichever frame it is. */
function parseAnyFrame(path: string, line: string): FrameRecord {
  const text = recordText(line);
  const index = Number(/^\{"index":(\d+),/.exec(text)?.[1]);
  return parseFrame(path, text, index);
}

/** True for the `bundle.video` of a compressed bundle. */
function isVideo(value: unknown): boolean {
  if (!isObject(value) || !isCount(value.width) || !isCount(value.height)) return false;
  const { container, codec, pix_fmt, files = [] } = value;
  return typeof container === "string" && typeof codec === "string" && typeof pix_fmt === "string" &&
    Array.isArray(files) &&
    files.every((file) =>
      isObject(file) && typeof file.file === "string" && isHex(file.crc32, 8) &&
      [file.width, file.height, file.frames, file.size].every(isCount)
    );
}

/** Place of a value in an ascending column; −1 if it is not there. */
function findSorted(column: Uint32Array, value: number): number {
  let low = 0, high = column.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if (column[middle] === value) return middle;
    if (column[middle] < value) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Position + 1 by image id; 0 for ids that are not there. */
function placesOf(ids: Uint32Array): Int32Array {
  let last = 0;
  for (const id of ids) if (id > last) last = id;
  const places = new Int32Array(last + 1);
  ids.forEach((id, position) => places[id] = position + 1);
  return places;
}

import { openRange, type RangeReader, readRange } from "../io/range_file.ts";
import { PackError } from "../model/issue.ts";
import { MEDIA, type Media } from "../media/container.ts";
import { type Layout, LAYOUTS } from "../media/layout.ts";
import { isPlainName } from "../model/safe_path.ts";
import { findLine } from "./find_line.ts";
import { type FrameIndex, indexFrames } from "./frame_index.ts";
import { recordText, textLines } from "./lines.ts";
import {
  type FrameRecord,
  HEADER_SIZE,
  MANIFEST_FORMAT,
  MANIFEST_VERSION,
  type ManifestFooter,
  type ManifestHeader,
  type VideoSummary,
} from "./record.ts";

/** The footer line is far shorter than this. */
const FOOTER_LIMIT = 4096;
const FOOTER_BEGIN = '\n],\n"footer":';
const decoder = new TextDecoder();

/** An open `frame_manifest.json`. Records are read from the file when they are asked for. */
export interface Manifest {
  readonly path: string;
  readonly header: ManifestHeader;
  readonly footer: ManifestFooter;
  /** Number of frames. */
  readonly length: number;
  /** Bytes of the file before the line `],` that ends the frames. */
  readonly framesEnd: number;
  /** Bytes before the footer line: what its `sha256` covers. */
  readonly footerOffset: number;
  /** Open file. */
  readonly file: RangeReader;
  /** Places of all frames; made on the first call. */
  index(): FrameIndex;
  /**
   * Record of a frame.
   *
   * @param index 0-based.
   * @throws {RangeError} If there is no such frame.
   * @throws {PackError} If its line is damaged.
   */
  record(index: number): FrameRecord;
  /**
   * Records in order, read one after the other; where the first begins is looked up.
   *
   * @param first 0-based. @default {0}
   * @param end Frame after the last. @default {all}
   */
  records(first?: number, end?: number): Generator<FrameRecord>;
  /**
   * Finds a frame by bisection, in a few reads.
   *
   * @param before True of frames that stand before the one looked for.
   * @returns Index of the first frame of which `before` is false; the number of frames if there is none.
   */
  firstNot(before: (record: FrameRecord) => boolean): number;
  close(): void;
}

/**
 * Opens a manifest (docs/dataset_spec.md §3).
 *
 * @param path Manifest file.
 * @throws {PackError} If it is no manifest, of an unknown version, or damaged; the message names the place.
 */
export function openManifest(path: string): Manifest {
  const file = openRange(path);
  try {
    return open(path, file);
  } catch (error) {
    file.close();
    throw error;
  }
}

/**
 * Header of a manifest, without opening the rest.
 *
 * @param path Manifest file.
 * @throws {PackError} As {@link openManifest}.
 */
export function manifestHeaderOf(path: string): ManifestHeader {
  const file = openRange(path);
  try {
    return readHeader(path, file);
  } finally {
    file.close();
  }
}

function open(path: string, file: RangeReader): Manifest {
  const header = readHeader(path, file);
  const { footer, framesEnd, footerOffset } = readFooter(path, file);
  let made: FrameIndex | undefined;
  const index = () => made ??= indexFrames(path, file, framesEnd, footer.frames);
  const lineOf = (frame: number) => {
    if (frame === 0) return HEADER_SIZE;
    if (made) return made.lines[frame];
    return findLine(file, HEADER_SIZE, framesEnd, (line) => parseAnyFrame(path, line).index < frame);
  };
  return {
    path,
    header,
    footer,
    length: footer.frames,
    framesEnd,
    footerOffset,
    file,
    index,
    record(i) {
      if (!Number.isInteger(i) || i < 0 || i >= footer.frames) {
        throw new RangeError(`There is no frame ${i}: the set has ${footer.frames}, counted from 0.`);
      }
      const { lines } = index();
      const line = decoder.decode(readRange(file, lines[i], lines[i + 1] - lines[i]));
      return parseFrame(path, recordText(line), i);
    },
    *records(first = 0, end = Infinity) {
      let i = first;
      if (first >= end) return;
      for (const line of textLines(file, lineOf(first), framesEnd)) {
        yield parseFrame(path, recordText(line), i++);
        if (i === end) return;
      }
    },
    firstNot(before) {
      const at = findLine(file, HEADER_SIZE, framesEnd, (line) => before(parseAnyFrame(path, line)));
      if (at >= framesEnd) return footer.frames;
      for (const line of textLines(file, at, framesEnd)) return parseAnyFrame(path, line).index;
      return footer.frames;
    },
    close: () => file.close(),
  };
}

function damaged(path: string, place: string, cause: string): PackError {
  return new PackError(
    `Cannot read "${path}": ${place} ${cause}.`,
    "Fetch the set again from where it came, or pack it again.",
    4,
  );
}

function readHeader(path: string, file: RangeReader): ManifestHeader {
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
  if (header.version !== MANIFEST_VERSION) {
    throw new PackError(
      `Cannot read "${path}": it has version ${header.version}, known is ${MANIFEST_VERSION}.`,
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
  const { labels } = header;
  if (
    labels !== undefined &&
    (!isObject(labels) || !isCount(labels.offset) || !isCount(labels.size) || !isCount(labels.files) ||
      !isHex(labels.crc32, 8) || !isHex(labels.sha256, 64))
  ) throw damaged(path, "line 1", 'has "labels" with a missing or wrong field');
  const videos = (bundle.video as VideoSummary | undefined)?.files ?? [];
  for (const { file } of [bundle, annotations ?? {}, ...videos] as { file?: string }[]) {
    if (file !== undefined && !isPlainName(file)) {
      throw damaged(path, "line 1", `names the file ${JSON.stringify(file)}, which is not a plain file name`);
    }
  }
  return header as unknown as ManifestHeader;
}

function readFooter(path: string, file: RangeReader) {
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
  return {
    footer: footer as unknown as ManifestFooter,
    framesEnd: footer.frames === 0 ? HEADER_SIZE : start + at + 1,
    footerOffset: start + at + "\n],\n".length,
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
    (value.split !== undefined && typeof value.split !== "string")
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

/** The parsed text, or undefined if it is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isHex = (value: unknown, digits: number) =>
  typeof value === "string" && value.length === digits && /^[0-9a-f]*$/.test(value);

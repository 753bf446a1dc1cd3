import { fixedText, type LineBuffer } from "../text/line_buffer.ts";
import {
  type AnnotationSummary,
  type BundleSummary,
  type GenerationRecord,
  GENERATIONS_VERSION,
  HEADER_SIZE,
  MANIFEST_FORMAT,
  MANIFEST_VERSION,
  type ManifestFooter,
  type ManifestHeader,
} from "./record.ts";
import { PackError } from "../model/issue.ts";
import { GENERATIONS_LINE } from "./generations.ts";

const INDEX = fixedText('{"index":');
const OFFSET = fixedText(',"offset":');
const SIZE = fixedText(',"size":');
const CRC32 = fixedText(',"crc32":"');
const SHA256 = fixedText('","sha256":"');
const WIDTH = fixedText('","width":');
const HEIGHT = fixedText(',"height":');
const ORIENTATION = fixedText(',"orientation":');
const CODEC = fixedText(',"codec":');
const FILE_NAME = fixedText(',"file_name":');
const ENTRY = fixedText(',"entry":');
const JSON_SIZE = fixedText(',"json_size":');
const JSON_CRC32 = fixedText(',"json_crc32":"');

/** A frame as the packer knows it; digests still as numbers and bytes. */
export interface FrameLine {
  index: number;
  /** Absent in a compressed video. */
  offset?: number;
  size: number;
  crc32: number;
  /** 64 hex digits. */
  sha256: string;
  width: number;
  height: number;
  orientation: number;
  codec: string;
  fileName: string;
  /** Of version 2: docs/dataset_spec.md §4.2. */
  id?: number;
  frame?: number;
  /** Name of the entry in the bundle, if it is not `fileName`. */
  entry?: string;
  /** Bytes and CRC-32 of the `.json` member after the frame. */
  json?: { size: number; crc32: number };
  /** Set when the data is deflated: bytes of the original file. */
  originalSize?: number;
  /** File of a compressed bundle with several, and place in it. */
  video?: number;
  videoFrame?: number;
  /** CRC-32 of the decoded picture, 8 hex digits. */
  decoded?: string;
  split?: string;
  /** `<format>:<path>`. */
  labels?: string;
  placeholder?: boolean;
}

/** Appends a frame record, without separator or line end. Keys stand in the order of docs/dataset_spec.md §3. */
export function writeFrame(out: LineBuffer, frame: FrameLine): void {
  out.fixed(INDEX);
  out.integer(frame.index);
  if (frame.offset !== undefined) {
    out.fixed(OFFSET);
    out.integer(frame.offset);
  }
  out.fixed(SIZE);
  out.integer(frame.size);
  out.fixed(CRC32);
  out.hex32(frame.crc32);
  out.fixed(SHA256);
  out.ascii(frame.sha256);
  out.fixed(WIDTH);
  out.integer(frame.width);
  out.fixed(HEIGHT);
  out.integer(frame.height);
  out.fixed(ORIENTATION);
  out.integer(frame.orientation);
  out.fixed(CODEC);
  out.string(frame.codec);
  out.fixed(FILE_NAME);
  out.string(frame.fileName);
  if (frame.id !== undefined) {
    out.ascii(',"id":');
    out.integer(frame.id);
  }
  if (frame.frame !== undefined) {
    out.ascii(',"frame":');
    out.integer(frame.frame);
  }
  if (frame.entry !== undefined) {
    out.fixed(ENTRY);
    out.string(frame.entry);
  }
  if (frame.json) {
    out.fixed(JSON_SIZE);
    out.integer(frame.json.size);
    out.fixed(JSON_CRC32);
    out.hex32(frame.json.crc32);
    out.ascii('"');
  }
  if (frame.originalSize !== undefined) {
    out.ascii(',"method":"deflate","original_size":');
    out.integer(frame.originalSize);
  }
  if (frame.video !== undefined) {
    out.ascii(',"video":');
    out.integer(frame.video);
    out.ascii(',"video_frame":');
    out.integer(frame.videoFrame!);
  }
  if (frame.decoded !== undefined) {
    out.ascii(',"decoded":"');
    out.ascii(frame.decoded);
    out.ascii('"');
  }
  if (frame.split !== undefined) {
    out.ascii(',"split":');
    out.string(frame.split);
  }
  if (frame.labels !== undefined) {
    out.ascii(',"labels":');
    out.string(frame.labels);
  }
  if (frame.placeholder) out.ascii(',"placeholder":true');
  out.ascii("}");
}

/**
 * The header line, padded to its fixed length.
 *
 * @throws {PackError} If the file names are too long for it.
 */
export function manifestHeader(
  bundle: BundleSummary,
  annotations: AnnotationSummary | null,
  { generation, history, labels, split, options }: Pick<
    ManifestHeader,
    "generation" | "history" | "labels" | "split" | "options"
  > = {},
): Uint8Array {
  const version = generation === undefined ? MANIFEST_VERSION : GENERATIONS_VERSION;
  const head = {
    format: MANIFEST_FORMAT,
    version,
    generation,
    bundle,
    annotations,
    history,
    labels,
    split,
    options,
  };
  const text = new TextEncoder().encode(JSON.stringify(head).slice(0, -1) + ',"frames":[');
  if (text.length >= HEADER_SIZE) {
    throw new PackError(
      `The names "${bundle.file}" and "${annotations?.file ?? ""}" are too long for the manifest's header.`,
      "Choose shorter output names.",
    );
  }
  const line = new Uint8Array(HEADER_SIZE).fill(0x20);
  line.set(text);
  line[HEADER_SIZE - 1] = 0x0a;
  return line;
}

/** Between the last frame line and the footer, or the list of generations. */
export const MANIFEST_MIDDLE = "\n],\n";

/** The footer line and the end of the file. */
export function manifestFooter(footer: ManifestFooter): string {
  const { frames, images, annotations, categories, bytes, generation, generations_offset, sha256 } = footer;
  const record = { frames, images, annotations, categories, bytes, generation, generations_offset, sha256 };
  return `"footer":${JSON.stringify(record)}}\n`;
}

/** The list of generations, from its own line to the one before the footer. */
export function generationList(list: readonly GenerationRecord[]): string {
  const lines = list.map((record) => JSON.stringify(record));
  return `${GENERATIONS_LINE}${lines.join(",\n")}${MANIFEST_MIDDLE}`;
}

import { ReadAhead } from "../io/copy/read_ahead.ts";
import { digestIn } from "../manifest/frame_digests.ts";
import { FrameLine, nameIn } from "../manifest/frame_line.ts";
import { recordStop, recordText } from "../manifest/lines.ts";
import { parseFrame } from "../manifest/reader.ts";
import { writeFrame } from "../manifest/writer.ts";
import { fixedText, LineBuffer } from "../text/line_buffer.ts";
import type { Copied } from "./copy_frames.ts";
import type { Source } from "./source.ts";

const INDEX = fixedText('{"index":');
const OFFSET = fixedText(',"offset":');
const SIZE = fixedText(',"size":');
const ID = fixedText(',"id":');
const METHOD = fixedText(',"method":"deflate","original_size":');
const decoder = new TextDecoder();

/** Reads the frame lines of a source by position; fastest in their order. */
export class FrameLines {
  readonly #source: Source;
  readonly #lines: ReadAhead;
  readonly #begins: Float64Array;
  readonly #names: Uint32Array;
  readonly #positions: Uint32Array | undefined;
  readonly #line = new FrameLine();

  /** @param room Bytes to read at once. */
  constructor(source: Source, room: number) {
    this.#source = source;
    this.#lines = new ReadAhead(source.manifest.file, room);
    const { lines, names } = source.manifest.lines();
    this.#begins = lines;
    this.#names = names;
    this.#positions = source.manifest.positions();
  }

  /**
   * Name of an image, UTF-8, and its digest, without reading the rest of the line.
   *
   * @returns The name is valid until the next call; `digestAt` is where the 64 digits begin in `bytes`.
   */
  glance(position: number): { name: Uint8Array; bytes: Uint8Array; digestAt: number } {
    const number = this.#positions?.[position] ?? position;
    const at = this.#lines.seek(this.#begins[number], this.#begins[number + 1]);
    const { bytes } = this.#lines;
    return { name: nameIn(bytes, at + this.#names[number]), bytes, digestAt: digestIn(bytes, at) };
  }

  /**
   * The line of an image; valid until the next is read.
   *
   * @throws {PackError} If it is damaged.
   */
  read(position: number): FrameLine {
    const number = this.#positions?.[position] ?? position;
    const size = this.#begins[number + 1] - this.#begins[number];
    const at = this.#lines.seek(this.#begins[number], this.#begins[number + 1]);
    const { bytes } = this.#lines;
    const line = this.#line;
    line.read(bytes, at);
    if (!line.canonical || line.end !== recordStop(bytes, at, at + size)) {
      const { file_name: fileName, crc32, ...record } = parseFrame(
        this.#source.manifest.path,
        recordText(decoder.decode(bytes.subarray(at, at + size))),
        number,
      );
      // As the writer has it, so that its parts can be copied.
      const again = new LineBuffer();
      writeFrame(again, {
        ...record,
        fileName,
        crc32: parseInt(crc32, 16),
        originalSize: record.original_size,
      });
      line.read(again.bytes, 0);
    }
    return line;
  }
}

/** A frame of a new set, as far as it is another than in its source. */
export interface NewFrame extends Copied {
  readonly index: number;
  /** Of the image. */
  readonly id: number;
  /** JSON text of the file name. */
  readonly name: Uint8Array;
}

/** Appends a frame line to those of a new set, without separator; what tells no place is copied. */
export function copyFrameLine(out: LineBuffer, line: FrameLine, frame: NewFrame): void {
  out.fixed(INDEX);
  out.integer(frame.index);
  out.fixed(OFFSET);
  out.integer(frame.offset);
  out.fixed(SIZE);
  out.integer(frame.size);
  out.append(line.bytes.subarray(line.crcAt, line.nameAt - 1));
  out.append(frame.name);
  if (frame.id !== frame.index + 1) {
    out.fixed(ID);
    out.integer(frame.id);
  }
  if (frame.originalSize !== undefined) {
    out.fixed(METHOD);
    out.integer(frame.originalSize);
  }
  out.append(line.bytes.subarray(line.splitAt, line.end));
}

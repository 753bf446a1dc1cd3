import { writeExtra } from "../coco/lines.ts";
import { crc32 } from "../media/crc32.ts";
import { tar } from "../media/tar.ts";
import { jsonMember } from "../media/webdataset.ts";
import { uprightSize } from "../model/frame.ts";
import { LineBuffer } from "../text/line_buffer.ts";
import type { AnnotationLines } from "./annotation_lines.ts";
import type { PackedFrame } from "./packed_frame.ts";

const encoder = new TextEncoder();

/** Makes the `.json` member that follows a frame in a bundle laid out for WebDataset (docs/dataset_spec.md §1.6). */
export class SampleWriter {
  readonly #text = new LineBuffer();

  /**
   * @param classNames Names of the local class numbers; grows while labels are read.
   * @param lines Annotations of the piece.
   */
  constructor(readonly classNames: readonly string[], readonly lines: AnnotationLines) {}

  /**
   * The member with its envelope, in a new array; notes its size and CRC-32 in the frame.
   *
   * @param frame With its labels and the name of its entry; the last whose annotations were added.
   */
  member(frame: PackedFrame): Uint8Array {
    const text = this.#text;
    text.clear();
    this.#write(frame);
    const { length: size, written } = text;
    const name = encoder.encode(jsonMember(frame.entry!));
    const before = tar.headerSize(name, size);
    const member = new Uint8Array(before + size + tar.padding(size));
    const crc = crc32(written);
    tar.writeHeader(member, 0, { name, size, originalSize: size, crc32: crc, deflated: false });
    member.set(written, before);
    frame.json = { size, crc32: crc };
    return member;
  }

  /** Names stand for ids, and nothing tells a place: neither is known yet. */
  #write({ fileName, header, split, annotations, classes, extra }: PackedFrame): void {
    const text = this.#text;
    const { width, height } = uprightSize(header);
    const size = () => {
      text.ascii(',"width":');
      text.integer(width);
      text.ascii(',"height":');
      text.integer(height);
    };
    text.ascii('{"file_name":');
    text.string(fileName);
    size();
    text.ascii(',"split":');
    text.json(split ?? null);
    text.ascii(',"image":{"file_name":');
    text.string(fileName);
    size();
    writeExtra(text, extra);
    if (classes?.length) {
      text.ascii(',"category_names":');
      text.json(classes.map((category) => this.classNames[category]));
    }
    text.ascii('},"annotations":[');
    this.lines.last(annotations).forEach(({ category, body }, i) => {
      text.ascii(i > 0 ? ',{"category_name":' : '{"category_name":');
      text.string(this.classNames[category]);
      text.append(body);
    });
    text.ascii("]}");
  }
}

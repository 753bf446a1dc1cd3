import { systemReason } from "../io/system_error.ts";
import { hash } from "node:crypto";
import { containers } from "../media/containers.ts";
import type { Container, Media } from "../media/container.ts";
import { crc32 } from "../media/crc32.ts";
import { concernsOneFile, DOES_NOT_FIT } from "../io/read_file.ts";
import { expectedCodec, probe, type ProbeFailure, truncation } from "../image/probe.ts";
import type { ImageHeader } from "../model/frame.ts";
import type { Issue } from "../model/issue.ts";
import type { FileSource } from "../source/source.ts";
import { LineBuffer } from "../text/line_buffer.ts";
import type { PackedFrame } from "./packed_frame.ts";
import { hashFile } from "./streamed.ts";

/** Room for frames at the start; grows to hold one large image. */
const ARENA = 8 << 20;
/** Images larger than this are copied in pieces and never held. */
const MAX_IN_MEMORY = 64 << 20;
/** An image header is looked for in this many bytes first, when the rest of the file is not needed. */
const HEAD = 64 << 10;

/** The arena is full: write what is in it, then ask again. */
export const FULL = Symbol("arena full");

/** What `ImageReader.read` gives: the frame without its labels, or nothing if the image was rejected. */
export type ReadResult = PackedFrame | typeof FULL | undefined;

/** Reads images into one reused buffer, envelope included, exactly as they will lie in the bundle. */
export class ImageReader {
  arena = new Uint8Array(ARENA);
  used = 0;
  /** CRC-32 of what is in the arena, kept up while the bytes are in the processor's cache. */
  crc32 = 0;
  /** Names of the frames in the arena: one buffer for all, as each small one would cost the runtime a microsecond. */
  readonly #names = new LineBuffer();
  readonly #container: Container | null;

  constructor(
    readonly source: FileSource,
    media: Media | null,
    readonly deflatable: ReadonlySet<string>,
    readonly log: (issue: Issue) => void,
  ) {
    this.#container = media && containers[media];
  }

  /** Forgets what is in the arena. */
  clear(): void {
    this.used = 0;
    this.crc32 = 0;
    this.#names.clear();
  }

  /**
   * Reads one image; what is wrong with it is logged.
   *
   * @param entry Name it gets in the bundle.
   */
  read(fileName: string, split: string | undefined, entry = fileName): ReadResult | Promise<ReadResult> {
    try {
      return this.#container ? this.#readWhole(fileName, split, entry) : this.#readHeader(fileName, split);
    } catch (error) {
      if (!concernsOneFile(error)) throw error;
      this.#reject(
        fileName,
        "image-unreadable",
        `Cannot read the image "${fileName}": ${systemReason(error)}.`,
      );
      return undefined;
    }
  }

  /** Puts bytes made here (a placeholder) into the arena. */
  take(
    fileName: string,
    split: string | undefined,
    bytes: Uint8Array,
    header: ImageHeader,
    entry = fileName,
  ): PackedFrame {
    const name = this.#encode(entry);
    if (!this.#container) return { ...this.#bare(fileName, name, header, split), placeholder: true };
    const before = this.#container.headerSize(name, bytes.length);
    this.#reserve(before + bytes.length + this.#container.padding(bytes.length));
    this.arena.set(bytes, this.used + before);
    return { ...this.#wrap(fileName, name, header, split, before, bytes.length), placeholder: true };
  }

  /** Puts a member that belongs to a frame after it, envelope and all. */
  append(frame: PackedFrame, member: Uint8Array): void {
    const padding = frame.envelope.after;
    frame.envelope.after += member.length;
    if (frame.streamed) {
      // Such a frame is not in the arena.
      frame.trailer = new Uint8Array(frame.envelope.after);
      frame.trailer.set(member, padding);
      return;
    }
    this.#reserve(member.length);
    this.arena.set(member, this.used);
    this.used += member.length;
    this.crc32 = crc32(member, this.crc32);
  }

  /** Makes room for so many bytes more. */
  #reserve(bytes: number): void {
    if (this.used + bytes <= this.arena.length) return;
    const grown = new Uint8Array(this.arena.length + bytes);
    grown.set(this.arena.subarray(0, this.used));
    this.arena = grown;
  }

  #readWhole(
    fileName: string,
    split: string | undefined,
    entry: string,
  ): ReadResult | Promise<ReadResult> {
    const name = this.#encode(entry);
    const container = this.#container!;
    const before = container.headerSize(name, 0);
    const start = this.used + before;
    // The last 512 bytes are kept for the padding.
    let size = this.source.read(fileName, this.arena, start, this.arena.length - 512);
    if (size === DOES_NOT_FIT) {
      if (this.used > 0) return FULL;
      while (size === DOES_NOT_FIT) {
        if (this.arena.length >= MAX_IN_MEMORY) return this.#stream(fileName, name, split);
        this.arena = new Uint8Array(this.arena.length * 2);
        size = this.source.read(fileName, this.arena, start, this.arena.length - 512);
      }
    }
    const bytes = this.arena.subarray(start, start + size);
    const header = probe(bytes);
    if ("code" in header) return this.#failed(fileName, header);
    if (this.#refused(fileName, header, size)) return undefined;
    this.#lookClosely(fileName, bytes, header);
    if (this.deflatable.has(header.codec)) return this.#deflate(fileName, name, split, bytes, header);
    return this.#wrap(fileName, name, header, split, before, size);
  }

  /** Completes the envelope around data that lies in the arena already. */
  #wrap(
    fileName: string,
    name: Uint8Array,
    header: ImageHeader,
    split: string | undefined,
    before: number,
    size: number,
    original?: { size: number; crc32: number; sha256: string },
  ): PackedFrame {
    const container = this.#container!;
    const start = this.used + before;
    const data = this.arena.subarray(start, start + size);
    const frame: PackedFrame = {
      fileName,
      name,
      header,
      envelope: { before, after: container.padding(size) },
      size,
      originalSize: original?.size ?? size,
      deflated: original !== undefined,
      crc32: original?.crc32 ?? crc32(data),
      sha256: original?.sha256 ?? hash("sha256", data),
      split,
      annotations: 0,
    };
    container.writeHeader(this.arena, this.used, frame);
    this.used = start + size + frame.envelope.after;
    if (frame.envelope.after > 0) this.arena.fill(0, start + size, this.used);
    this.crc32 = crc32(this.arena.subarray(start - before, this.used), this.crc32);
    return frame;
  }

  /** A name as UTF-8; valid until the arena is cleared. */
  #encode(name: string): Uint8Array {
    const start = this.#names.length;
    this.#names.utf8(name);
    return this.#names.bytes.subarray(start, this.#names.length);
  }

  async #deflate(
    fileName: string,
    name: Uint8Array,
    split: string | undefined,
    bytes: Uint8Array,
    header: ImageHeader,
  ): Promise<PackedFrame> {
    const before = this.#container!.headerSize(name, 0);
    const { deflate } = await import("../media/deflate.ts");
    const original = { size: bytes.length, crc32: crc32(bytes), sha256: hash("sha256", bytes) };
    const smaller = await deflate(bytes);
    if (!smaller) return this.#wrap(fileName, name, header, split, before, bytes.length);
    bytes.set(smaller);
    return this.#wrap(fileName, name, header, split, before, smaller.length, original);
  }

  /** A file too large for memory: hashed now, copied when its place is known. */
  #stream(fileName: string, name: Uint8Array, split: string | undefined): ReadResult {
    const head = this.arena.subarray(0, this.source.readHead(fileName, this.arena, MAX_IN_MEMORY / 2));
    const header = probe(head);
    if ("code" in header) return this.#failed(fileName, header);
    const { size, crc32, sha256 } = hashFile(this.source, fileName, this.arena);
    if (this.#refused(fileName, header, size)) return undefined;
    const container = this.#container!;
    const frame: PackedFrame = {
      fileName,
      name,
      header,
      envelope: { before: container.headerSize(name, size), after: container.padding(size) },
      size,
      originalSize: size,
      deflated: false,
      crc32,
      sha256,
      split,
      annotations: 0,
      streamed: true,
    };
    return frame;
  }

  /** Only size and orientation are wanted: no bundle is written. */
  #readHeader(fileName: string, split: string | undefined): ReadResult {
    let count = this.source.readHead(fileName, this.arena, HEAD);
    let header = probe(this.arena.subarray(0, count));
    if ("code" in header && count === HEAD) {
      count = this.source.readHead(fileName, this.arena, this.arena.length);
      header = probe(this.arena.subarray(0, count));
    }
    if ("code" in header) return this.#failed(fileName, header);
    return this.#bare(fileName, this.#encode(fileName), header, split);
  }

  #bare(fileName: string, name: Uint8Array, header: ImageHeader, split: string | undefined): PackedFrame {
    return {
      fileName,
      name,
      header,
      envelope: { before: 0, after: 0 },
      size: 0,
      originalSize: 0,
      deflated: false,
      crc32: 0,
      sha256: "",
      split,
      annotations: 0,
    };
  }

  #lookClosely(fileName: string, bytes: Uint8Array, header: ImageHeader): void {
    const cut = truncation(bytes, header.codec);
    if (cut) {
      this.log({
        code: "image-truncated",
        severity: "warning",
        path: fileName,
        message: `"${fileName}": ${cut}`,
      });
    }
    const expected = expectedCodec(fileName.slice(fileName.lastIndexOf(".") + 1).toLowerCase());
    if (expected !== undefined && expected !== header.codec) {
      this.log({
        code: "image-extension",
        severity: "warning",
        path: fileName,
        message: `"${fileName}" holds ${header.codec} data.`,
      });
    }
  }

  /** Rejects an image that the container cannot hold. */
  #refused(fileName: string, { codec }: ImageHeader, size: number): boolean {
    const reason = this.#container!.refusal?.(codec, size);
    if (reason === undefined) return false;
    this.log({
      code: "image-not-for-media",
      severity: "reject",
      record: "image",
      path: fileName,
      message: `"${fileName}" ${reason}.`,
      suggestion: "Pack with --media zip, which holds every image as it is.",
    });
    return true;
  }

  #failed(fileName: string, failure: ProbeFailure): undefined {
    this.#reject(fileName, failure.code, `"${fileName}": ${failure.message}`);
  }

  #reject(path: string, code: string, message: string): void {
    this.log({ code, severity: "reject", record: "image", path, message });
  }
}

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { type RangeReader, readRange } from "../io/range_file.ts";
import { parseFrame } from "../manifest/reader.ts";
import type { Container, Entry } from "../media/container.ts";
import { containers } from "../media/containers.ts";
import { crc32 } from "../media/crc32.ts";
import { isSafePath } from "../model/safe_path.ts";
import { FrameLine } from "./frame_line.ts";
import { ProblemList } from "./report.ts";
import type { TaskResult, VerifyJob, VerifyTask } from "./tasks.ts";
import { Window } from "./window.ts";

const NEWLINE = 10;
const COMMA = 44;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A frame as its manifest line tells it. */
interface Facts extends Entry {
  /** 64 hex digits; empty unless checked. */
  readonly sha256: string;
}

/** Checks frames: their manifest lines, and in the bundle their envelopes, data and place. */
export class FrameChecker {
  readonly #job: VerifyJob;
  /** Undefined for a video, whose frames have no bytes of their own. */
  readonly #container: Container | undefined;
  readonly #manifest: RangeReader;
  readonly #bundle: RangeReader | undefined;
  readonly #window: Window | undefined;
  readonly #line = new FrameLine();
  #problems = new ProblemList();
  /** Envelope bytes as they should be. */
  #scratch = new Uint8Array(4096);

  constructor(job: VerifyJob, manifest: RangeReader, bundle: RangeReader | undefined) {
    this.#job = job;
    this.#container = job.media === "video" ? undefined : containers[job.media];
    this.#manifest = manifest;
    this.#bundle = bundle;
    this.#window = this.#container && bundle && new Window(bundle);
  }

  check({ first, end, from, to }: Extract<VerifyTask, { kind: "frames" }>): TaskResult {
    this.#problems = new ProblemList();
    const { lines, offsets, sizes } = this.#job.index;
    const container = this.#container;
    const begin = Math.max(0, first - 1);
    const bytes = readRange(this.#manifest, lines[begin], lines[end] - lines[begin]);
    this.#window?.reset(from, to);
    // Names must ascend across tasks too, so the line before is looked at again.
    let before: Uint8Array | undefined = first > 0 ? this.#facts(bytes, 0, begin)?.name : undefined;
    this.#problems = new ProblemList();
    let directory = new Uint8Array(256 * (end - first));
    let directorySize = 0;
    let start = from;

    for (let i = first; i < end; i++) {
      const facts = this.#facts(bytes, lines[i] - lines[begin], i);
      if (facts) {
        this.#checkName(facts.name, before, i);
        before = facts.name;
        if (!container) continue;
        this.#checkData(container, facts, i, start);
        const size = container.directorySize(facts.name, facts.size, start);
        if (directorySize + size > directory.length) {
          const grown = new Uint8Array(2 * directory.length + size);
          grown.set(directory);
          directory = grown;
        }
        directorySize += container.writeDirectory(directory, directorySize, facts, start);
      }
      if (container) start = offsets[i] + sizes[i] + container.padding(sizes[i]);
    }
    const complete = this.#window !== undefined && (from === to || this.#window.at(to - 1, 1) >= 0);
    return {
      problems: this.#problems,
      crc32: complete ? this.#window!.crc32 : undefined,
      directorySize,
      directoryCrc32: crc32(directory.subarray(0, directorySize)),
      records: container?.tables && directory.slice(0, directorySize),
    };
  }

  /** Reads the manifest line that begins at `at`; undefined, and a problem, if it cannot be read. */
  #facts(bytes: Uint8Array, at: number, frame: number): Facts | undefined {
    const line = this.#line;
    const size = this.#job.index.sizes[frame];
    const last = frame === this.#job.frames - 1;
    line.read(bytes, at);
    if (line.canonical && (last ? bytes[line.end] : bytes[line.end + 1]) === NEWLINE) {
      if (last || bytes[line.end] === COMMA) {
        return {
          name: bytes.subarray(line.nameAt, line.nameEnd),
          size,
          originalSize: line.originalSize < 0 ? size : line.originalSize,
          crc32: line.crc32,
          deflated: line.originalSize >= 0,
          header: this.#container?.tables && {
            codec: decoder.decode(bytes.subarray(line.codecAt, line.codecEnd)),
            width: line.width,
            height: line.height,
          },
          sha256: this.#job.deep ? decoder.decode(bytes.subarray(line.shaAt, line.shaAt + 64)) : "",
        };
      }
    }
    const stop = bytes.indexOf(NEWLINE, at);
    const text = decoder.decode(bytes.subarray(at, stop < 0 ? bytes.length : stop));
    try {
      if (stop < 0 || text.endsWith(",") === last) throw new Error("the comma between records is wrong");
      const record = parseFrame(this.#job.names.manifest, last ? text : text.slice(0, -1), frame);
      return {
        name: encoder.encode(record.file_name),
        size,
        originalSize: record.original_size ?? size,
        crc32: parseInt(record.crc32, 16),
        deflated: record.method !== undefined,
        header: record,
        sha256: record.sha256,
      };
    } catch (error) {
      this.#problems.add({
        code: "manifest-line",
        file: this.#job.names.manifest,
        frame,
        byte: this.#job.index.lines[frame],
        message: `The record of frame ${frame} cannot be read: ${(error as Error).message}`,
      });
      return undefined;
    }
  }

  #checkName(name: Uint8Array, before: Uint8Array | undefined, frame: number): void {
    const file = this.#job.names.manifest;
    if (!isSafePath(name)) {
      const message = `The name "${
        decoder.decode(name)
      }" of frame ${frame} is not a plain path below a folder.`;
      this.#problems.add({ code: "frame-name", file, frame, message });
    }
    if (before && Buffer.compare(before, name) >= 0) {
      const message = `Frame ${frame} "${decoder.decode(name)}" does not sort after "${
        decoder.decode(before)
      }".`;
      this.#problems.add({ code: "frame-order", file, frame, message });
    }
  }

  /** Checks the bytes of a frame in the bundle, whose envelope begins at `start`. */
  #checkData(container: Container, facts: Facts, frame: number, start: number): void {
    const window = this.#window;
    if (!window) return;
    const file = this.#job.names.bundle;
    const offset = this.#job.index.offsets[frame];
    const { name, size } = facts;
    const headerSize = container.headerSize(name, size);
    if (offset !== start + headerSize) {
      const message = `Frame ${frame} should lie at byte ${start + headerSize}, the manifest says ${offset}.`;
      this.#problems.add({ code: "frame-offset", file: this.#job.names.manifest, frame, message });
      return;
    }
    if (headerSize > this.#scratch.length) this.#scratch = new Uint8Array(2 * headerSize);
    const wanted = this.#scratch;
    container.writeHeader(wanted, 0, facts);
    const header = headerSize > window.capacity ? -1 : window.at(start, headerSize);
    if (header < 0) return this.#cutOff(frame);
    for (let k = 0; k < headerSize; k++) {
      if (window.buffer[header + k] === wanted[k]) continue;
      const message = `Byte ${k} of the header of frame ${frame} "${decoder.decode(name)}" is ${
        hex(window.buffer[header + k])
      }, should be ${hex(wanted[k])}.`;
      this.#problems.add({ code: "bundle-header", file, frame, byte: start + k, message });
      break;
    }

    const crc = facts.deflated
      ? this.#checkDeflated(facts, frame, offset)
      : this.#checkStored(facts, frame, offset);
    if (crc === undefined) return;
    if (crc !== facts.crc32) {
      const message = `The data of frame ${frame} "${decoder.decode(name)}" has CRC-32 ${
        digits(crc)
      }, should have ${digits(facts.crc32)}.`;
      this.#problems.add({ code: "frame-crc32", file, frame, byte: offset, message });
    }

    const padding = container.padding(size);
    if (padding === 0) return;
    const at = window.at(offset + size, padding);
    if (at < 0) return this.#cutOff(frame);
    for (let k = 0; k < padding; k++) {
      if (window.buffer[at + k] === 0) continue;
      const message = `Byte ${k} of the padding after frame ${frame} is not zero.`;
      this.#problems.add({ code: "bundle-padding", file, frame, byte: offset + size + k, message });
      break;
    }
  }

  /** CRC-32 of a stored frame; undefined if the bundle ends before its data does. */
  #checkStored(facts: Facts, frame: number, offset: number): number | undefined {
    const window = this.#window!;
    const { size } = facts;
    let crc = 0;
    const hash = this.#job.deep ? createHash("sha256") : undefined;
    for (let done = 0; done < size;) {
      const piece = Math.min(size - done, window.capacity);
      const at = window.at(offset + done, piece);
      if (at < 0) return this.#cutOff(frame);
      const data = window.buffer.subarray(at, at + piece);
      crc = crc32(data, crc);
      hash?.update(data);
      done += piece;
    }
    if (hash) this.#checkSha256(hash.digest("hex"), facts, frame, offset);
    return crc;
  }

  /** CRC-32 of what a deflated frame inflates to; undefined, and a problem, if it does not. */
  #checkDeflated(facts: Facts, frame: number, offset: number): number | undefined {
    const data = readRange(this.#bundle!, offset, facts.size);
    if (data.length < facts.size) return this.#cutOff(frame);
    let original: Uint8Array;
    try {
      original = inflateRawSync(data, { maxOutputLength: facts.originalSize + 1 });
    } catch (error) {
      const message = `Frame ${frame} "${decoder.decode(facts.name)}" does not inflate: ${
        (error as Error).message
      }.`;
      this.#problems.add({
        code: "frame-inflate",
        file: this.#job.names.bundle,
        frame,
        byte: offset,
        message,
      });
      return undefined;
    }
    if (original.length !== facts.originalSize) {
      const message =
        `Frame ${frame} inflates to ${original.length} bytes, should give ${facts.originalSize}.`;
      this.#problems.add({
        code: "frame-inflate",
        file: this.#job.names.bundle,
        frame,
        byte: offset,
        message,
      });
    }
    if (this.#job.deep) {
      this.#checkSha256(createHash("sha256").update(original).digest("hex"), facts, frame, offset);
    }
    return crc32(original);
  }

  #checkSha256(found: string, facts: Facts, frame: number, offset: number): void {
    if (found === facts.sha256) return;
    const message = `The data of frame ${frame} "${
      decoder.decode(facts.name)
    }" has SHA-256 ${found}, should have ${facts.sha256}.`;
    this.#problems.add({ code: "frame-sha256", file: this.#job.names.bundle, frame, byte: offset, message });
  }

  #cutOff(frame: number): undefined {
    const { size } = this.#bundle!;
    const message = `The bundle ends at byte ${size}, before frame ${frame} does.`;
    this.#problems.add({ code: "bundle-size", file: this.#job.names.bundle, frame, byte: size, message });
  }
}

const hex = (byte: number) => "0x" + byte.toString(16).padStart(2, "0");
const digits = (crc: number) => crc.toString(16).padStart(8, "0");

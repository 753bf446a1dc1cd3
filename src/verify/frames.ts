import { Buffer } from "node:buffer";
import { createHash, type Hash } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { type RangeReader, readRange } from "../io/range_file.ts";
import { recordText } from "../manifest/lines.ts";
import { parseFrame } from "../manifest/reader.ts";
import type { Container, Entry } from "../media/container.ts";
import { containers } from "../media/containers.ts";
import { jsonMember } from "../media/webdataset.ts";
import { crc32 } from "../media/crc32.ts";
import { isSafePath } from "../model/safe_path.ts";
import { FrameLine } from "../manifest/frame_line.ts";
import { endOfFrame } from "./plan.ts";
import { ProblemList } from "./report.ts";
import type { TaskResult, VerifyJob, VerifyTask } from "./tasks.ts";
import { Window } from "./window.ts";

const NEWLINE = 10;
const COMMA = 44;
/** What messages call the entries of a frame. */
const PARTS = { frame: "frame", json: "the .json member of frame" };
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A frame as its manifest line tells it; `name` is that of its entry in the bundle. */
interface Facts extends Entry {
  readonly fileName: Uint8Array;
  /** The `.json` member after it. */
  readonly json: Entry | undefined;
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
    const { lines } = this.#job.index;
    const container = this.#container;
    const begin = Math.max(0, first - 1);
    const bytes = readRange(this.#manifest, lines[begin], lines[end] - lines[begin]);
    this.#window?.reset(from, to);
    // Names must ascend across tasks too, so the line before is looked at again.
    let before: Uint8Array | undefined = first > 0 ? this.#facts(bytes, 0, begin)?.fileName : undefined;
    const { generations, index: { frames } } = this.#job;
    this.#problems = new ProblemList();
    let directory = new Uint8Array(256 * (end - first));
    let directorySize = 0;
    let start = from;

    for (let i = first; i < end; i++) {
      const facts = this.#facts(bytes, lines[i] - lines[begin], i);
      if (facts) {
        // With generations the order is that of lives, and whether a name is there twice is told elsewhere.
        this.#checkNames(facts, generations ? undefined : before, i);
        before = facts.fileName;
        if (!container) continue;
        if (frames && frames[i] !== i) {
          this.#checkSame(facts, i, frames[i]);
          continue;
        }
        this.#checkData(container, facts, i, start);
        const listed = !generations || generations.alive[i];
        const size = listed ? container.directorySize(facts.name, facts.size, start) : 0;
        if (directorySize + size > directory.length) {
          const grown = new Uint8Array(2 * directory.length + size);
          grown.set(directory);
          directory = grown;
        }
        if (listed) directorySize += container.writeDirectory(directory, directorySize, facts, start);
      }
      if (container && (!frames || frames[i] === i)) start = endOfFrame(container, this.#job.index, i);
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

  /** CRC-32 of bytes of the bundle that are no frames; undefined if it ends before they do. */
  crc32({ from, to }: Extract<VerifyTask, { kind: "gap" }>): number | undefined {
    const window = this.#window;
    if (!window) return undefined;
    window.reset(from, to);
    for (let at = from; at < to; at += window.capacity) {
      if (window.at(at, Math.min(window.capacity, to - at)) < 0) return undefined;
    }
    return window.crc32;
  }

  /** Reads the manifest line that begins at `at`; undefined, and a problem, if it cannot be read. */
  #facts(bytes: Uint8Array, at: number, frame: number): Facts | undefined {
    const line = this.#line;
    const size = this.#job.index.sizes[frame];
    const last = frame === (this.#job.generations?.lines ?? this.#job.frames) - 1;
    line.read(bytes, at);
    if (line.canonical && (last ? bytes[line.end] : bytes[line.end + 1]) === NEWLINE) {
      if (last || bytes[line.end] === COMMA) {
        const fileName = bytes.subarray(line.nameAt, line.nameEnd);
        const name = line.entryAt === line.nameAt ? fileName : bytes.subarray(line.entryAt, line.entryEnd);
        return {
          fileName,
          name,
          json: line.jsonSize < 0
            ? undefined
            : jsonEntry(decoder.decode(name), line.jsonSize, line.jsonCrc32),
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
      const { file_name, entry, json_size, json_crc32 } = record;
      const fileName = encoder.encode(file_name);
      return {
        fileName,
        name: entry === undefined ? fileName : encoder.encode(entry),
        json: json_size === undefined
          ? undefined
          : jsonEntry(entry ?? file_name, json_size, parseInt(json_crc32!, 16)),
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

  /** Checks a line whose bytes are those of another: it must say the same of them. */
  #checkSame({ name, crc32, deflated, originalSize }: Facts, line: number, frame: number): void {
    const file = this.#job.names.manifest;
    const { lines } = this.#job.index;
    const [one, other] = [frame, line].map((i) =>
      decoder.decode(readRange(this.#manifest, lines[i], lines[i + 1] - lines[i]))
    );
    let cause: string | undefined;
    try {
      const first = parseFrame(file, recordText(one), frame),
        second = parseFrame(file, recordText(other), line);
      const keys = ["sha256", "width", "height", "orientation", "codec"] as const;
      const key = keys.find((key) => first[key] !== second[key]);
      if (key !== undefined) cause = `the same "${key}"`;
      else if (parseInt(first.crc32, 16) !== crc32) cause = 'the same "crc32"';
      else if ((first.entry ?? first.file_name) !== decoder.decode(name)) cause = "the name of its entry";
      else if (
        (first.method !== undefined) !== deflated || (first.original_size ?? first.size) !== originalSize
      ) {
        cause = 'the same "method"';
      }
    } catch {
      return; // A damaged line is told where it is read.
    }
    if (cause === undefined) return;
    const message = `Line ${line} has the frame ${frame}, but not ${cause}.`;
    this.#problems.add({ code: "generation", file, frame: line, message });
  }

  #checkNames({ fileName, name }: Facts, before: Uint8Array | undefined, frame: number): void {
    this.#checkPath(fileName, frame);
    if (name !== fileName) this.#checkPath(name, frame);
    if (before && Buffer.compare(before, fileName) >= 0) {
      const message = `Frame ${frame} "${decoder.decode(fileName)}" does not sort after "${
        decoder.decode(before)
      }".`;
      const file = this.#job.names.manifest;
      this.#problems.add({ code: "frame-order", file, frame, message });
    }
  }

  #checkPath(name: Uint8Array, frame: number): void {
    if (isSafePath(name)) return;
    const message = `The name "${
      decoder.decode(name)
    }" of frame ${frame} is not a plain path below a folder.`;
    this.#problems.add({ code: "frame-name", file: this.#job.names.manifest, frame, message });
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
    if (!this.#checkHeader(facts, PARTS.frame, frame, start)) return;
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

    if (!this.#checkPadding(size, PARTS.frame, frame, offset + size) || !facts.json) return;
    this.#checkJson(facts.json, frame, offset + size + container.padding(size));
  }

  /** Checks the `.json` member whose header begins at `start`. */
  #checkJson(json: Entry, frame: number, start: number): void {
    if (!this.#checkHeader(json, PARTS.json, frame, start)) return;
    const offset = start + this.#container!.headerSize(json.name, json.size);
    const crc = this.#crcOf(json.size, frame, offset);
    if (crc === undefined) return;
    if (crc !== json.crc32) {
      const message = `The .json member of frame ${frame} has CRC-32 ${digits(crc)}, should have ${
        digits(json.crc32)
      }.`;
      this.#problems.add({ code: "frame-json", file: this.#job.names.bundle, frame, byte: offset, message });
    }
    this.#checkPadding(json.size, PARTS.json, frame, offset + json.size);
  }

  /** Checks the header of an entry, which begins at `start`; false, and a problem, if the bundle ends before it does. */
  #checkHeader(entry: Entry, what: string, frame: number, start: number): boolean {
    const window = this.#window!;
    const size = this.#container!.headerSize(entry.name, entry.size);
    if (size > this.#scratch.length) this.#scratch = new Uint8Array(2 * size);
    const wanted = this.#scratch;
    this.#container!.writeHeader(wanted, 0, entry);
    const header = size > window.capacity ? -1 : window.at(start, size);
    if (header < 0) {
      this.#cutOff(frame);
      return false;
    }
    for (let k = 0; k < size; k++) {
      if (window.buffer[header + k] === wanted[k]) continue;
      const message = `Byte ${k} of the header of ${what} ${frame} "${decoder.decode(entry.name)}" is ${
        hex(window.buffer[header + k])
      }, should be ${hex(wanted[k])}.`;
      const file = this.#job.names.bundle;
      this.#problems.add({ code: "bundle-header", file, frame, byte: start + k, message });
      break;
    }
    return true;
  }

  /** Checks the padding after an entry's data, which ends at `end`; false, and a problem, if the bundle ends before it does. */
  #checkPadding(size: number, what: string, frame: number, end: number): boolean {
    const window = this.#window!;
    const padding = this.#container!.padding(size);
    if (padding === 0) return true;
    const at = window.at(end, padding);
    if (at < 0) {
      this.#cutOff(frame);
      return false;
    }
    for (let k = 0; k < padding; k++) {
      if (window.buffer[at + k] === 0) continue;
      const message = `Byte ${k} of the padding after ${what} ${frame} is not zero.`;
      const file = this.#job.names.bundle;
      this.#problems.add({ code: "bundle-padding", file, frame, byte: end + k, message });
      break;
    }
    return true;
  }

  /** CRC-32 of a stored frame; undefined if the bundle ends before its data does. */
  #checkStored(facts: Facts, frame: number, offset: number): number | undefined {
    const hash = this.#job.deep ? createHash("sha256") : undefined;
    const crc = this.#crcOf(facts.size, frame, offset, hash);
    if (hash && crc !== undefined) this.#checkSha256(hash.digest("hex"), facts, frame, offset);
    return crc;
  }

  /** CRC-32 of `size` bytes; undefined, and a problem, if the bundle ends before they do. */
  #crcOf(size: number, frame: number, offset: number, hash?: Hash): number | undefined {
    const window = this.#window!;
    let crc = 0;
    for (let done = 0; done < size;) {
      const piece = Math.min(size - done, window.capacity);
      const at = window.at(offset + done, piece);
      if (at < 0) return this.#cutOff(frame);
      const data = window.buffer.subarray(at, at + piece);
      crc = crc32(data, crc);
      hash?.update(data);
      done += piece;
    }
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

function jsonEntry(entry: string, size: number, crc32: number): Entry {
  return { name: encoder.encode(jsonMember(entry)), size, originalSize: size, crc32, deflated: false };
}

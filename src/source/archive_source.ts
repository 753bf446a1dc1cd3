import { constants, inflateRawSync } from "node:zlib";
import { openRange, type RangeReader } from "../io/range_file.ts";
import { memoryFile, windowOf } from "../io/range_window.ts";
import { DOES_NOT_FIT } from "../io/read_file.ts";
import { crc32 } from "../media/crc32.ts";
import { type ArchivePlace, findEntry, hashOf, Method } from "./archive_index.ts";
import type { FileSource } from "./source.ts";
import { DEFLATED, get16, get32, isEncrypted, LOCAL_SIGNATURE, LOCAL_SIZE, STORED } from "./zip_fields.ts";

/** Local header, name and extra fields of most entries, and with them the whole of a small one. */
const BEGINNING = 1024;
/** Bytes that are inflated into memory at the most. */
export const MOST_INFLATED = 256 << 20;
/** A buffer up to this size is kept for the next entry. */
const KEPT = 4 << 20;
const FLAG_DESCRIPTOR = 0x0008;
const MAX32 = 0xffffffff;
const encoder = new TextEncoder();

/** An entry that cannot be read. */
class EntryError extends Error {
  constructor(message: string, readonly code: "EBADMSG" | "ENOENT" = "EBADMSG") {
    super(message);
  }
}

/** The files in an archive, read in place. */
export class ArchiveSource implements FileSource {
  readonly #archive: RangeReader;
  readonly #spool: RangeReader | undefined;
  readonly #files: RangeReader[];
  /** Prefix of the root, and room for a path behind it. */
  #path = new Uint8Array(1 << 10);
  readonly #prefixSize: number;
  readonly #beginning = new Uint8Array(BEGINNING);
  #packed = new Uint8Array(1 << 16);
  /** The entry that was inflated last for reading ranges. */
  #last: { entry: number; bytes: Uint8Array } | undefined;

  /** @param onClose Called when the files are closed. */
  constructor(readonly place: ArchivePlace, readonly onClose: () => void = () => {}) {
    const { file, start, size, spool } = place;
    const own = openRange(file);
    this.#files = [own];
    this.#archive = windowOf(own, start, size);
    if (spool !== undefined) {
      this.#spool = spool === file ? own : openRange(spool);
      if (this.#spool !== own) this.#files.push(this.#spool);
    }
    this.#prefixSize = encoder.encodeInto(place.prefix, this.#path).written;
  }

  read(path: string, into: Uint8Array, at: number, limit: number = into.length): number {
    const entry = this.#find(path);
    const size = this.place.index.size[entry];
    if (size > limit - at) return DOES_NOT_FIT;
    if (this.place.index.method[entry] === Method.deflated) into.set(this.#inflate(entry), at);
    else {
      const room = into.subarray(at, at + size);
      this.#fill(room, entry);
      this.#check(entry, crc32(room));
    }
    return size;
  }

  readHead(path: string, into: Uint8Array, limit: number): number {
    const entry = this.#find(path);
    const size = Math.min(limit, into.length, this.place.index.size[entry]);
    if (this.place.index.method[entry] === Method.deflated) {
      into.set(this.#inflateHead(entry, size));
    } else {
      const data = this.#data(entry);
      if (data.read(into.subarray(0, size), 0) < size) throw cutOff();
    }
    return size;
  }

  readPieces(
    path: string,
    buffer: Uint8Array,
    piece: (bytes: Uint8Array, position: number) => void,
  ): number {
    const entry = this.#find(path);
    const size = this.place.index.size[entry];
    const file = this.place.index.method[entry] === Method.deflated
      ? memoryFile(this.#inflate(entry))
      : this.#data(entry);
    let crc = 0;
    for (let at = 0; at < size;) {
      const bytes = buffer.subarray(0, Math.min(buffer.length, size - at));
      if (file.read(bytes, at) < bytes.length) throw cutOff();
      crc = crc32(bytes, crc);
      piece(bytes, at);
      at += bytes.length;
    }
    this.#check(entry, crc);
    return size;
  }

  open(path: string): RangeReader {
    const entry = this.#find(path);
    if (this.place.index.method[entry] !== Method.deflated) return this.#data(entry);
    if (this.#last?.entry !== entry) {
      this.#last = undefined;
      this.#last = { entry, bytes: this.#inflate(entry) };
    }
    return memoryFile(this.#last.bytes);
  }

  close(): void {
    for (const file of this.#files) file.close();
    this.onClose();
  }

  /** An entry as it lies in the archive: its first byte there, its bytes, which may be raw DEFLATE, and what is stated of them. */
  whereabouts(
    path: string,
  ): { at: number; file: RangeReader; deflated: boolean; size: number; crc32: number } {
    const entry = this.#find(path);
    const { at, packed, method, size, crc32 } = this.place.index;
    const start = method[entry] === Method.plain ? at[entry] : this.#dataStart(entry);
    const file = windowOf(this.#archive, start, packed[entry]);
    const deflated = method[entry] === Method.deflated;
    return { at: start, file, deflated, size: size[entry], crc32: crc32[entry] };
  }

  #find(path: string): number {
    const start = this.#prefixSize;
    if (start + path.length * 3 > this.#path.length) {
      const larger = new Uint8Array(start + path.length * 3);
      larger.set(this.#path.subarray(0, start));
      this.#path = larger;
    }
    const { written } = encoder.encodeInto(path, this.#path.subarray(start));
    const entry = findEntry(this.place.index, this.#path, start + written);
    if (entry < 0) throw new EntryError("it is not in the archive", "ENOENT");
    return entry;
  }

  /** The bytes of an entry as they lie. */
  #data(entry: number): RangeReader {
    const { at, packed, method } = this.place.index;
    switch (method[entry]) {
      case Method.plain:
        return windowOf(this.#archive, at[entry], packed[entry]);
      case Method.spooled:
        return windowOf(this.#spool!, at[entry], packed[entry]);
      default:
        return windowOf(this.#archive, this.#dataStart(entry), packed[entry]);
    }
  }

  /** Fills `room` with the data of an entry as it lies; what the look at its header has read already is not read again. */
  #fill(room: Uint8Array, entry: number): void {
    const { at, method } = this.place.index;
    let done = 0;
    let data: RangeReader;
    if (method[entry] === Method.stored || method[entry] === Method.deflated) {
      const start = this.#dataStart(entry);
      const head = this.#beginning.subarray(start - at[entry], start - at[entry] + room.length);
      room.set(head);
      done = head.length;
      if (done === room.length) return;
      data = windowOf(this.#archive, start, room.length);
    } else data = this.#data(entry);
    if (data.read(room.subarray(done), done) < room.length - done) throw cutOff();
  }

  /**
   * First byte of the data of a zip's entry. The local header must say the same as the directory: readers differ in which
   * of the two they believe.
   */
  #dataStart(entry: number): number {
    const { dataEnd, index } = this.place;
    const at = index.at[entry];
    let bytes = this.#beginning;
    if (this.#archive.read(bytes, at) < LOCAL_SIZE || get32(bytes, 0) !== LOCAL_SIGNATURE) {
      throw new EntryError("its local header is not where the archive's directory says");
    }
    const nameEnd = LOCAL_SIZE + get16(bytes, 26);
    const start = at + nameEnd + get16(bytes, 28);
    if (nameEnd > bytes.length) {
      bytes = new Uint8Array(nameEnd);
      if (this.#archive.read(bytes, at) < nameEnd) throw cutOff();
    }
    const flags = get16(bytes, 6);
    const method = index.method[entry] === Method.deflated ? DEFLATED : STORED;
    const differs = hashOf(bytes, LOCAL_SIZE, nameEnd) !== index.nameHash[entry] ||
      get16(bytes, 8) !== method || isEncrypted(flags) ||
      (flags & FLAG_DESCRIPTOR) === 0 && (get32(bytes, 14) !== index.crc32[entry] ||
          unlike(get32(bytes, 18), index.packed[entry]) || unlike(get32(bytes, 22), index.size[entry]));
    if (differs) throw new EntryError("its local header and the archive's directory contradict each other");
    if (start + index.packed[entry] > dataEnd) throw cutOff();
    return start;
  }

  /** The bytes of a deflated entry, inflated and checked. */
  #inflate(entry: number): Uint8Array {
    const { packed, size } = this.place.index;
    if (size[entry] > MOST_INFLATED) {
      throw new EntryError(
        `it is compressed, and with ${size[entry]} bytes too large to be inflated at once`,
      );
    }
    const bytes = this.#inflated(this.#packedBytes(entry, packed[entry]), size[entry], constants.Z_FINISH);
    if (bytes.length !== size[entry]) {
      throw new EntryError(`it inflates to ${bytes.length} bytes, the archive says ${size[entry]}`);
    }
    this.#check(entry, crc32(bytes));
    return bytes;
  }

  /** The first bytes of a deflated entry. */
  #inflateHead(entry: number, wanted: number): Uint8Array {
    const { packed, size } = this.place.index;
    // Data that does not shrink takes a little more room deflated.
    const part = Math.min(packed[entry], wanted + (wanted >>> 8) + 1024);
    if (part < packed[entry]) {
      const flush = constants.Z_SYNC_FLUSH;
      const bytes = this.#inflated(this.#packedBytes(entry, part), size[entry], flush);
      if (bytes.length >= wanted) return bytes.subarray(0, wanted);
    }
    return this.#inflate(entry).subarray(0, wanted);
  }

  #packedBytes(entry: number, count: number): Uint8Array {
    if (this.#packed.length < count && count <= KEPT) this.#packed = new Uint8Array(KEPT);
    const bytes = count > KEPT ? new Uint8Array(count) : this.#packed.subarray(0, count);
    this.#fill(bytes, entry);
    return bytes;
  }

  /** @param size Bytes that may come out; no more are ever made. */
  #inflated(packed: Uint8Array, size: number, finishFlush: number): Uint8Array {
    const chunkSize = Math.min(1 << 20, Math.max(64, size));
    try {
      return inflateRawSync(packed, { maxOutputLength: Math.max(1, size), chunkSize, finishFlush });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const cause = code === "ERR_BUFFER_TOO_LARGE"
        ? `it inflates to more than the ${size} bytes that the archive states`
        : `it does not inflate (${message})`;
      throw new EntryError(cause);
    }
  }

  #check(entry: number, found: number): void {
    const { method, crc32 } = this.place.index;
    const unchecked = method[entry] === Method.plain || method[entry] === Method.spooled;
    if (unchecked || found === crc32[entry]) return;
    throw new EntryError(`its CRC-32 is ${hex(found)}, the archive says ${hex(crc32[entry])}`);
  }
}

const hex = (crc: number) => crc.toString(16).padStart(8, "0");

/** True if a field of a local header differs from the directory; one that holds the largest value refers to a ZIP64 field. */
const unlike = (field: number, value: number) => field !== MAX32 && field !== value;

const cutOff = () => new EntryError("the archive ends before it does");

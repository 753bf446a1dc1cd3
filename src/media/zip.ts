import { type Container, type Entry, growth } from "./container.ts";

// Field numbers: APPNOTE.TXT 6.3.10, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.14–16 (end records), 4.5.3 (ZIP64).
const LOCAL_SIGNATURE = 0x04034b50;
const DIRECTORY_SIGNATURE = 0x02014b50;
const ZIP64_END_SIGNATURE = 0x06064b50;
const ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
const END_SIGNATURE = 0x06054b50;
const LOCAL_SIZE = 30;
const DIRECTORY_SIZE = 46;
const FLAG_UTF8 = 0x0800;
const MADE_BY = 0x032d;
const DATE_1980_01_01 = 0x0021;
const REGULAR_FILE_0644 = 0x81a40000;
/** From this value on a 32-bit field holds this value and the real one stands in the ZIP64 field. */
const MAX32 = 0xffffffff;
const MAX16 = 0xffff;

const isBig = (entry: { size: number; originalSize: number }) =>
  entry.size >= MAX32 || entry.originalSize >= MAX32;

function put16(into: Uint8Array, at: number, value: number): void {
  into[at] = value;
  into[at + 1] = value >>> 8;
}

function put32(into: Uint8Array, at: number, value: number): void {
  into[at] = value;
  into[at + 1] = value >>> 8;
  into[at + 2] = value >>> 16;
  into[at + 3] = value >>> 24;
}

function put64(into: Uint8Array, at: number, value: number): void {
  put32(into, at, value % 0x100000000);
  put32(into, at + 4, Math.floor(value / 0x100000000));
}

/** Version needed … CRC and sizes: the 22 bytes that local header and directory record share. */
function putCommon(into: Uint8Array, at: number, entry: Entry, zip64: boolean, big: boolean): void {
  put16(into, at, zip64 ? 45 : 20);
  put16(into, at + 2, FLAG_UTF8);
  put16(into, at + 4, entry.deflated ? 8 : 0);
  put16(into, at + 6, 0);
  put16(into, at + 8, DATE_1980_01_01);
  put32(into, at + 10, entry.crc32);
  put32(into, at + 14, big ? MAX32 : entry.size);
  put32(into, at + 18, big ? MAX32 : entry.originalSize);
}

/** ZIP64 extra field of a directory record: both sizes when one is big, the offset when it is. */
function zip64Size(big: boolean, far: boolean): number {
  return big || far ? 4 + (big ? 16 : 0) + (far ? 8 : 0) : 0;
}

/** Zip as docs/dataset_spec.md §1.1 says: stored, UTF-8 names, fixed time, ZIP64 only where needed. */
export const zip: Container = {
  media: "zip",
  prologueSize: 0,
  prologue: () => new Uint8Array(0),

  headerSize(name, size) {
    return LOCAL_SIZE + name.length + (size >= MAX32 ? 20 : 0);
  },

  writeHeader(into, at, entry) {
    const big = isBig(entry);
    put32(into, at, LOCAL_SIGNATURE);
    putCommon(into, at + 4, entry, big, big);
    put16(into, at + 26, entry.name.length);
    put16(into, at + 28, big ? 20 : 0);
    into.set(entry.name, at + LOCAL_SIZE);
    if (big) {
      const extra = at + LOCAL_SIZE + entry.name.length;
      put16(into, extra, 1);
      put16(into, extra + 2, 16);
      put64(into, extra + 4, entry.originalSize);
      put64(into, extra + 12, entry.size);
    }
    return LOCAL_SIZE + entry.name.length + (big ? 20 : 0);
  },

  padding: () => 0,
  growth: growth(false),

  directorySize(name, size, headerOffset) {
    return DIRECTORY_SIZE + name.length + zip64Size(size >= MAX32, headerOffset >= MAX32);
  },

  writeDirectory(into, at, entry, headerOffset) {
    const big = isBig(entry);
    const far = headerOffset >= MAX32;
    const extraSize = zip64Size(big, far);
    put32(into, at, DIRECTORY_SIGNATURE);
    put16(into, at + 4, MADE_BY);
    putCommon(into, at + 6, entry, big || far, big);
    put16(into, at + 28, entry.name.length);
    put16(into, at + 30, extraSize);
    into.fill(0, at + 32, at + 38); // comment length, disk, internal attributes
    put32(into, at + 38, REGULAR_FILE_0644);
    put32(into, at + 42, far ? MAX32 : headerOffset);
    into.set(entry.name, at + DIRECTORY_SIZE);
    if (extraSize) {
      let extra = at + DIRECTORY_SIZE + entry.name.length;
      put16(into, extra, 1);
      put16(into, extra + 2, extraSize - 4);
      extra += 4;
      if (big) {
        put64(into, extra, entry.originalSize);
        put64(into, extra + 8, entry.size);
        extra += 16;
      }
      if (far) put64(into, extra, headerOffset);
    }
    return DIRECTORY_SIZE + entry.name.length + extraSize;
  },

  end(entries, directoryOffset, directorySize) {
    const zip64 = entries >= MAX16 || directoryOffset >= MAX32 || directorySize >= MAX32;
    const bytes = new Uint8Array(zip64 ? 56 + 20 + 22 : 22);
    let at = 0;
    if (zip64) {
      put32(bytes, 0, ZIP64_END_SIGNATURE);
      put64(bytes, 4, 44);
      put16(bytes, 12, MADE_BY);
      put16(bytes, 14, 45);
      put64(bytes, 24, entries);
      put64(bytes, 32, entries);
      put64(bytes, 40, directorySize);
      put64(bytes, 48, directoryOffset);
      put32(bytes, 56, ZIP64_LOCATOR_SIGNATURE);
      put64(bytes, 64, directoryOffset + directorySize);
      put32(bytes, 72, 1);
      at = 76;
    }
    put32(bytes, at, END_SIGNATURE);
    put16(bytes, at + 8, Math.min(entries, MAX16));
    put16(bytes, at + 10, Math.min(entries, MAX16));
    put32(bytes, at + 12, Math.min(directorySize, MAX32));
    put32(bytes, at + 16, Math.min(directoryOffset, MAX32));
    return bytes;
  },
};

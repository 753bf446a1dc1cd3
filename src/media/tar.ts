import { type Container, type Entry, growth } from "./container.ts";

// POSIX.1-2017 pax, "ustar Interchange Format" and "pax Extended Header".
const BLOCK = 512;
const NAME_FIELD = 100;
/** The ustar size field has 11 octal digits. */
const USTAR_LIMIT = 8 * 2 ** 30;
const encoder = new TextEncoder();

const padding = (size: number) => (BLOCK - size % BLOCK) % BLOCK;

/** True if the ustar header can hold name and size by itself. */
function isPlain(name: Uint8Array, size: number): boolean {
  if (name.length > NAME_FIELD || size >= USTAR_LIMIT) return false;
  for (let i = 0; i < name.length; i++) if (name[i] > 0x7e || name[i] < 0x20) return false;
  return true;
}

/** A pax record "<length> key=value\n", whose length counts its own digits. */
function record(key: string, value: Uint8Array): Uint8Array {
  const rest = ` ${key}=`.length + value.length + 1;
  let length = rest + String(rest).length;
  length = rest + String(length).length;
  const bytes = new Uint8Array(length);
  const head = encoder.encode(`${length} ${key}=`);
  bytes.set(head);
  bytes.set(value, head.length);
  bytes[length - 1] = 0x0a;
  return bytes;
}

function paxRecords(name: Uint8Array, size: number): Uint8Array {
  const path = record("path", name);
  if (size < USTAR_LIMIT) return path;
  const bytes = record("size", encoder.encode(String(size)));
  const both = new Uint8Array(path.length + bytes.length);
  both.set(path);
  both.set(bytes, path.length);
  return both;
}

function putOctal(into: Uint8Array, at: number, digits: number, value: number): void {
  for (let i = digits - 1; i >= 0; i--) {
    into[at + i] = 0x30 + value % 8;
    value = Math.floor(value / 8);
  }
}

function putHeader(
  into: Uint8Array,
  at: number,
  name: Uint8Array,
  size: number,
  type: "0" | "x",
  mode = 0o644,
): void {
  into.fill(0, at, at + BLOCK);
  into.set(name, at);
  putOctal(into, at + 100, 7, mode);
  putOctal(into, at + 108, 7, 0);
  putOctal(into, at + 116, 7, 0);
  putOctal(into, at + 124, 11, size);
  putOctal(into, at + 136, 11, 0);
  into.fill(0x20, at + 148, at + 156);
  into[at + 156] = type.charCodeAt(0);
  into.set([0x75, 0x73, 0x74, 0x61, 0x72, 0x00, 0x30, 0x30], at + 257); // "ustar\0" "00"
  putOctal(into, at + 329, 7, 0);
  putOctal(into, at + 337, 7, 0);
  let sum = 0;
  for (let i = at; i < at + BLOCK; i++) sum += into[i];
  putOctal(into, at + 148, 6, sum);
  into[at + 154] = 0;
}

const PAX_NAME = encoder.encode("pax-header");

/** Name for readers that do not know pax: told apart by the CRC of the content. */
function fallbackName(entry: Entry): Uint8Array {
  return encoder.encode(`frame-${entry.crc32.toString(16).padStart(8, "0")}`);
}

/** Tar as docs/dataset_spec.md §1.2 says: ustar, with a pax header only where ustar does not reach. */
export const tar: Container = {
  media: "tar",
  prologueSize: 0,
  prologue: () => new Uint8Array(0),

  headerSize(name, size) {
    if (isPlain(name, size)) return BLOCK;
    const records = paxRecords(name, size).length;
    return BLOCK + records + padding(records) + BLOCK;
  },

  writeHeader(into, at, entry) {
    if (isPlain(entry.name, entry.size)) {
      putHeader(into, at, entry.name, entry.size, "0", entry.mode);
      return BLOCK;
    }
    const records = paxRecords(entry.name, entry.size);
    const total = BLOCK + records.length + padding(records.length) + BLOCK;
    putHeader(into, at, PAX_NAME, records.length, "x");
    into.fill(0, at + BLOCK, at + total);
    into.set(records, at + BLOCK);
    // A size that does not fit stands in the pax header; the field itself then holds zero.
    const size = entry.size < USTAR_LIMIT ? entry.size : 0;
    putHeader(into, at + total - BLOCK, fallbackName(entry), size, "0", entry.mode);
    return total;
  },

  padding,
  growth: growth(true),
  directorySize: () => 0,
  writeDirectory: () => 0,
  end: () => new Uint8Array(2 * BLOCK),
};

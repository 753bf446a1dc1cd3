import { type RangeReader, readRange } from "../io/range_file.ts";
import { crc32 } from "../media/crc32.ts";
import { PackError } from "../model/issue.ts";
import { get16, get32, get64 } from "../source/zip_fields.ts";

// Field numbers: APPNOTE.TXT 6.3.10, sections 4.3.12 (directory), 4.3.14–16 (end records), 4.5.3 (ZIP64), 4.6.9 (Unicode path).
const DIRECTORY_SIGNATURE = 0x02014b50;
const DIRECTORY_SIZE = 46;
const END_SIGNATURE = 0x06054b50;
const END_SIZE = 22;
const ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
const ZIP64_LOCATOR_SIZE = 20;
const ZIP64_END_SIGNATURE = 0x06064b50;
const ZIP64_END_SIZE = 56;
const EXTRA_ZIP64 = 0x0001;
const EXTRA_UNICODE_PATH = 0x7075;
const MAX16 = 0xffff;
const MAX32 = 0xffffffff;
const BLOCK = 1 << 20;
/** Largest record: its fixed part, and name, extra fields and comment of 65,535 bytes each. */
const MAX_RECORD = DIRECTORY_SIZE + 3 * MAX16;

/** One record of the directory. */
export interface ZipRecord {
  /** As it stands there. */
  readonly name: Uint8Array;
  /** The same in UTF-8, from a Unicode path field that belongs to `name`. */
  readonly unicodeName?: Uint8Array;
  /** Bits of 4.4.4. */
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  /** Bytes in the archive. */
  readonly packed: number;
  /** Bytes of the file. */
  readonly size: number;
  /** First byte of the local header. */
  readonly at: number;
  /** System the external attributes are of: 3 Unix (4.4.2). */
  readonly system: number;
  /** `st_mode` of Unix, 0 if there is none. */
  readonly mode: number;
}

/** Where the directory is. */
export interface ZipDirectory {
  readonly at: number;
  readonly size: number;
  /** Records in it; the lowest 16 bits alone if `wide` is not set. */
  readonly entries: number;
  readonly wide: boolean;
}

/**
 * Finds the directory at the end of a zip.
 *
 * @param path For messages.
 * @throws {PackError} If there is none, or it is not where the end records say.
 */
export function findDirectory(file: RangeReader, path: string): ZipDirectory {
  const tail = readRange(
    file,
    Math.max(0, file.size - END_SIZE - MAX16),
    END_SIZE + MAX16,
  );
  const start = file.size - tail.length;
  let end = tail.length - END_SIZE;
  while (
    end >= 0 && !(get32(tail, end) === END_SIGNATURE && end + END_SIZE + get16(tail, end + 20) <= tail.length)
  ) {
    end--;
  }
  if (end < 0) throw damaged(path, "its directory at the end is missing");
  if (get16(tail, end + 4) !== get16(tail, end + 6)) throw parts(path);
  const plain = {
    at: get32(tail, end + 16),
    size: get32(tail, end + 12),
    entries: get16(tail, end + 10),
    wide: false,
  };
  const zip64 = zip64Directory(file, start + end - ZIP64_LOCATOR_SIZE, path);
  if (!zip64 && get16(tail, end + 4) !== 0) throw parts(path);
  const agree = (field: number, value: number, most: number) => field === most || field === value;
  if (
    zip64 && !(agree(plain.at, zip64.at, MAX32) && agree(plain.size, zip64.size, MAX32) &&
      agree(plain.entries, zip64.entries, MAX16))
  ) throw damaged(path, "its two end records contradict each other");
  const directory = zip64 ?? plain;
  const limit = zip64?.limit ?? start + end;
  if (directory.at + directory.size > limit) {
    throw damaged(path, "its directory does not lie where its end says");
  }
  return directory;
}

function zip64Directory(
  file: RangeReader,
  locatorAt: number,
  path: string,
): ZipDirectory & { limit: number } | undefined {
  if (locatorAt < 0) return undefined;
  const locator = readRange(file, locatorAt, ZIP64_LOCATOR_SIZE);
  if (get32(locator, 0) !== ZIP64_LOCATOR_SIGNATURE) return undefined;
  const at = get64(locator, 8);
  const end = at + ZIP64_END_SIZE <= locatorAt ? readRange(file, at, ZIP64_END_SIZE) : undefined;
  if (!end || get32(end, 0) !== ZIP64_END_SIGNATURE) {
    throw damaged(path, "its ZIP64 end record does not lie where its locator says");
  }
  if (get32(end, 16) !== 0 || get32(end, 20) !== 0) throw parts(path);
  return { at: get64(end, 48), size: get64(end, 40), entries: get64(end, 32), wide: true, limit: at };
}

/**
 * Reads the directory, record by record.
 *
 * @param path For messages.
 * @throws {PackError} If a record is broken, or there are more or fewer than the end says.
 */
export function* zipRecords(file: RangeReader, directory: ZipDirectory, path: string): Generator<ZipRecord> {
  const buffer = new Uint8Array(Math.min(directory.size, BLOCK + MAX_RECORD));
  let loaded = 0;
  let used = 0;
  let next = directory.at;
  const end = directory.at + directory.size;
  let entries = 0;
  for (; next - (loaded - used) < end; entries++) {
    if (loaded - used < MAX_RECORD && next < end) {
      buffer.copyWithin(0, used, loaded);
      loaded -= used;
      used = 0;
      const room = buffer.subarray(loaded, loaded + Math.min(buffer.length - loaded, end - next));
      if (file.read(room, next) < room.length) throw damaged(path, "it ends within its directory");
      next += room.length;
      loaded += room.length;
    }
    const bytes = buffer.subarray(used, loaded);
    const size = bytes.length < DIRECTORY_SIZE || get32(bytes, 0) !== DIRECTORY_SIGNATURE
      ? Infinity
      : DIRECTORY_SIZE + get16(bytes, 28) + get16(bytes, 30) + get16(bytes, 32);
    if (size > bytes.length) throw damaged(path, `record ${entries + 1} of its directory is broken`);
    yield readRecord(bytes, entries + 1, path);
    used += size;
  }
  if (entries !== directory.entries && (directory.wide || (entries & MAX16) !== directory.entries)) {
    throw damaged(path, `its directory has ${entries} records, its end says ${directory.entries}`);
  }
}

function readRecord(bytes: Uint8Array, number: number, path: string): ZipRecord {
  const nameEnd = DIRECTORY_SIZE + get16(bytes, 28);
  const extraEnd = nameEnd + get16(bytes, 30);
  const name = bytes.subarray(DIRECTORY_SIZE, nameEnd);
  let unicodeName: Uint8Array | undefined;
  let packed = get32(bytes, 20);
  let size = get32(bytes, 24);
  let at = get32(bytes, 42);
  let wide = packed === MAX32 || size === MAX32 || at === MAX32;
  for (let field = nameEnd; field + 4 <= extraEnd;) {
    const start = field + 4;
    const end = start + get16(bytes, field + 2);
    if (end > extraEnd) break;
    const id = get16(bytes, field);
    if (id === EXTRA_ZIP64 && wide) {
      let value = start;
      const take = () => {
        value += 8;
        if (value > end) throw damaged(path, `record ${number} of its directory lacks a ZIP64 value`);
        return get64(bytes, value - 8);
      };
      if (size === MAX32) size = take();
      if (packed === MAX32) packed = take();
      if (at === MAX32) at = take();
      wide = false;
    } else if (
      id === EXTRA_UNICODE_PATH && end - start >= 5 && bytes[start] === 1 &&
      get32(bytes, start + 1) === crc32(name)
    ) unicodeName = bytes.subarray(start + 5, end);
    field = end;
  }
  const system = bytes[5];
  return {
    name,
    unicodeName,
    flags: get16(bytes, 8),
    method: get16(bytes, 10),
    crc32: get32(bytes, 16),
    packed,
    size,
    at,
    system,
    mode: get16(bytes, 40),
  };
}

/** The error that an archive cannot be trusted. */
export function damaged(path: string, cause: string): PackError {
  return new PackError(
    `Cannot read the archive "${path}": ${cause}.`,
    "Copy or download it again, or make it anew.",
  );
}

const parts = (path: string) =>
  new PackError(
    `The archive "${path}" is one part of several.`,
    "Join the parts first: `zip -s 0 parts.zip --out whole.zip`.",
  );

/** Zips made byte by byte, sound or not. */
import { Buffer } from "node:buffer";
import { crc32, deflateRawSync } from "node:zlib";

/** An entry; what is left out is as it should be. */
export interface ZipEntry {
  name: string | Uint8Array;
  data?: Uint8Array | string;
  deflate?: boolean;
  /** Bytes that are written in place of the data. */
  packed?: Uint8Array;
  /** Stated size of the data, and of its packed form. */
  size?: number;
  packedSize?: number;
  crc?: number;
  method?: number;
  flags?: number;
  /** Version made by; 0x031e Unix, 0x0014 DOS. @default {0x031e} */
  madeBy?: number;
  /** `st_mode`. @default {0o100644} */
  mode?: number;
  extra?: Uint8Array;
  localExtra?: Uint8Array;
  /** Name in the local header. */
  localName?: string | Uint8Array;
  /** Sizes and CRC-32 stand behind the data. */
  descriptor?: boolean;
  /** Offset of the local header in the directory. */
  at?: number;
  /** Sizes and offset stand in ZIP64 fields, though they are small. */
  zip64?: boolean;
}

const bytesOf = (text: string | Uint8Array) =>
  typeof text === "string" ? Buffer.from(text) : Buffer.from(text);
const u16 = (value: number) => Buffer.from([value & 255, value >>> 8 & 255]);
const u32 = (value: number) =>
  Buffer.from([value, value >>> 8, value >>> 16, value >>> 24].map((b) => b & 255));
const u64 = (value: number) => Buffer.concat([u32(value % 2 ** 32), u32(Math.floor(value / 2 ** 32))]);

/** An extra field. */
export function extraField(id: number, value: Uint8Array): Uint8Array {
  return Buffer.concat([u16(id), u16(value.length), value]);
}

/** The Unicode path field for a name. */
export function unicodePath(name: Uint8Array, unicode: string): Uint8Array {
  return extraField(0x7075, Buffer.concat([Buffer.from([1]), u32(crc32(name)), Buffer.from(unicode)]));
}

/**
 * A zip.
 *
 * @param options `zip64`: with ZIP64 end records; `entries`: number stated at the end; `prefix`: bytes before everything.
 */
export function zipBytes(
  entries: readonly ZipEntry[],
  options: { zip64?: boolean; entries?: number; comment?: string; directoryAt?: number } = {},
): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const entry of entries) {
    const data = bytesOf(entry.data ?? "");
    const packed = Buffer.from(entry.packed ?? (entry.deflate ? deflateRawSync(data) : data));
    const crc = entry.crc ?? crc32(data);
    const size = entry.size ?? data.length;
    const packedSize = entry.packedSize ?? packed.length;
    const name = bytesOf(entry.name);
    const localName = bytesOf(entry.localName ?? entry.name);
    const flags = (entry.flags ?? 0x0800) | (entry.descriptor ? 8 : 0);
    const method = entry.method ?? (entry.deflate ? 8 : 0);
    const common = (inDirectory: boolean) => {
      const stated = inDirectory || !entry.descriptor;
      const wide = inDirectory && entry.zip64;
      return Buffer.concat([
        u16(20),
        u16(flags),
        u16(method),
        u32(0x00210000),
        u32(stated ? crc : 0),
        u32(wide ? 0xffffffff : stated ? packedSize : 0),
        u32(wide ? 0xffffffff : stated ? size : 0),
      ]);
    };
    const localExtra = entry.localExtra ?? Buffer.alloc(0);
    const local = Buffer.concat([
      u32(0x04034b50),
      common(false),
      u16(localName.length),
      u16(localExtra.length),
      localName,
      localExtra,
      packed,
      entry.descriptor
        ? Buffer.concat([u32(0x08074b50), u32(crc), u32(packedSize), u32(size)])
        : Buffer.alloc(0),
    ]);
    const at = entry.at ?? offset;
    const extra = Buffer.concat([
      entry.zip64 ? extraField(1, Buffer.concat([u64(size), u64(packedSize), u64(at)])) : Buffer.alloc(0),
      entry.extra ?? Buffer.alloc(0),
    ]);
    directory.push(Buffer.concat([
      u32(0x02014b50),
      u16(entry.madeBy ?? 0x031e),
      common(true),
      u16(name.length),
      u16(extra.length),
      u16(0),
      u16(0),
      u16(0),
      u32((entry.mode ?? 0o100644) * 65536),
      u32(entry.zip64 ? 0xffffffff : at),
      name,
      extra,
    ]));
    parts.push(local);
    offset += local.length;
  }
  const records = Buffer.concat(directory);
  const count = options.entries ?? entries.length;
  const directoryAt = options.directoryAt ?? offset;
  const comment = Buffer.from(options.comment ?? "");
  const wide = options.zip64
    ? Buffer.concat([
      u32(0x06064b50),
      u64(44),
      u16(0x032d),
      u16(45),
      u32(0),
      u32(0),
      u64(count),
      u64(count),
      u64(records.length),
      u64(directoryAt),
      u32(0x07064b50),
      u32(0),
      u64(offset + records.length),
      u32(1),
    ])
    : Buffer.alloc(0);
  const end = Buffer.concat([
    u32(0x06054b50),
    u16(0),
    u16(0),
    u16(options.zip64 ? 0xffff : count),
    u16(options.zip64 ? 0xffff : count),
    u32(options.zip64 ? 0xffffffff : records.length),
    u32(options.zip64 ? 0xffffffff : directoryAt),
    u16(comment.length),
    comment,
  ]);
  return new Uint8Array(Buffer.concat([...parts, records, wide, end]));
}

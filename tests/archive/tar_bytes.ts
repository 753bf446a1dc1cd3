/** Tars made byte by byte, sound or not. */
import { Buffer } from "node:buffer";

/** A member; what is left out is as it should be. */
export interface TarEntry {
  name: string | Uint8Array;
  data?: Uint8Array | string;
  /** Type flag. @default {"0"} */
  type?: string;
  /** What stands in the size field: a number, or 12 bytes as text. */
  size?: number | string;
  /** `ustar` name prefix. */
  prefix?: string;
  /** Write the GNU magic, whose prefix field holds other things. */
  gnu?: boolean;
  checksum?: number;
  link?: string;
}

const BLOCK = 512;

/** A member: header and padded data. */
export function tarMember(entry: TarEntry): Uint8Array {
  const data = Buffer.from(entry.data ?? "");
  const header = Buffer.alloc(BLOCK);
  Buffer.from(entry.name).copy(header, 0, 0, 100);
  header.write("0000644\0" + "0000000\0" + "0000000\0", 100, "latin1");
  const size = entry.size ?? data.length;
  header.write(typeof size === "string" ? size : size.toString(8).padStart(11, "0"), 124, "latin1");
  header.write("00000000000", 136, "latin1");
  header.write(entry.type ?? "0", 156, "latin1");
  header.write(entry.link ?? "", 157, "latin1");
  header.write(entry.gnu ? "ustar  \0" : "ustar\0" + "00", 257, "latin1");
  header.write(entry.prefix ?? "", 345, "latin1");
  header.fill(0x20, 148, 156);
  const sum = entry.checksum ?? header.reduce((total, byte) => total + byte, 0);
  header.write(sum.toString(8).padStart(6, "0") + "\0 ", 148, "latin1");
  return Buffer.concat([header, data, Buffer.alloc((BLOCK - data.length % BLOCK) % BLOCK)]);
}

/** A whole tar with its end mark. */
export function tarBytes(entries: readonly TarEntry[]): Uint8Array {
  return new Uint8Array(Buffer.concat([...entries.map(tarMember), Buffer.alloc(2 * BLOCK)]));
}

/** A pax header for the next member. */
export function pax(records: Record<string, string>, type = "x"): TarEntry {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    let length = rest + String(rest).length;
    length = rest + String(length).length;
    return `${length} ${key}=${value}\n`;
  });
  return { name: "PaxHeaders/x", type, data: lines.join("") };
}

/** GNU's header with the long name of the next member. */
export function longName(name: string): TarEntry {
  return { name: "././@LongLink", type: "L", data: name + "\0", gnu: true };
}

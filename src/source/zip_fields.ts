// Field numbers: APPNOTE.TXT 6.3.10, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.14–16 (end records).
export const LOCAL_SIGNATURE = 0x04034b50;
export const LOCAL_SIZE = 30;
/** Compression methods that are read. */
export const STORED = 0;
export const DEFLATED = 8;

export const get16 = (bytes: Uint8Array, at: number): number => bytes[at] | bytes[at + 1] << 8;

export const get32 = (bytes: Uint8Array, at: number): number =>
  (bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24) >>> 0;

/** @returns Infinity beyond what a number holds exactly. */
export function get64(bytes: Uint8Array, at: number): number {
  const value = get32(bytes, at) + get32(bytes, at + 4) * 2 ** 32;
  return Number.isSafeInteger(value) ? value : Infinity;
}

/** True if general purpose flags say that the data, or the directory, is encrypted (4.4.4: bits 0, 6 and 13). */
export const isEncrypted = (flags: number): boolean => (flags & 0x2041) !== 0;

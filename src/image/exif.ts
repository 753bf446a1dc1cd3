const ORIENTATION = 0x0112;
const BYTE = 1;
const SHORT = 3;
const LONG = 4;

/**
 * Reads one whole number out of the first directory of a TIFF structure, which is what an EXIF block is too
 * (TIFF 6.0, section 2).
 *
 * @param bytes Holds the structure.
 * @param start Offset of its byte order mark (`II` or `MM`).
 * @param end Offset after its last byte.
 * @param tag Number of the field.
 * @returns The first value, or undefined if the field is missing, is no whole number, or the structure is broken.
 */
export function tiffField(bytes: Uint8Array, start: number, end: number, tag: number): number | undefined {
  if (start + 8 > end) return undefined;
  const little = bytes[start] === 0x49 && bytes[start + 1] === 0x49;
  if (!little && !(bytes[start] === 0x4d && bytes[start + 1] === 0x4d)) return undefined;
  if (u16(bytes, start + 2, little) !== 42) return undefined;
  const directory = start + u32(bytes, start + 4, little);
  if (directory + 2 > end) return undefined;
  const count = u16(bytes, directory, little);
  for (let i = 0, at = directory + 2; i < count && at + 12 <= end; i++, at += 12) {
    if (u16(bytes, at, little) !== tag) continue;
    const type = u16(bytes, at + 2, little);
    if (type === SHORT) return u16(bytes, at + 8, little);
    if (type === LONG) return u32(bytes, at + 8, little);
    return type === BYTE ? bytes[at + 8] : undefined;
  }
  return undefined;
}

/**
 * Orientation stated by an EXIF block.
 *
 * @returns 1–8; 1 if none is stated or the value is not one of these.
 */
export function exifOrientation(bytes: Uint8Array, start: number, end: number): number {
  const value = tiffField(bytes, start, end, ORIENTATION);
  return value !== undefined && value >= 1 && value <= 8 ? value : 1;
}

function u16(bytes: Uint8Array, at: number, little: boolean): number {
  return little ? bytes[at] | bytes[at + 1] << 8 : bytes[at] << 8 | bytes[at + 1];
}

function u32(bytes: Uint8Array, at: number, little: boolean): number {
  return (little
    ? bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24
    : bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3]) >>> 0;
}

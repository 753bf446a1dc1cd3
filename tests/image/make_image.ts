/** Image headers written by hand, byte by byte, for tests. */

const ascii = (text: string) => Array.from(text, (c) => c.charCodeAt(0));
const be16 = (value: number) => [value >> 8 & 255, value & 255];
const be32 = (value: number) => [...be16(value >>> 16), ...be16(value)];
const le16 = (value: number) => be16(value).reverse();
const le32 = (value: number) => be32(value).reverse();

/** A TIFF structure with one directory of SHORT fields. */
export function tiff(little: boolean, fields: readonly (readonly [tag: number, value: number])[]): number[] {
  const n16 = little ? le16 : be16;
  const n32 = little ? le32 : be32;
  const entries = fields.flatMap(([tag, value]) => [...n16(tag), ...n16(3), ...n32(1), ...n16(value), 0, 0]);
  return [
    ...ascii(little ? "II" : "MM"),
    ...n16(42),
    ...n32(8),
    ...n16(fields.length),
    ...entries,
    ...n32(0),
  ];
}

/** An EXIF block that states an orientation, with a field before it. */
export function exif(orientation: number, little = true): number[] {
  return tiff(little, [[0x0100, 7], [0x0112, orientation]]);
}

/** A JPEG segment: marker, length, content. */
export function segment(marker: number, content: readonly number[]): number[] {
  return [0xff, marker, ...be16(content.length + 2), ...content];
}

/** The segment that holds an EXIF block. */
export function app1(block: readonly number[]): number[] {
  return segment(0xe1, [...ascii("Exif"), 0, 0, ...block]);
}

/** A frame header of a JPEG with one component. */
export function sof(width: number, height: number, marker = 0xc0): number[] {
  return segment(marker, [8, ...be16(height), ...be16(width), 1, 1, 0x11, 0]);
}

/** SOI, the given bytes, a scan of two bytes, EOI. */
export function jpeg(...middle: readonly number[][]): Uint8Array {
  const scan = [...segment(0xda, [1, 1, 0, 0, 63, 0]), 0x12, 0x34];
  return Uint8Array.from([0xff, 0xd8, ...middle.flat(), ...scan, 0xff, 0xd9]);
}

/** A PNG chunk; its checksum is left at 0. */
export function chunk(type: string, content: readonly number[]): number[] {
  return [...be32(content.length), ...ascii(type), ...content, 0, 0, 0, 0];
}

/** Signature, IHDR, the given chunks, IEND. */
export function png(width: number, height: number, ...middle: readonly number[][]): Uint8Array {
  const header = chunk("IHDR", [...be32(width), ...be32(height), 8, 2, 0, 0, 0]);
  return Uint8Array.from([
    0x89,
    ...ascii("PNG\r\n\x1a\n"),
    ...header,
    ...middle.flat(),
    ...chunk("IEND", []),
  ]);
}

/** An extended WebP (VP8X) with an EXIF chunk. */
export function webp(width: number, height: number, orientation: number): Uint8Array {
  const block = exif(orientation);
  const canvas = [...le32(width - 1).slice(0, 3), ...le32(height - 1).slice(0, 3)];
  const body = [
    ...[...ascii("WEBPVP8X"), ...le32(10), 8, 0, 0, 0, ...canvas],
    ...[...ascii("EXIF"), ...le32(block.length), ...block],
  ];
  return Uint8Array.from([...ascii("RIFF"), ...le32(body.length), ...body]);
}

/** A box of ISO base media. */
export function box(type: string, ...content: readonly number[][]): number[] {
  const body = content.flat();
  return [...be32(body.length + 8), ...ascii(type), ...body];
}

/** A HEIF file with a thumbnail (item 1) and a primary image (item 2), to which the given property boxes belong. */
export function heif(brand: string, ...properties: readonly number[][]): Uint8Array {
  const ispe = (width: number, height: number) => box("ispe", be32(0), be32(width), be32(height));
  const own = properties.map((_, i) => i + 3);
  const associations = box(
    "ipma",
    [...be32(0), ...be32(2)],
    [...be16(1), 1, 0x81],
    [...be16(2), own.length + 1, 0x82, ...own],
  );
  return Uint8Array.from([
    ...box("ftyp", ascii(brand), be32(0), ascii("mif1"), ascii(brand)),
    ...box(
      "meta",
      be32(0),
      box("pitm", be32(0), be16(2)),
      box("iprp", box("ipco", ispe(16, 12), ispe(64, 48), ...properties), associations),
    ),
  ]);
}

import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";

/**
 * Compresses bytes with zip.js.
 *
 * @returns Raw DEFLATE data (RFC 1951), or undefined if it is not smaller.
 */
export async function deflate(bytes: Uint8Array): Promise<Uint8Array | undefined> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false, extendedTimestamp: false });
  // The copy keeps zip.js from seeing a buffer that is reused meanwhile.
  const entry = await writer.add("x", new Uint8ArrayReader(bytes.slice()), {
    level: 6,
    dataDescriptor: false,
  });
  const archive = await writer.close();
  const size = entry.compressedSize;
  if (size >= bytes.length) return undefined;
  const view = new DataView(archive.buffer, archive.byteOffset);
  const start = 30 + view.getUint16(26, true) + view.getUint16(28, true);
  return archive.subarray(start, start + size);
}

import { Buffer } from "node:buffer";
import { crc32 } from "node:zlib";
import type { Container } from "../../src/media/container.ts";

/** A whole archive in memory, as the packer would write it. */
export function archive(
  container: Container,
  files: readonly { name: string; data: Uint8Array }[],
): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, data } of files) {
    const entry = {
      name: new TextEncoder().encode(name),
      size: data.length,
      originalSize: data.length,
      crc32: crc32(data),
      deflated: false,
    };
    const header = new Uint8Array(container.headerSize(entry.name, data.length));
    container.writeHeader(header, 0, entry);
    const record = new Uint8Array(container.directorySize(entry.name, data.length, offset));
    container.writeDirectory(record, 0, entry, offset);
    directory.push(record);
    parts.push(header, data, new Uint8Array(container.padding(data.length)));
    offset += header.length + data.length + container.padding(data.length);
  }
  const directorySize = directory.reduce((sum, record) => sum + record.length, 0);
  parts.push(...directory, container.end(files.length, offset, directorySize));
  return new Uint8Array(Buffer.concat(parts));
}

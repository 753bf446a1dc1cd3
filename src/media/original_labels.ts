import type { Container } from "./container.ts";

/** Name of the member of a bundle that holds the original label files; no image can be called so. */
export const ORIGINAL_LABELS = "original_labels.zip";

/** What surrounds the original labels in a bundle. */
export interface LabelsMember {
  readonly header: Uint8Array;
  readonly padding: Uint8Array;
  /** Its record in the bundle's directory. */
  readonly directory: Uint8Array;
}

/**
 * The envelope of the original labels, which come after the last frame.
 *
 * @param offset Byte after the last frame.
 * @param labels Bytes and CRC-32 of the archive.
 */
export function originalLabelsMember(
  container: Container,
  offset: number,
  { size, crc32 }: { size: number; crc32: number },
): LabelsMember {
  if (container.labelsHeader) {
    return { header: container.labelsHeader(size), padding: new Uint8Array(0), directory: new Uint8Array(0) };
  }
  const name = new TextEncoder().encode(ORIGINAL_LABELS);
  const entry = { name, size, originalSize: size, crc32, deflated: false };
  const header = new Uint8Array(container.headerSize(name, size));
  container.writeHeader(header, 0, entry);
  const directory = new Uint8Array(container.directorySize(name, size, offset));
  if (directory.length > 0) container.writeDirectory(directory, 0, entry, offset);
  return { header, padding: new Uint8Array(container.padding(size)), directory };
}

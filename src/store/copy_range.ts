import { writeAll } from "../io/write_all.ts";

/** Bytes one request asks for. */
const PIECE = 8 * 2 ** 20;
/** Requests under way at once: what is in memory. */
const LANES = 4;

/** Bytes of an object, and where they go. */
export interface CopiedRange {
  /** First byte in the object. */
  readonly offset: number;
  readonly size: number;
  /** First byte in the file. @default {the same} */
  readonly to?: number;
}

/**
 * Copies a range of an object into an open file.
 *
 * @param read Reads a range of the object; all of its bytes, or it throws.
 * @param file Descriptor.
 * @param onBytes Called when so many more bytes are there.
 */
export async function copyRange(
  read: (offset: number, size: number) => Promise<Uint8Array>,
  { offset, size, to = offset }: CopiedRange,
  file: number,
  onBytes: (bytes: number) => void = () => {},
): Promise<void> {
  let next = 0, failed = false;
  const lane = async () => {
    while (next < size && !failed) {
      const at = next;
      next += PIECE;
      const wanted = Math.min(PIECE, size - at);
      writeAll(file, await read(offset + at, wanted), to + at);
      onBytes(wanted);
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: LANES }, () =>
    lane().catch((error) => {
      failed = true;
      throw error;
    })));
  for (const one of ends) if (one.status === "rejected") throw one.reason;
}

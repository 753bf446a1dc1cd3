import { inflateRawSync } from "node:zlib";
import type { FrameRecord } from "../model/frame.ts";
import { PackError } from "../model/issue.ts";

/**
 * Inflates a frame.
 *
 * @throws {PackError} If the data does not inflate to exactly the size the manifest states.
 */
export function inflate(data: Uint8Array, record: FrameRecord): Uint8Array<ArrayBuffer> {
  const wanted = record.original_size ?? 0;
  let cause = "";
  try {
    const bytes = inflateRawSync(data, { maxOutputLength: wanted + 1 });
    if (bytes.length === wanted) return new Uint8Array(bytes);
    cause = `${bytes.length} bytes came out, ${wanted} were expected`;
  } catch (error) {
    cause = (error as Error).message;
  }
  throw new PackError(
    `Cannot inflate frame ${record.index} "${record.file_name}": ${cause}.`,
    "Run verify, then fetch or pack the set again.",
    4,
  );
}

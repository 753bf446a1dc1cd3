import type { FrameRecord } from "../../model/frame.ts";
import { PackError } from "../../model/issue.ts";

/**
 * Inflates a frame by means that a browser has, too.
 *
 * @throws {PackError} If the data does not inflate to exactly the size the manifest states.
 */
export async function inflateFrame(
  data: Uint8Array<ArrayBuffer>,
  record: FrameRecord,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(record.original_size ?? 0);
  let size = 0, cause = "";
  try {
    const pieces = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    for await (const piece of pieces) {
      if (size + piece.length > bytes.length) {
        cause = `more than the expected ${bytes.length} bytes came out`;
        break;
      }
      bytes.set(piece, size);
      size += piece.length;
    }
    if (cause === "" && size < bytes.length) cause = `${size} bytes came out, ${bytes.length} were expected`;
  } catch (error) {
    cause = (error as Error).message;
  }
  if (cause === "") return bytes;
  throw new PackError(
    `Cannot inflate frame ${record.index} "${record.file_name}": ${cause}.`,
    "Upload the set again.",
    4,
  );
}

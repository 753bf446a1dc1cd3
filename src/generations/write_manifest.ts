import { createHash } from "node:crypto";
import { FileWriter } from "../io/file_writer.ts";
import { readRange } from "../io/range_file.ts";
import { addFrameDigests } from "../manifest/frame_digests.ts";
import { FrameLine } from "../manifest/frame_line.ts";
import { recordText } from "../manifest/lines.ts";
import type { GenerationRecord, ManifestFooter } from "../manifest/record.ts";
import { generationList, MANIFEST_MIDDLE, manifestFooter, writeFrame } from "../manifest/writer.ts";
import type { FrameRecord } from "../model/frame.ts";
import { LineBuffer } from "../text/line_buffer.ts";
import type { Base } from "./base.ts";
import type { Plan } from "./plan.ts";
import { FileSink, LineCopier } from "./record_writer.ts";

const decoder = new TextDecoder();

/**
 * SHA-256 over the digests of all frame lines, of those that were there and of new ones (docs/dataset_spec.md §3).
 *
 * @param born Records of the lives that begin.
 */
export async function framesDigest({ manifest }: Base, born: Iterable<FrameRecord>): Promise<string> {
  const hash = createHash("sha256");
  const { lines, length } = manifest.lines();
  await addFrameDigests(hash, manifest.file, lines, length);
  for (const { sha256 } of born) hash.update(sha256, "hex");
  return hash.digest("hex");
}

/**
 * Writes the manifest of the next generation in one pass: lines that stay as they are are copied as bytes.
 *
 * @param path File to write.
 * @param header Header line.
 * @param born Records of the lives that begin.
 * @param list All generations.
 * @param footer What the footer says but for what only this pass can tell.
 * @param breathe Called now and then; what it throws ends the work.
 */
export async function writeManifest(
  { base: { manifest }, ended, generation }: Pick<Plan, "base" | "ended" | "generation">,
  path: string,
  header: Uint8Array,
  born: Iterable<FrameRecord>,
  list: readonly GenerationRecord[],
  footer: Omit<ManifestFooter, "sha256" | "generations_offset">,
  breathe: (bytes: number) => Promise<void>,
): Promise<void> {
  const { lines, length } = manifest.lines();
  const digest = createHash("sha256");
  const out = new FileWriter(path, 0, (bytes) => digest.update(bytes));
  const read = new FrameLine();
  try {
    out.write(header);
    const records = new LineCopier(new FileSink(out, manifest.file), manifest.file);
    let from = 0;
    for (let line = 0; line < length; line++) {
      if (!ended[line]) continue;
      records.lines(lines[from], lines[line]);
      const bytes = readRange(manifest.file, lines[line], lines[line + 1] - lines[line]);
      read.read(bytes, 0);
      const text = recordText(decoder.decode(bytes.subarray(read.removedAt)));
      records.text(`${decoder.decode(bytes.subarray(0, read.removedAt))},"removed":${generation}${text}`);
      from = line + 1;
      if (line % 1024 === 0) await breathe(out.position);
    }
    for (let line = from; line < length;) {
      const end = Math.min(length, line + 65536);
      records.lines(lines[line], lines[end]);
      line = end;
      await breathe(out.position);
    }
    const text = new LineBuffer();
    for (const record of born) {
      text.clear();
      writeFrame(text, {
        ...record,
        crc32: parseInt(record.crc32, 16),
        fileName: record.file_name,
        originalSize: record.original_size,
      });
      records.bytes(text.written);
    }
    out.text(MANIFEST_MIDDLE);
    const generations_offset = out.position;
    out.text(generationList(list));
    out.flush();
    out.text(manifestFooter({ ...footer, generations_offset, sha256: digest.copy().digest("hex") }));
    out.sync();
  } finally {
    out.close();
  }
}

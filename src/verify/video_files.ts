import { setImmediate } from "node:timers/promises";
import { existsSync } from "node:fs";
import { openRange } from "../io/range_file.ts";
import type { ManifestHeader } from "../manifest/record.ts";
import { crc32 } from "../media/crc32.ts";
import { PackError } from "../model/issue.ts";
import { videoFiles } from "../video/video_files.ts";
import type { ProblemList } from "./report.ts";

/** Bytes read at once. */
const BLOCK = 4 << 20;

/**
 * Checks size and CRC-32 of the files of a compressed bundle, and that they hold as many frames together as the set has.
 *
 * @param pathOf Path of a file of the set.
 * @throws {PackError} With exit code 130 if the signal ends it.
 */
export async function checkVideoFiles(
  header: ManifestHeader,
  frames: number,
  pathOf: (name: string) => string,
  problems: ProblemList,
  signal?: AbortSignal,
): Promise<void> {
  const files = videoFiles(header, frames);
  const held = files.reduce((sum, file) => sum + file.frames, 0);
  if (held !== frames) {
    const message = `The video files hold ${held} frames by the header, the set has ${frames}.`;
    problems.add({ code: "manifest-count", file: header.bundle.file, message });
  }
  for (const { file, size, crc32: wanted } of files) {
    const path = pathOf(file);
    if (!existsSync(path)) {
      // That the first one is missing is told already.
      if (file === header.bundle.file) continue;
      problems.add({
        code: "bundle-missing",
        file,
        message: `The manifest names "${file}", which is not there.`,
      });
      continue;
    }
    const found = await crcOf(path, signal);
    if (found.size !== size) {
      const message = `The video has ${found.size} bytes, the manifest says ${size}.`;
      problems.add({ code: "bundle-size", file, byte: found.size, message });
    } else if (found.crc32 !== wanted) {
      const message = `The video has CRC-32 ${found.crc32}, the manifest says ${wanted}.`;
      problems.add({ code: "bundle-crc32", file, message });
    }
  }
}

async function crcOf(path: string, signal?: AbortSignal): Promise<{ size: number; crc32: string }> {
  const file = openRange(path);
  try {
    const block = new Uint8Array(BLOCK);
    let crc = 0;
    for (let at = 0; at < file.size; at += BLOCK) {
      await setImmediate();
      if (signal?.aborted) throw new PackError("Verification was interrupted.", undefined, 130);
      crc = crc32(block.subarray(0, file.read(block, at)), crc);
    }
    return { size: file.size, crc32: crc.toString(16).padStart(8, "0") };
  } finally {
    file.close();
  }
}

import { createHash } from "node:crypto";
import { PackError } from "../model/issue.ts";
import { countsOf } from "./counts.ts";
import { ProblemList, type VerifyReport } from "./report.ts";
import type { VerifyOptions } from "./options.ts";
import { checkSha256 } from "../dataset/remote/whole_file.ts";
import { openRemote } from "../dataset/remote/open.ts";
import { notRemote } from "../dataset/remote/refusal.ts";
import { accessOf } from "../store/access.ts";
import { isStoreError } from "../store/error.ts";

/** Images `--deep` looks at, unless it is to look at all. */
const SAMPLES = 1000;
/** Images read together. */
const BATCH = 64;

/**
 * {@link verify} of a set in a store. Manifest and annotation file are read and compared with their SHA-256 and with each other;
 * of the bundle, the size, and the CRC-32 of the whole if the store knows it. With `deep`, the SHA-256 of 1,000 images that lie
 * evenly over the set, or with `all` of every one.
 *
 * @throws {PackError} With exit code 4 if the set cannot even be opened.
 */
export async function verifyRemote(
  location: string,
  options: VerifyOptions,
): Promise<VerifyReport> {
  const { deep = false, all = false, at, signal, onProgress } = options;
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const set = await openRemote(location, { ...accessOf(options), at, cache: 0, signal });
  const { dataset, manifest } = set;
  const { header } = manifest;
  using _ = dataset;
  if (deep && header.bundle.media === "video") throw notRemote("The pictures of a compressed video");
  const problems = new ProblemList();
  const attempt = async (
    code: "annotations-structure" | "frame-sha256",
    file: string,
    work: () => Promise<void>,
  ) => {
    try {
      await work();
    } catch (error) {
      // Not being able to read proves nothing of the set.
      if (!(error instanceof PackError) || error.exitCode !== 4 || isStoreError(error)) throw error;
      problems.add({ code, file, message: error.message });
    }
  };

  await attempt("annotations-structure", header.annotations?.file ?? "frame_manifest.json", async () => {
    for await (const _ of dataset) signal?.throwIfAborted();
  });
  const wanted = parseInt(header.bundle.crc32, 16);
  if (set.bundle.crc32 !== undefined && set.bundle.crc32 !== wanted) {
    problems.add({
      code: "bundle-crc32",
      file: header.bundle.file,
      message: `The store has CRC-32 ${hex(set.bundle.crc32)} of it, the manifest says ${hex(wanted)}.`,
    });
  }
  const count = !deep ? 0 : all ? dataset.length : Math.min(SAMPLES, dataset.length);
  let bytes = 0;
  for (let first = 0; first < count; first += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, count - first) }, (_, i) => {
      return manifest.record(Math.floor((first + i) / count * dataset.length));
    });
    await Promise.all(batch.map((record) =>
      attempt("frame-sha256", header.bundle.file, async () => {
        const image = await set.original(record);
        const found = createHash("sha256").update(image).digest("hex");
        checkSha256(`Frame ${record.index} "${record.file_name}"`, found, record.sha256);
        bytes += image.length;
      })
    ));
    onProgress?.({ done: Math.min(count, first + BATCH), total: count, bytes, seconds: seconds() });
  }
  return {
    ok: problems.total === 0,
    dir: dataset.location,
    generation: dataset.generation,
    ...countsOf(manifest),
    deep,
    remote: { imagesRead: count, bundleChecksum: set.bundle.crc32 !== undefined },
    problems: problems.kept,
    problemCount: problems.total,
    counts: problems.counts,
    seconds: seconds(),
  };
}

const hex = (value: number) => value.toString(16).padStart(8, "0");

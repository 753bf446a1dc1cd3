import { createHash } from "node:crypto";
import { PackError } from "../model/issue.ts";
import { countsOf } from "./counts.ts";
import { ProblemList, type VerifyReport } from "./report.ts";
import type { VerifyOptions } from "./options.ts";
import { checkSha256 } from "../dataset/remote/whole_file.ts";
import { openRemote } from "../dataset/remote/open.ts";
import { accessOf } from "../store/access.ts";
import type { RemoteSet } from "../dataset/remote/dataset.ts";
import { type FetchedBytes, Spool } from "../dataset/remote/spool.ts";
import { checkDecodedFrames } from "./decoded_frames.ts";
import { checkVideoFiles } from "./video_files.ts";
import { isStoreError } from "../store/error.ts";

/** Images `--deep` looks at, unless it is to look at all. */
const SAMPLES = 1000;
/** Images read together. */
const BATCH = 64;

/**
 * {@link verify} of a set in a store. Manifest and annotation file are read and compared with their SHA-256 and with each other;
 * of the bundle, the size, and the CRC-32 of the whole if the store knows it. With `deep`, the SHA-256 of 1,000 images that lie
 * evenly over the set, or with `all` of every one; a compressed video is copied into a temporary folder and decoded.
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
  const { file, crc32 } = header.bundle.video?.files?.[0] ?? header.bundle;
  if (set.bundle.crc32 !== undefined && set.bundle.crc32 !== parseInt(crc32, 16)) {
    const message = `The store has CRC-32 ${hex(set.bundle.crc32)} of it, the manifest says ${crc32}.`;
    problems.add({ code: "bundle-crc32", file, message });
  }
  const isVideo = header.bundle.media === "video";
  const count = !deep ? 0 : all || isVideo ? dataset.length : Math.min(SAMPLES, dataset.length);
  let bytes = 0;
  const told = (done: number) => onProgress?.({ done, total: count, bytes, seconds: seconds() });
  const fetched = (done: number, total: number) =>
    onProgress?.({ phase: "fetch", done, total, bytes: done, seconds: seconds() });
  if (deep && isVideo) await checkVideos(set, problems, options, fetched, told);
  for (let first = 0; first < count && !isVideo; first += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, count - first) }, (_, i) => {
      return manifest.record(Math.floor((first + i) / count * dataset.length));
    });
    await Promise.all(batch.map((record) =>
      attempt("frame-sha256", file, async () => {
        const image = await set.original(record);
        const found = createHash("sha256").update(image).digest("hex");
        checkSha256(`Frame ${record.index} "${record.file_name}"`, found, record.sha256);
        bytes += image.length;
      })
    ));
    told(Math.min(count, first + BATCH));
  }
  return {
    ok: problems.total === 0,
    dir: dataset.location,
    generation: dataset.generation,
    ...countsOf(manifest),
    deep,
    ...deep && isVideo && { decoded: true as const },
    remote: { imagesRead: count, bundleChecksum: set.bundle.crc32 !== undefined },
    problems: problems.kept,
    problemCount: problems.total,
    counts: problems.counts,
    seconds: seconds(),
  };
}

/** Copies the videos, and checks them as those of this machine are checked. */
async function checkVideos(
  set: RemoteSet,
  problems: ProblemList,
  { ffmpeg, signal }: VerifyOptions,
  onFetched: FetchedBytes,
  onFrames: (done: number) => void,
): Promise<void> {
  using spool = new Spool();
  await spool.videos(set, false, onFetched);
  const { header, length } = set.manifest;
  const pathOf = (name: string) => spool.path(name);
  await checkVideoFiles(header, length, pathOf, problems, signal);
  await checkDecodedFrames(set.manifest, pathOf, problems, { program: ffmpeg, signal, onFrames });
}

const hex = (value: number) => value.toString(16).padStart(8, "0");

import { basename } from "node:path";
import { existsSync } from "node:fs";
import { openRange } from "../io/range_file.ts";
import { resolveSet, type SetFiles } from "../manifest/source_set.ts";
import { type Manifest, openManifest } from "../manifest/reader.ts";
import { PackError } from "../model/issue.ts";
import { checkBundleEnd } from "./bundle_end.ts";
import { checkLayout } from "./layout.ts";
import { planTasks } from "./plan.ts";
import { ProblemList, type VerifyReport } from "./report.ts";
import { runTasks, startWorkers } from "./run_tasks.ts";
import { checkStructure } from "./structure.ts";
import type { VerifyJob } from "./tasks.ts";
import { checkVideoFiles } from "./video_files.ts";

/** Bytes worth another thread: in the time it starts in, one that is running checks as many. */
const SHARE = 32 * 1024 * 1024;

/** Options of {@link verify}. */
export interface VerifyOptions {
  /**
   * Check the SHA-256 of every frame too, not only its CRC-32; decode a compressed video (by ffmpeg), and compare every
   * picture with its digest. @default {false}
   */
  deep?: boolean;
  /** Threads. @default {number of processors; fewer for small sets} */
  workers?: number;
  /** Ends the verification. */
  signal?: AbortSignal;
  /** Called when a part is done. */
  onProgress?: (progress: VerifyProgress) => void;
}

/** State of a verification, for display. */
export interface VerifyProgress {
  /** Frames checked. */
  done: number;
  /** Frames in all. */
  total: number;
  /** Bytes of the bundle checked. */
  bytes: number;
  /** Seconds since the start. */
  seconds: number;
}

/**
 * Proves a set: every byte of its three files, every reference between them in both directions, every record.
 *
 * Bytes between the frames follow from the manifest alone, so they are written again and compared. Damage is not thrown
 * but told in the report.
 *
 * @param dir Folder of the set.
 * @throws {PackError} If there is no set, a file cannot be read, the version is unknown, or the signal ends it (exit code 130).
 */
export async function verify(dir: string, options: VerifyOptions = {}): Promise<VerifyReport> {
  const start = performance.now();
  const files = resolveSet(dir);
  const problems = new ProblemList();
  const report = (manifest?: Manifest): VerifyReport => ({
    ok: problems.total === 0,
    dir,
    frames: manifest?.footer.frames ?? 0,
    annotations: manifest?.footer.annotations ?? 0,
    categories: manifest?.footer.categories ?? 0,
    bytes: manifest?.header.bundle.size ?? 0,
    deep: options.deep ?? false,
    ...options.deep && manifest?.header.bundle.media === "video" && { decoded: true as const },
    problems: problems.kept,
    problemCount: problems.total,
    counts: problems.counts,
    seconds: (performance.now() - start) / 1000,
  });
  let manifest: Manifest | undefined;
  let workers: Worker[] = [];
  try {
    try {
      manifest = openManifest(files.manifest);
      workers = startWorkers((options.workers ?? threadsFor(manifest)) - 1);
      manifest.index();
    } catch (error) {
      if (!(error instanceof PackError) || error.exitCode !== 4) throw error;
      problems.add({ code: "manifest-unreadable", file: basename(files.manifest), message: error.message });
      return report();
    }
    await checkSet(files, manifest, workers, problems, options, start);
    return report(manifest);
  } finally {
    for (const worker of workers) worker.terminate();
    manifest?.close();
  }
}

async function checkSet(
  files: SetFiles,
  manifest: Manifest,
  workers: readonly Worker[],
  problems: ProblemList,
  { deep = false, signal, onProgress }: VerifyOptions,
  start: number,
): Promise<void> {
  const { header, footer } = manifest;
  const names = {
    manifest: basename(files.manifest),
    bundle: header.bundle.file,
    annotations: header.annotations?.file ?? "",
  };
  const present = (name: string, code: "bundle-missing" | "annotations-missing") => {
    const path = files.file(name);
    if (existsSync(path)) return path;
    problems.add({ code, file: name, message: `The manifest names "${name}", which is not there.` });
  };
  const job: VerifyJob = {
    paths: {
      manifest: files.manifest,
      bundle: present(names.bundle, "bundle-missing"),
      annotations: header.annotations ? present(names.annotations, "annotations-missing") : undefined,
    },
    names,
    media: header.bundle.media,
    frames: manifest.length,
    categories: footer.categories,
    firstCategory: header.annotations?.first_category ?? 1,
    sealed: manifest.footerOffset,
    index: manifest.index(),
    deep,
  };
  const annotationBytes = job.paths.annotations === undefined ? undefined : sizeOf(job.paths.annotations);
  const { tasks, framesEnd } = planTasks(job, annotationBytes, problems);
  let done = 0, bytes = 0;
  const results = await runTasks(job, tasks, {
    workers,
    signal,
    onTask(task) {
      if (task.kind !== "frames") return;
      done += task.end - task.first;
      bytes += task.to - task.from;
      onProgress?.({ done, total: job.frames, bytes, seconds: (performance.now() - start) / 1000 });
    },
  });

  for (const { problems: found } of results) problems.merge(found);
  checkManifest(manifest, job, results.find((result) => result.manifestSha256 !== undefined)!, problems);
  const checked = tasks.flatMap((task, i) => task.kind === "frames" ? [{ task, result: results[i] }] : []);
  if (header.bundle.media === "video") {
    await checkVideoFiles(header, job.frames, (name) => files.file(name), problems, signal);
    if (deep) {
      const { checkDecodedFrames } = await import("./decoded_frames.ts");
      await checkDecodedFrames(manifest, (name) => files.file(name), problems, {
        signal,
        onFrames: (done) =>
          onProgress?.({ done, total: job.frames, bytes, seconds: (performance.now() - start) / 1000 }),
      });
    }
  } else if (job.paths.bundle !== undefined && (checked.length > 0 || job.frames === 0)) {
    const bundle = openRange(job.paths.bundle);
    try {
      checkBundleEnd(bundle, header, checked, framesEnd, problems);
    } finally {
      bundle.close();
    }
  }
  checkLayout(files, manifest, problems);
  if (annotationBytes === undefined || !header.annotations) return;
  const { file, size, sha256 } = header.annotations;
  checkStructure(file, results.flatMap((result) => result.runs ?? []), footer, job.firstCategory, problems);
  if (annotationBytes !== size) {
    const message = `The file has ${annotationBytes} bytes, the manifest says ${size}.`;
    problems.add({ code: "annotations-size", file, message });
  }
  const found = results.find((result) => result.annotationsSha256 !== undefined)?.annotationsSha256;
  if (found !== sha256) {
    const message = `The file has SHA-256 ${found}, the manifest says ${sha256}.`;
    problems.add({ code: "annotations-digest", file, message });
  }
}

/** Checks the manifest's own digests and the counts that concern frames. */
function checkManifest(
  { header, footer }: Manifest,
  { names, index: { sizes } }: VerifyJob,
  found: { manifestSha256?: string; framesSha256?: string },
  problems: ProblemList,
): void {
  const file = names.manifest;
  if (found.manifestSha256 !== footer.sha256) {
    const message =
      `The lines before the footer have SHA-256 ${found.manifestSha256}, it says ${footer.sha256}.`;
    problems.add({ code: "manifest-digest", file, message });
  }
  if (found.framesSha256 !== header.bundle.frames_sha256) {
    const message =
      `The frames' digests have SHA-256 ${found.framesSha256}, the header says ${header.bundle.frames_sha256}.`;
    problems.add({ code: "frames-digest", file, message });
  }
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes !== footer.bytes) {
    const message = `The frames have ${bytes} bytes together, the footer says ${footer.bytes}.`;
    problems.add({ code: "manifest-count", file, message });
  }
  if (!header.annotations && (footer.annotations || footer.categories)) {
    const message = "The footer counts annotations, but the header names no annotation file.";
    problems.add({ code: "manifest-count", file, message });
  }
}

function sizeOf(path: string): number {
  const file = openRange(path);
  file.close();
  return file.size;
}

function threadsFor({ file, header: { bundle, annotations } }: Manifest): number {
  const bytes = file.size + bundle.size + (annotations?.size ?? 0);
  return Math.min(navigator.hardwareConcurrency, 1 + Math.floor(bytes / SHARE));
}

import { basename, join } from "node:path";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { readJournal } from "../publish/append_journal.ts";
import { openAnnotations } from "../generations/open_annotations.ts";
import { PastAnnotations } from "../generations/past_annotations.ts";
import { writePastAnnotations } from "../generations/write_past.ts";
import { openRange, type RangeReader } from "../io/range_file.ts";
import type { Container } from "../media/container.ts";
import { containers } from "../media/containers.ts";
import { isRemote } from "../store/location.ts";
import { resolveSet, type SetFiles } from "../manifest/source_set.ts";
import { type Manifest, openManifest } from "../manifest/reader.ts";
import { PackError } from "../model/issue.ts";
import { checkBundleEnd } from "./bundle_end.ts";
import { fileSha256 } from "./digests.ts";
import { countsOf } from "./counts.ts";
import { checkLayout } from "./layout.ts";
import { planTasks } from "./plan.ts";
import { ProblemList, type VerifyReport } from "./report.ts";
import { type BundleState, bundleState, checkGenerations, checkNames, generationsOf } from "./state.ts";
import { runTasks, startWorkers } from "./run_tasks.ts";
import { checkStructure } from "./structure.ts";
import type { VerifyJob } from "./tasks.ts";
import { checkVideoFiles } from "./video_files.ts";
import type { VerifyOptions } from "./options.ts";

/** Bytes worth another thread: in the time it starts in, one that is running checks as many. */
const SHARE = 32 * 1024 * 1024;

/**
 * Proves a set: every byte of its three files, every reference between them in both directions, every record.
 *
 * Bytes between the frames follow from the manifest alone, so they are written again and compared. Damage is not thrown
 * but told in the report.
 *
 * @param dir Folder of the set, or a place in a store, of whose bundle less is read (docs/upload.md).
 * @throws {PackError} If there is no set, a file cannot be read, the version is unknown, or the signal ends it (exit code 130).
 */
export async function verify(dir: string, options: VerifyOptions = {}): Promise<VerifyReport> {
  if (isRemote(dir)) {
    const { verifyRemote } = await import("./remote.ts");
    return await verifyRemote(dir, options);
  }
  const start = performance.now();
  const files = resolveSet(dir);
  const problems = new ProblemList();
  const report = (manifest?: Manifest): VerifyReport => ({
    ok: problems.total === 0,
    dir,
    generation: manifest?.generation ?? 0,
    ...countsOf(manifest),
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
      manifest = openManifest(files.manifest, { at: options.at });
      workers = startWorkers((options.workers ?? threadsFor(manifest)) - 1);
      manifest.index();
      manifest.generations();
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
  { deep = false, ffmpeg, signal, onProgress }: VerifyOptions,
  start: number,
): Promise<void> {
  const { header } = manifest;
  const state = bundleState(manifest);
  const record = state.list.at(-1);
  const past = manifest.generation !== manifest.current;
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
  using pastFile = past ? writePast(files, manifest) : undefined;
  const job: VerifyJob = {
    paths: {
      manifest: files.manifest,
      bundle: present(names.bundle, "bundle-missing"),
      annotations: past
        ? pastFile?.path
        : header.annotations
        ? present(names.annotations, "annotations-missing")
        : undefined,
    },
    names,
    media: header.bundle.media,
    frames: state.lines,
    generations: generationsOf(manifest, record),
    categories: countsOf(manifest).categories,
    firstCategory: header.annotations?.first_category ?? 1,
    sealed: manifest.footerOffset,
    index: manifest.lines(),
    deep,
  };
  const annotationBytes = job.paths.annotations === undefined ? undefined : sizeOf(job.paths.annotations);
  const { tasks, framesEnd } = planTasks(job, annotationBytes, state, problems);
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
  const digests = results.find((result) => result.manifestSha256 !== undefined)!;
  checkManifest(manifest, state, names.manifest, digests, problems);
  await checkHistory(files, manifest, problems);
  const checked = tasks.flatMap((task, i) =>
    task.kind === "frames" || task.kind === "gap" ? [{ task, result: results[i] }] : []
  );
  if (header.bundle.media === "video") {
    await checkVideoFiles(header, job.frames, (name) => files.file(name), problems, signal);
    if (deep) {
      const { checkDecodedFrames } = await import("./decoded_frames.ts");
      await checkDecodedFrames(manifest, (name) => files.file(name), problems, {
        program: ffmpeg,
        signal,
        onFrames: (done) =>
          onProgress?.({ done, total: job.frames, bytes, seconds: (performance.now() - start) / 1000 }),
      });
    }
  } else if (job.paths.bundle !== undefined && (checked.length > 0 || job.frames === 0)) {
    const whole = openRange(job.paths.bundle);
    // What an update that was cut short has appended does not count, nor what later generations have.
    const cut = past || readJournal(files.dir) !== undefined && !files.committing;
    const bundle = cut
      ? asItWas(whole, state.summary.size, framesEnd, containers[header.bundle.media])
      : whole;
    try {
      const summary = { ...header.bundle, ...state.summary };
      const { labels } = header;
      checkBundleEnd(
        bundle,
        { bundle: summary, labels },
        checked,
        { first: state.list[0]?.frames_end ?? framesEnd, last: framesEnd },
        manifest.length,
        problems,
      );
    } finally {
      whole.close();
    }
  }
  checkLayout(files, manifest, problems);
  if (annotationBytes === undefined || !header.annotations) return;
  const { file, size, sha256 } = header.annotations;
  const { frames: image, annotations: annotation, categories: category } = countsOf(manifest);
  const runs = results.flatMap((result) => result.runs ?? []);
  checkStructure(job, runs, { image, annotation, category }, problems);
  if (past) return;
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

/** A bundle as it was when it had `size` bytes, with the bytes that were others before it went on. */
function asItWas(
  bundle: RangeReader,
  size: number,
  directory: number,
  { growth: { overEnd, retired } }: Container,
): RangeReader {
  const known = Math.min(size, bundle.size);
  const zeros = overEnd ? directory : Infinity;
  return {
    size: known,
    read(into, offset) {
      const read = bundle.read(into.subarray(0, Math.max(0, Math.min(into.length, known - offset))), offset);
      into.subarray(0, read).fill(0, Math.max(0, Math.min(read, zeros - offset)));
      retired?.live.forEach((byte, i) => {
        const at = directory + retired.offset + i - offset;
        if (at >= 0 && at < read) into[at] = byte;
      });
      return read;
    },
    close() {},
  };
}

/** The annotation file of a past generation as a file of its own, since only the current one has one. */
function writePast(
  files: SetFiles,
  manifest: Manifest,
): { path: string; [Symbol.dispose](): void } | undefined {
  const annotations = openAnnotations(files, manifest);
  if (!(annotations instanceof PastAnnotations)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "compact-uploader-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const path = join(folder, basename(annotations.path));
    writePastAnnotations(annotations, manifest.length, path);
    return { path, [Symbol.dispose]: remove };
  } catch (error) {
    remove();
    throw error;
  } finally {
    annotations.close();
  }
}

/** Checks the history file of a set that has one. */
async function checkHistory(files: SetFiles, { header }: Manifest, problems: ProblemList): Promise<void> {
  const { history } = header;
  if (!history) return;
  const { file, size, sha256 } = history;
  if (!existsSync(files.file(file))) {
    problems.add({
      code: "history-missing",
      file,
      message: `The manifest names "${file}", which is not there.`,
    });
    return;
  }
  const opened = openRange(files.file(file));
  try {
    const found = await fileSha256(opened, size);
    if (opened.size >= size && found === sha256) return;
    const message = `The first ${size} bytes of the file have SHA-256 ${found}, the manifest says ${sha256}.`;
    problems.add({ code: "history-digest", file, message });
  } finally {
    opened.close();
  }
}

/** Checks the manifest's own digests and the counts that concern frames. */
function checkManifest(
  manifest: Manifest,
  { summary, list }: BundleState,
  file: string,
  found: { manifestSha256?: string; framesSha256?: string },
  problems: ProblemList,
): void {
  const { header, footer } = manifest;
  checkGenerations(manifest, file, problems);
  if (list.length > 0) checkNames(manifest, file, problems);
  if (found.manifestSha256 !== footer.sha256) {
    const message =
      `The lines before the footer have SHA-256 ${found.manifestSha256}, it says ${footer.sha256}.`;
    problems.add({ code: "manifest-digest", file, message });
  }
  if (found.framesSha256 !== summary.frames_sha256) {
    const message =
      `The frames' digests have SHA-256 ${found.framesSha256}, the manifest says ${summary.frames_sha256}.`;
    problems.add({ code: "frames-digest", file, message });
  }
  const { sizes, removed } = manifest.lines();
  const bytes = sizes.reduce((sum, size, line) => removed?.[line] ? sum : sum + size, 0);
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

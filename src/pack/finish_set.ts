import { statSync } from "node:fs";
import {
  type AnnotationSummary,
  type BundleSummary,
  type LabelsSummary,
  MANIFEST_FILE,
  type ManifestHeader,
  REJECTS_FILE,
} from "../manifest/record.ts";
import { MANIFEST_MIDDLE, manifestFooter, manifestHeader } from "../manifest/writer.ts";
import { containers } from "../media/containers.ts";
import { indexText } from "../media/layout.ts";
import type { Publication } from "../publish/publication.ts";
import { type BundleOutput, fileOutput, finishBundle, finishCoco, finishManifest } from "./assemble.ts";
import type { FinalClasses } from "./classes.ts";
import type { CompressedImages } from "./compress/compress.ts";
import { lastingOptions } from "./lasting_options.ts";
import type { WrittenLabels } from "./original_labels.ts";
import { put } from "./outputs.ts";
import type { Outputs } from "./protocol.ts";
import type { ResolvedOptions } from "./resolve.ts";
import type { Tally } from "./tally.ts";
import type { Tickets } from "./ticket.ts";

const encoder = new TextEncoder();

/** An archive of the label files that is to be put into the bundle. */
export interface KeptLabels extends WrittenLabels {
  readonly path: string;
}

/** What the workers have left behind, and what is known of it. */
export interface Parts {
  readonly options: ResolvedOptions;
  readonly publication: Publication;
  readonly outputs: Outputs;
  readonly tickets: Tickets;
  readonly tally: Tally;
  readonly categories: FinalClasses;
  /** Header of the manifest that `annotate` follows. */
  readonly bundled: ManifestHeader | undefined;
  readonly compressed: CompressedImages | undefined;
  readonly kept: KeptLabels | undefined;
  /** Takes the bundle, if it is not a file of the outputs. */
  readonly segments: BundleOutput | undefined;
}

/** The set, still under the names of unfinished files. */
export interface FinishedSet {
  /** Bytes of each file, by its name. */
  readonly files: Record<string, number>;
  readonly bundle: BundleSummary | undefined;
  readonly annotations: AnnotationSummary | null;
  /** SHA-256 of the manifest without its last line; "" if there is none. */
  readonly seal: string;
}

/** Puts the parts of a set together: the bundle's directory, the categories, and the manifest with its header. */
export async function finishSet(parts: Parts): Promise<FinishedSet> {
  const { options, publication, outputs, tickets, tally, categories, bundled } = parts;
  const output = parts.segments ?? (outputs.bundle && fileOutput(outputs.bundle));
  const files: Record<string, number> = {};
  let { bundle, labels } = bundled ?? {};
  if (output) ({ bundle, labels } = await finishedBundle(parts, output));
  if (parts.compressed) bundle = videoBundle(parts, parts.compressed);
  if (output) files[options.bundleFile] = bundle!.size;
  for (const { file, size } of parts.compressed?.files ?? []) files[file] = size;
  if (bundle && options.indexFile !== undefined) {
    const text = encoder.encode(indexText(bundle, tally.sums.frames));
    put(publication.create(options.indexFile), text, 0);
    files[options.indexFile] = text.length;
  }
  const annotations = outputs.coco ? finishedAnnotations(parts, outputs.coco) : null;
  if (annotations) files[options.annotationFile] = annotations.size;
  let seal = "";
  if (outputs.manifest) {
    const split = options.shares
      ? { ...options.shares, shares: Object.fromEntries(options.shares.shares) }
      : bundled?.split;
    files[MANIFEST_FILE] = finishManifest(
      outputs.manifest,
      tickets.get("manifest"),
      manifestHeader(bundle!, annotations, { labels, split, options: lasting(options, bundled) }),
      MANIFEST_MIDDLE,
      (sha256) =>
        manifestFooter({
          frames: tally.sums.frames,
          annotations: tickets.get("annotations"),
          categories: annotations ? categories.classes.length : 0,
          bytes: tally.sums.bytes,
          sha256: seal = sha256,
        }),
    );
  }
  if (tally.rejected > 0) files[REJECTS_FILE] = statSync(outputs.rejects).size;
  return { files, bundle, annotations, seal };
}

async function finishedBundle(
  { options, publication, outputs, tally, kept }: Parts,
  output: BundleOutput,
): Promise<{ bundle: BundleSummary; labels?: LabelsSummary }> {
  const { bundleFile: file, media, layout, fps } = options;
  const whole = await finishBundle(output, containers[media], tally.sums, outputs.directory!, fps, kept);
  publication.removeAtEnd(outputs.directory!);
  if (kept) publication.remove(kept.path);
  return {
    bundle: {
      file,
      media,
      ...layout && { layout },
      ...media === "mp4" && { fps },
      size: whole.size,
      crc32: hex(whole.crc32),
      frames_sha256: tally.framesSha256(),
    },
    labels: kept && {
      offset: whole.labelsOffset,
      size: kept.size,
      crc32: hex(kept.crc32),
      sha256: kept.sha256,
      files: kept.files,
    },
  };
}

function videoBundle(
  { options, tally }: Parts,
  { files, size, crc32, summary }: CompressedImages,
): BundleSummary {
  return {
    file: files[0].file,
    media: "video",
    fps: options.fps,
    size,
    crc32,
    frames_sha256: tally.framesSha256(),
    video: summary,
  };
}

function finishedAnnotations(
  { options, publication, outputs, tickets, tally, categories }: Parts,
  path: string,
): AnnotationSummary {
  const { classes, ids } = categories;
  const { imageClasses } = tally.sums;
  const firstCategory = options.profile === "dfine" ? 0 : 1;
  // The image lines that are there are replaced.
  if (ids && imageClasses) publication.dropJournal();
  const whole = finishCoco(path, tickets.get("images"), outputs.annotations!, {
    ids,
    imageClasses,
    classes,
    firstCategory,
  });
  publication.removeAtEnd(outputs.annotations!);
  return {
    file: options.annotationFile,
    size: whole.size,
    sha256: whole.sha256,
    ...firstCategory === 0 && { first_category: 0 as const },
  };
}

/** What updates must share with this run; `annotate` adds what concerns labels to what `bundle` has noted. */
function lasting(options: ResolvedOptions, bundled: ManifestHeader | undefined): ManifestHeader["options"] {
  const all = { ...bundled?.options, ...lastingOptions(options) };
  return Object.keys(all).length > 0 ? all : undefined;
}

const hex = (crc: number) => crc.toString(16).padStart(8, "0");

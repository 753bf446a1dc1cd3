import { closeSync, openSync } from "node:fs";
import { cocoHead } from "../coco/lines.ts";
import { writeAll } from "../io/write_all.ts";
import { HEADER_SIZE, MANIFEST_FILE, REJECTS_FILE } from "../manifest/record.ts";
import { containers } from "../media/containers.ts";
import type { Publication } from "../publish/publication.ts";
import type { Outputs } from "./protocol.ts";
import type { ResolvedOptions } from "./resolve.ts";
import { NotResumable } from "./resume/check_done.ts";
import type { Counter, Counts, Tickets } from "./ticket.ts";

const encoder = new TextEncoder();

/**
 * Creates the output files with what stands before the first frame, for which it takes the place.
 *
 * @param licenses Of COCO sources, for the head of the annotation file.
 * @param rejects Lines of what was rejected before the first frame.
 * @param segmented True if the bundle is none of these files, but written in segments.
 */
export function createOutputs(
  options: ResolvedOptions,
  publication: Publication,
  tickets: Tickets,
  licenses: readonly unknown[],
  rejects: Uint8Array,
  segmented: boolean,
): Outputs {
  const outputs = openOutputs(options, (name, _, spool) => publication.create(name, spool), segmented);
  if (outputs.directory) tickets.take("offset", containers[options.media].prologueSize);
  if (outputs.coco) {
    const head = encoder.encode(cocoHead(licenses));
    put(outputs.coco, head, tickets.take("images", head.length));
  }
  if (outputs.manifest) tickets.take("manifest", HEADER_SIZE);
  put(outputs.rejects, rejects, tickets.take("rejects", rejects.length));
  return outputs;
}

/**
 * The output files as an interrupted run left them, cut to what counts.
 *
 * @param counts Bytes of each that count.
 * @throws {NotResumable} If one has fewer.
 */
export function adoptOutputs(options: ResolvedOptions, publication: Publication, counts: Counts): Outputs {
  return openOutputs(options, (name, bytes, spool) => {
    const path = publication.adopt(name, counts[bytes], spool);
    if (path === undefined) throw new NotResumable(`of "${name}", not all is there any more`);
    return path;
  });
}

/** The output files: which there are, and what counts their bytes. */
function openOutputs(
  options: ResolvedOptions,
  open: (name: string, bytes: Counter, spool?: ".directory" | ".lines") => string,
  segmented = false,
): Outputs {
  const { stage, bundleFile, annotationFile, video } = options;
  return {
    rejects: open(REJECTS_FILE, "rejects"),
    ...stage !== "annotate" && !video && {
      ...!segmented && { bundle: open(bundleFile, "offset") },
      directory: open(bundleFile, "directory", ".directory"),
    },
    ...stage !== "bundle" && {
      coco: open(annotationFile, "images"),
      annotations: open(annotationFile, "annotationText", ".lines"),
    },
    ...writesManifest(options) && { manifest: open(MANIFEST_FILE, "manifest") },
  };
}

/** True if the stage writes a manifest. */
export function writesManifest({ stage, manifest, skipManifest }: ResolvedOptions): boolean {
  return stage === "annotate" ? manifest !== undefined : !skipManifest;
}

/** Writes bytes into a file that exists. */
export function put(path: string, bytes: Uint8Array, position: number): void {
  const file = openSync(path, "r+");
  try {
    writeAll(file, bytes, position);
  } finally {
    closeSync(file);
  }
}

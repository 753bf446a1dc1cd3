import { basename, dirname, extname } from "node:path";
import { PackError } from "../model/issue.ts";
import { MEDIA, type Media } from "../media/container.ts";
import type { PackOptions } from "../pack/options.ts";

/** What `--output` and `--media` mean together. */
export type OutputChoice = Pick<PackOptions, "output" | "media" | "bundleFile" | "annotationFile">;

/** Endings of other bundles and archives, which must not become the names of folders. */
const OTHER_BUNDLES = /\.(mov|avi|webm|gz|tgz|zst|xz|7z|rar)$/i;

const BUNDLE_NAMES = "Name a folder, or a file that ends in .zip, .tar, .mp4 or .mkv.";

/**
 * Tells whether `--output` names a folder or the file to write.
 *
 * @param stage Command.
 * @param output As given; undefined for the default.
 * @param media As given.
 * @param isFolder True if there is a folder of this name: it is meant then, whatever its ending.
 * @throws {PackError} With exit code 2 if the name is that of a file the command does not write.
 */
export function outputChoice(
  stage: "run" | "bundle" | "annotate",
  output: string | undefined,
  media: Media | "mkv" | undefined,
  isFolder: (path: string) => boolean,
): OutputChoice {
  if (output === undefined || /[\\/]$/.test(output) || isFolder(output)) {
    return { output: output ?? "output", media };
  }
  const ending = extname(output).toLowerCase();
  const folder = { output: dirname(output) };
  const file = basename(output);
  const named = ([...MEDIA, "mkv"] as const).find((name) => ending === `.${name}`);
  if (named !== undefined) {
    if (stage === "annotate") {
      throw new PackError(
        `annotate writes a .json file, not "${output}".`,
        "Name a folder, or a file that ends in .json.",
        2,
      );
    }
    if (media !== undefined && media !== named) {
      throw new PackError(
        `--media ${media} and the name "${output}" contradict each other.`,
        `Leave out --media, or name the file "${file.slice(0, -4)}.${media}".`,
        2,
      );
    }
    return { ...folder, media: named, bundleFile: file };
  }
  if (ending === ".json") {
    if (stage === "annotate") return { ...folder, media, annotationFile: file };
    const remedy = stage === "run" ? "Name a folder." : BUNDLE_NAMES;
    throw new PackError(`${stage} does not write just the file "${output}".`, remedy, 2);
  }
  if (OTHER_BUNDLES.test(output)) {
    throw new PackError(
      `A bundle like "${output}" cannot be written.`,
      BUNDLE_NAMES,
      2,
    );
  }
  return { output, media };
}

/** What is told without any command: kept apart, for loading all commands takes longer than answering. */
import { colourWanted, stdout } from "../io/terminal.ts";
import { VERSION } from "../model/version.ts";
import { colour } from "../ui/colour.ts";
import { programHelp } from "./help.ts";

/** Name of the program. */
export const NAME = "compact-uploader";

/** What the program does, as its help tells it. */
export const DESCRIPTION = [
  "Turns an image dataset into two files and a manifest: every image byte for byte in a media bundle,",
  "all labels in one COCO file, and proof that nothing was lost.",
  "",
  "EXAMPLES",
  "  compact-uploader run photos --output packed    pack a folder",
  "  compact-uploader verify packed                 prove that nothing was lost",
  "  compact-uploader run --help                    options and exit codes of a command",
].join("\n");

/** What each command is for, in the order they are shown in. */
export const BRIEFS = {
  run: "Pack a dataset: media bundle, COCO annotations and frame manifest in one step",
  bundle: "Pack the images: media bundle and frame manifest",
  annotate: "Turn the labels into one COCO file, in the order of the manifest",
  inspect: "Tell what is in a dataset or in a set: formats, counts, classes, sizes, problems",
  verify: "Prove a set: every byte, every cross-reference, every record",
  extract: "Restore the images, byte for byte, under their names",
  convert: "Write the labels of a dataset or a set in another format, with the images if wanted",
  update: "Bring a set up to date with its dataset, at the cost of what has changed",
  history: "Tell which generations a set has, and what happened in each",
  rollback: "Make an earlier generation of a set the current one again",
  compact: "Write a set anew without the bytes of images that are gone",
  merge: "Make one set of several by copying their images",
  subset: "Make a set of a part of another by copying images",
  split: "Make a set of each split of a set",
  upload: "Send a set to an object store or a folder, and prove that it arrived",
  presign: "Print links that let anybody read a set in a store for a time",
} as const;

/** Options of the program itself, alone. */
const HELP: ReadonlySet<string> = new Set(["--help", "-h"]);
const SHOW_VERSION: ReadonlySet<string> = new Set(["--version", "-v"]);

/** True if {@link overview} is enough to answer. */
export function isAboutAll(args: readonly string[]): boolean {
  return args.length === 0 || (args.length === 1 && (HELP.has(args[0]) || SHOW_VERSION.has(args[0])));
}

/** Answers arguments that are about the program as a whole: its help or its version. */
export function overview([option]: readonly string[]): string {
  if (SHOW_VERSION.has(option)) return `${VERSION}\n`;
  return programHelp(NAME, DESCRIPTION, Object.entries(BRIEFS), colour(colourWanted && stdout.isTerminal));
}

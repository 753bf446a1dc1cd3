import {
  type Application,
  buildApplication,
  buildCommand,
  buildRouteMap,
  type Command,
  version,
} from "@stricli/core";
import type { Context } from "./context.ts";
import { helpFlag } from "./help.ts";
import { errorTexts } from "./text.ts";
import { VERSION } from "../model/version.ts";

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

type Routes = Readonly<Record<keyof typeof BRIEFS, Command<Context>>>;

/** What counts as a typo: a letter or two, not another word. */
const TYPO = { threshold: 4, weights: { insertion: 1, deletion: 1, substitution: 2, transposition: 1 } };

/** Arguments that can be answered without knowing any command: the options of the program itself, alone. */
const ABOUT_ALL: ReadonlySet<string> = new Set(["--help", "-h", "--version", "-v"]);

/** True if {@link overview} is enough to answer. */
export function isAboutAll(args: readonly string[]): boolean {
  return args.length === 0 || (args.length === 1 && ABOUT_ALL.has(args[0]));
}

/** The command line as its own help shows it: commands have a name and a purpose, but cannot be called. */
export function overview(): Application<Context> {
  const named = Object.entries(BRIEFS).map(([name, brief]) => [
    name,
    buildCommand<Record<never, never>, [], Context>({ docs: { brief }, parameters: {}, func() {} }),
  ]);
  return commandLine(Object.fromEntries(named), []);
}

/**
 * The command line: its commands, help, and the texts of its errors.
 *
 * @param args Arguments: with `--json` among them, wrong ones are told as an event, too.
 */
export function commandLine(routes: Routes, args: readonly string[]): Application<Context> {
  const commands = buildRouteMap<string, Context>({
    routes,
    docs: {
      brief: "Turns an image dataset into two files: a media bundle and one COCO annotation file",
      fullDescription: [
        "Turns an image dataset into two files and a manifest: every image byte for byte in a media bundle,",
        "all labels in one COCO file, and proof that nothing was lost.",
        "",
        "EXAMPLES",
        "  compact-uploader run photos --output packed    pack a folder",
        "  compact-uploader verify packed                 prove that nothing was lost",
        "  compact-uploader run --help                    options and exit codes of a command",
      ].join("\n"),
    },
  });
  return buildApplication(commands, {
    name: "compact-uploader",
    scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true, distanceOptions: TYPO },
    localization: { text: errorTexts(args.includes("--json")) },
  }, {
    help: helpFlag,
    version: version({ brief: "Show the version", info: { currentVersion: VERSION } }),
  });
}

/** What is told where no labels are found, with what would help. */
import type { Issue } from "../model/issue.ts";
import { IMAGE_EXTENSIONS, nameOf } from "../model/image_names.ts";
import { plural } from "../text/format.ts";
import { countOf } from "../tree/extensions.ts";
import { isSplitWord } from "../tree/split.ts";
import type { FileTree } from "../tree/tree.ts";

/** Extensions of files that may hold labels of some format, known or not. */
const LABEL_EXTENSIONS: ReadonlySet<string> = new Set(
  "txt xml json jsonl ndjson csv parquet mat tfrecord".split(" "),
);
/** Folders that say what kind of files they hold, not what is on the images. */
const NO_CLASS = /^(?:images?|imgs?|jpegimages|data|frames)$/i;

/** No labels of any format: names a file that could hold some, or the folders that could be classes. */
export function labelsMissing(images: FileTree, labels: FileTree): Issue {
  const could = [...labels.paths(LABEL_EXTENSIONS)].filter((path) => !/^readme/i.test(nameOf(path)));
  if (could.length === 1) return missing("a known format", `, though "${could[0]}" could be labels`);
  if (could.length > 1) {
    return missing(
      "a known format",
      `, though ${plural(could.length, "file")} here could be labels, like "${could[0]}"`,
    );
  }
  const [first, ...others] = images === labels ? foldersLikeClasses(images) : [];
  const hint = others.length > 0
    ? `. If folders are classes, like "${first}" and "${
      others[0]
    }", --format class-folders takes them as such`
    : "";
  return { ...missing("a known format", hint), severity: "note" };
}

/** No labels of the format that `--format` names. */
export function labelsOfNamedFormatMissing(format: string): Issue {
  return missing(`the format "${format}"`, "");
}

function missing(format: string, more: string): Issue {
  return {
    code: "labels-missing",
    severity: "warning",
    path: "",
    message: `No labels of ${format} were found: the frames will have no annotations${more}.`,
    suggestion: "Name the folder of the labels with --labels, or their format with --format.",
  };
}

/** The topmost folders of images whose names tell neither a split nor what kind of files they hold. */
function foldersLikeClasses(images: FileTree): string[] {
  const found = new Set<string>();
  for (const folder of images.folders.values()) {
    if (countOf(folder, IMAGE_EXTENSIONS) === 0) continue;
    const name = folder.path.split("/").find((part) => !isSplitWord(part) && !NO_CLASS.test(part));
    if (name) found.add(name);
  }
  return [...found];
}

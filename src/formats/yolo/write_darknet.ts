import { withoutExtension } from "../../model/image_names.ts";
import type { LabelOutput, LabelSink, LabelStream, LabelWriter, WriterHead } from "../writer.ts";
import { NOT_IN_LINES, safeClassNames, safeSplit } from "../writing/safe_names.ts";
import { boxColumns, KNOWN_SPLITS, loseOtherSplits } from "./write.ts";

/** Darknet's word for a split, for files and folders. */
const WORDS: Readonly<Record<string, string>> = { val: "valid" };

/**
 * Darknet's layout: `obj.data`, `obj.names`, a list of images for each split, and the labels beside the images in
 * `obj_<split>_data` (FORMATS §4.3). Images of no split are for training.
 */
export const darknetWriter: LabelWriter = { name: "darknet", losses: loseOtherSplits, begin };

function begin({ categories }: WriterHead, out: LabelSink): LabelOutput {
  const names = safeClassNames(categories, NOT_IN_LINES, out.issue);
  const lists = new Map<string, LabelStream>();
  return {
    place: ({ split }, name) => `obj_${wordOf(split)}_data/${name}`,
    write(image, annotations) {
      const rows = annotations.map((each) => `${each.category_id - 1} ${boxColumns(each, image)}\n`);
      out.file(`${withoutExtension(image.path)}.txt`, rows.join(""));
      const word = wordOf(image.split);
      let list = lists.get(word);
      if (!list) lists.set(word, list = out.open(`${word}.txt`));
      list.write(`${image.path}\n`);
    },
    end() {
      for (const list of lists.values()) list.close();
      out.file("obj.names", names.map((name) => `${name}\n`).join(""));
      out.file("obj.data", objData(names.length, [...lists.keys()]));
    },
  };
}

function wordOf(split = "train"): string {
  return WORDS[split] ?? safeSplit(split);
}

function objData(classes: number, words: readonly string[]): string {
  const lists = KNOWN_SPLITS.map((split) => wordOf(split)).filter((word) => words.includes(word));
  return [
    `classes = ${classes}`,
    ...lists.map((word) => `${word} = ${word}.txt`),
    "names = obj.names",
    "backup = backup/",
  ].join("\n") + "\n";
}

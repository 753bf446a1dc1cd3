const WORDS = new Map([
  ["train", "train"],
  ["val", "val"],
  ["valid", "val"],
  ["validation", "val"],
  ["test", "test"],
  ["minival", "minival"],
]);

/** The usual name of a split: `valid` and `validation` are `val`; other words stay as they are. */
export function splitName(word: string): string {
  return WORDS.get(word.toLowerCase()) ?? word;
}

/** True for a word that a split is called by, in upper or lower case. */
export function isSplitWord(word: string): boolean {
  return WORDS.has(word.toLowerCase());
}

/** Split of a file by the folders it lies in: the first one that is named like a split; undefined if none is. */
export function splitOfLayout(path: string): string | undefined {
  for (
    let start = 0, slash = path.indexOf("/");
    slash >= 0;
    start = slash + 1, slash = path.indexOf("/", start)
  ) {
    const split = WORDS.get(path.slice(start, slash).toLowerCase());
    if (split) return split;
  }
  return undefined;
}

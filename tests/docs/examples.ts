/** The code blocks of a page of the documentation, which tests run as they stand there. */

/** A block of code between fences. */
export interface Example {
  readonly language: string;
  /** What follows the language on the line of the fence, word by word; readers of the page do not see it. */
  readonly words: readonly string[];
  readonly code: string;
  /** Heading above it. */
  readonly heading: string;
}

/** All blocks of a page that name their language, in order. */
export function readExamples(page: string): Example[] {
  const examples: Example[] = [];
  let heading = "";
  for (const found of page.matchAll(/^#+ (.+)$|^```(\w+) ?(.*)\n([^]*?)^```$/gm)) {
    const [, title, language, words, code] = found;
    if (title) heading = title;
    else examples.push({ language, code, heading, words: words.split(" ").filter(Boolean) });
  }
  return examples;
}

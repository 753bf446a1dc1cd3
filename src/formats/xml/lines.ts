/** Tells lines of positions in a text; each position is to be at or behind the one before. */
export class LineCounter {
  readonly #text: string;
  #line = 1;
  /** Next line end. */
  #end: number;

  constructor(text: string) {
    this.#text = text;
    this.#end = text.indexOf("\n");
  }

  /** 1-based line of a position. */
  at(position: number): number {
    while (this.#end >= 0 && this.#end < position) {
      this.#line++;
      this.#end = this.#text.indexOf("\n", this.#end + 1);
    }
    return this.#line;
  }
}

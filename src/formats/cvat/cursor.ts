import { contentOf, nextTag, NO_TAG, XmlTag } from "./tags.ts";

/** Goes through the tags of a part of a document. */
export class Cursor {
  readonly tag = new XmlTag();
  /** True if the end was reached because the rest cannot be read. */
  isDamaged = false;
  #at = 0;

  constructor(readonly bytes: Uint8Array) {}

  /** Brings the next tag; false at the end. */
  next(): boolean {
    const end = nextTag(this.bytes, this.#at, this.bytes.length, this.tag);
    if (end >= 0) {
      this.#at = end;
      return true;
    }
    if (end !== NO_TAG) this.isDamaged = true;
    this.#at = this.bytes.length;
    return false;
  }

  /** Text of the element whose opening tag was brought last; goes to its closing tag. */
  content(): string {
    if (this.tag.isEmpty) return "";
    const start = this.#at;
    this.skip();
    return contentOf(this.bytes, start, this.tag.start);
  }

  /** Goes to the closing tag of the element whose opening tag was brought last. */
  skip(): void {
    if (this.tag.isEmpty) return;
    for (let depth = 1; depth > 0 && this.next();) {
      if (this.tag.isClose) depth--;
      else if (!this.tag.isEmpty) depth++;
    }
  }
}

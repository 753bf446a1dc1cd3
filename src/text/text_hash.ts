/**
 * Two 32-bit hashes of a text or of bytes (FNV-1a's step with two multipliers, and MurmurHash3's finish), taken piece by
 * piece.
 */
export class TextHash {
  first = 0;
  second = 0;
  #length = 0;

  begin(): void {
    this.first = 0x811c9dc5;
    this.second = 0x9747b28c;
    this.#length = 0;
  }

  text(text: string): void {
    let { first, second } = this;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      first = Math.imul(first ^ unit, 0x01000193);
      second = Math.imul(second ^ unit, 0x85ebca6b);
      second = second << 13 | second >>> 19;
    }
    this.first = first;
    this.second = second;
    this.#length += text.length;
  }

  /** Takes bytes; true if they are ASCII, of which the hash is that of the text. */
  bytes(bytes: Uint8Array, start: number, end: number): boolean {
    let { first, second } = this;
    let seen = 0;
    for (let i = start; i < end; i++) {
      const unit = bytes[i];
      seen |= unit;
      first = Math.imul(first ^ unit, 0x01000193);
      second = Math.imul(second ^ unit, 0x85ebca6b);
      second = second << 13 | second >>> 19;
    }
    this.first = first;
    this.second = second;
    this.#length += end - start;
    return seen < 0x80;
  }

  end(): void {
    this.first = finish(this.first ^ this.#length);
    this.second = finish(this.second ^ this.#length);
  }

  /** Both as one number, but for the last 11 bits of the second. */
  get whole(): number {
    return this.first * 2 ** 21 + (this.second >>> 11);
  }
}

function finish(hash: number): number {
  hash = Math.imul(hash ^ hash >>> 16, 0x85ebca6b);
  hash = Math.imul(hash ^ hash >>> 13, 0xc2b2ae35);
  return (hash ^ hash >>> 16) >>> 0;
}

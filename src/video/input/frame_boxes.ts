const HEADER = 8;
const MDAT = 0x6d646174;

/**
 * Parts the frames of a fragmented QuickTime file (ISO/IEC 14496-12) as it comes out of a pipe: with a fragment for each
 * frame, each `mdat` is one. Unlike images one behind the other, it tells where each ends whatever is in it.
 */
export class FrameBoxes {
  readonly #header = new Uint8Array(2 * HEADER);
  #headerUsed = 0;
  #headerSize = HEADER;
  /** Bytes of the box that have not come yet. */
  #left = 0;
  #isFrame = false;

  /** @param take Called with the bytes of frames as they come, and true for the last of a frame. */
  constructor(readonly take: (bytes: Uint8Array, isLast: boolean) => void) {}

  /**
   * Takes what came next.
   *
   * @throws {RangeError} If it is no such file.
   */
  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      if (this.#left === 0) {
        at = this.#readHeader(bytes, at);
        continue;
      }
      const part = bytes.subarray(at, at + this.#left);
      this.#left -= part.length;
      at += part.length;
      if (this.#isFrame) this.take(part, this.#left === 0);
    }
  }

  /** @returns Where the header, or what there is of it, ends. */
  #readHeader(bytes: Uint8Array, at: number): number {
    const part = bytes.subarray(at, at + this.#headerSize - this.#headerUsed);
    this.#header.set(part, this.#headerUsed);
    this.#headerUsed += part.length;
    if (this.#headerUsed < this.#headerSize) return at + part.length;
    const view = new DataView(this.#header.buffer);
    let size = view.getUint32(0);
    if (size === 1 && this.#headerSize === HEADER) {
      // The size follows in 64 bits.
      this.#headerSize = 2 * HEADER;
      return at + part.length;
    }
    if (size === 1) size = Number(view.getBigUint64(HEADER));
    if (size < this.#headerSize) throw new RangeError(`a box of ${size} bytes`);
    this.#left = size - this.#headerSize;
    this.#isFrame = view.getUint32(4) === MDAT;
    this.#headerUsed = 0;
    this.#headerSize = HEADER;
    return at + part.length;
  }
}

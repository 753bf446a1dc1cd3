/** Keeps what was used last, up to so many bytes. */
export class ByteCache {
  readonly #kept = new Map<number, Uint8Array<ArrayBuffer>>();
  #bytes = 0;

  constructor(readonly room: number) {}

  get(key: number): Uint8Array<ArrayBuffer> | undefined {
    const bytes = this.#kept.get(key);
    if (bytes) {
      // The first of a map is the oldest.
      this.#kept.delete(key);
      this.#kept.set(key, bytes);
    }
    return bytes;
  }

  set(key: number, bytes: Uint8Array<ArrayBuffer>): void {
    if (bytes.length > this.room || this.#kept.has(key)) return;
    this.#kept.set(key, bytes);
    this.#bytes += bytes.length;
    for (const [oldest, { length }] of this.#kept) {
      if (this.#bytes <= this.room) return;
      this.#kept.delete(oldest);
      this.#bytes -= length;
    }
  }
}

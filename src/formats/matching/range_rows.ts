/** Rows there is room for at first: there may be many files with few rows. */
const FIRST = 16;

/**
 * Where the records of a file lie that belong to images: 16 bytes for each, grouped by image afterwards with 4 more. Millions of small arrays
 * would take ten times that.
 */
export class RangeRows {
  count = 0;
  #slots = new Uint32Array(FIRST);
  #offsets = new Float64Array(FIRST);
  #lengths = new Uint32Array(FIRST);
  /** Rows in the order of their images. */
  #order = new Uint32Array(0);
  /** First place in the order of each image, and the end. */
  #starts = new Uint32Array(1);

  /**
   * @param slot Number of the image id it refers to.
   * @param offset First byte in the file.
   * @param length Bytes.
   */
  add(slot: number, offset: number, length: number): void {
    if (this.count === this.#slots.length) this.#grow();
    this.#slots[this.count] = slot;
    this.#offsets[this.count] = offset;
    this.#lengths[this.count] = length;
    this.count++;
  }

  /**
   * Sorts the rows by image; rows of one stay in the order of the file.
   *
   * @param imageOf Image of each slot, or -1.
   * @param images Number of images.
   * @returns Rows whose slot has no image, as slot and offset.
   */
  group(imageOf: Int32Array, images: number): { slot: number; offset: number }[] {
    const unknown: { slot: number; offset: number }[] = [];
    const starts = new Uint32Array(images + 1);
    for (let row = 0; row < this.count; row++) {
      const image = imageOf[this.#slots[row]];
      if (image >= 0) starts[image + 1]++;
      else unknown.push({ slot: this.#slots[row], offset: this.#offsets[row] });
    }
    for (let image = 0; image < images; image++) starts[image + 1] += starts[image];
    const next = starts.slice();
    const order = new Uint32Array(this.count - unknown.length);
    for (let row = 0; row < this.count; row++) {
      const image = imageOf[this.#slots[row]];
      if (image >= 0) order[next[image]++] = row;
    }
    this.#starts = starts;
    this.#order = order;
    this.#slots = new Uint32Array(0);
    return unknown;
  }

  /** Offset and length of the first row of all. */
  first(): [offset: number, length: number] | undefined {
    return this.count > 0 ? [this.#offsets[0], this.#lengths[0]] : undefined;
  }

  /** Appends the ranges of an image's rows as offset, length, …. */
  ranges(image: number, into: number[]): void {
    for (let i = this.#starts[image]; i < this.#starts[image + 1]; i++) {
      const row = this.#order[i];
      into.push(this.#offsets[row], this.#lengths[row]);
    }
  }

  #grow(): void {
    // Memory that was not written to yet costs nothing.
    const size = this.count * 2;
    const slots = new Uint32Array(size);
    const offsets = new Float64Array(size);
    const lengths = new Uint32Array(size);
    slots.set(this.#slots);
    offsets.set(this.#offsets);
    lengths.set(this.#lengths);
    this.#slots = slots;
    this.#offsets = offsets;
    this.#lengths = lengths;
  }
}

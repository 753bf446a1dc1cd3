/** Bytes of a row. */
const ROW = 64;

/** What became of an image. */
export const KEPT = 0, REFUSED = 1, UNDECODED = 2;

/** What is known of an image that is to become a frame of a video. */
export interface TableRow {
  /** Which decoder it goes through, and which file it goes to. */
  kind: number;
  file: number;
  /** Stored size, px. */
  width: number;
  height: number;
  crc32: number;
  /** Bytes of the original file. */
  size: number;
  /** 64 hex digits. */
  sha256: string;
  /** Place in its video file. */
  videoFrame: number;
}

/** A row of numbers for each image of a run, 64 bytes: the names stay on disk. */
export class FrameTable {
  #bytes = new Uint8Array(1024 * ROW);
  #view = new DataView(this.#bytes.buffer);
  length = 0;

  /** Adds an image as the survey finds it; undefined if it was rejected. */
  add(row: Pick<TableRow, "kind" | "width" | "height"> | undefined): void {
    const at = this.length++ * ROW;
    if (at + ROW > this.#bytes.length) {
      const grown = new Uint8Array(2 * this.#bytes.length);
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    if (!row) return this.setState(this.length - 1, REFUSED);
    this.#view.setUint8(at + 1, row.kind);
    this.#view.setUint32(at + 4, row.width);
    this.#view.setUint32(at + 8, row.height);
  }

  /** {@link KEPT}; {@link REFUSED} by its header; {@link UNDECODED} for giving no picture. */
  setState(i: number, state: number): void {
    this.#bytes[i * ROW] = state;
  }

  /** True the first time it is called for an image. */
  lookAt(i: number): boolean {
    const at = i * ROW + 3;
    return this.#bytes[at] === 0 && (this.#bytes[at] = 1) === 1;
  }

  state(i: number): number {
    return this.#bytes[i * ROW];
  }

  setFile(i: number, file: number): void {
    this.#view.setUint8(i * ROW + 2, file);
  }

  /** Notes the file's digests, and its place in the video. */
  setDigests(i: number, row: Pick<TableRow, "crc32" | "size" | "sha256" | "videoFrame">): void {
    const at = i * ROW;
    this.#view.setUint32(at + 12, row.crc32);
    this.#view.setFloat64(at + 16, row.size);
    this.#view.setUint32(at + 24, row.videoFrame);
    this.#bytes.set(Uint8Array.fromHex(row.sha256), at + 32);
  }

  /** CRC-32 of the decoded frame. */
  setDecoded(i: number, crc32: number): void {
    this.#view.setUint32(i * ROW + 28, crc32);
  }

  decoded(i: number): number {
    return this.#view.getUint32(i * ROW + 28);
  }

  /** Cheaper than {@link FrameTable.row}, for going through many. */
  kindAndFile(i: number): { kind: number; file: number } {
    return { kind: this.#bytes[i * ROW + 1], file: this.#bytes[i * ROW + 2] };
  }

  /** Stored size, px. */
  size(i: number): { width: number; height: number } {
    return { width: this.#view.getUint32(i * ROW + 4), height: this.#view.getUint32(i * ROW + 8) };
  }

  row(i: number): TableRow {
    const at = i * ROW;
    const view = this.#view;
    return {
      ...this.kindAndFile(i),
      ...this.size(i),
      crc32: view.getUint32(at + 12),
      size: view.getFloat64(at + 16),
      videoFrame: view.getUint32(at + 24),
      sha256: this.#bytes.subarray(at + 32, at + 64).toHex(),
    };
  }
}

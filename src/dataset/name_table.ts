import { eachNameSum } from "../manifest/name_sums.ts";
import type { Manifest } from "../manifest/parse.ts";
import type { Crc32 } from "../media/crc32_table.ts";

const encoder = new TextEncoder();

/** Finds images by name where names are in no order: a hash table of 16 to 32 bytes an image. */
export class NameTable {
  readonly #manifest: Manifest;
  readonly #crc32: Crc32;
  /** Position + 1, at the first free place from the name's sum on. */
  readonly #positions: Int32Array;
  readonly #sums: Uint32Array;
  readonly #mask: number;

  /**
   * Reads the names of all images.
   *
   * @param crc32 Tells names apart.
   */
  constructor(manifest: Manifest, crc32: Crc32) {
    this.#manifest = manifest;
    this.#crc32 = crc32;
    const room = 2 ** Math.ceil(Math.log2(2 * manifest.length + 2));
    this.#mask = room - 1;
    this.#positions = new Int32Array(room);
    this.#sums = new Uint32Array(room);
    eachNameSum(manifest, crc32, (sum, position) => this.#add(sum, position));
  }

  /** Position of the image with a name; undefined if there is none. */
  find(name: string): number | undefined {
    const sum = this.#crc32(encoder.encode(JSON.stringify(name)));
    for (let at = sum & this.#mask; this.#positions[at] > 0; at = at + 1 & this.#mask) {
      const position = this.#positions[at] - 1;
      if (this.#sums[at] === sum && this.#manifest.record(position).file_name === name) return position;
    }
    return undefined;
  }

  #add(sum: number, position: number): void {
    let at = sum & this.#mask;
    while (this.#positions[at] > 0) at = at + 1 & this.#mask;
    this.#positions[at] = position + 1;
    this.#sums[at] = sum;
  }
}

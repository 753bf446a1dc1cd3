const decoder = new TextDecoder();

/**
 * Polygons as the text they have in the COCO file (docs/dataset_spec.md §2): `[[x1,y1,x2,y2,…],…]`, each with three points or
 * more. Nearly all pass from a source to the set unchanged; so they need not become numbers, and text again.
 */
export class PolygonText {
  /**
   * @param bytes `bytes[start, end)` is the text; it is not written to again.
   * @param right No x is larger than this, px. None is negative.
   * @param bottom No y is larger than this, px. None is negative.
   */
  constructor(
    readonly bytes: Uint8Array,
    readonly start: number,
    readonly end: number,
    readonly right: number,
    readonly bottom: number,
  ) {}

  /** The polygons as numbers, px. */
  polygons(): number[][] {
    return JSON.parse(this.text());
  }

  text(): string {
    return decoder.decode(this.bytes.subarray(this.start, this.end));
  }
}

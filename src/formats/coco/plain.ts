/**
 * Reads the usual annotation record straight from its bytes, which takes a third of the time of `JSON.parse` and leaves no
 * objects behind. Whatever is not usual is left to the reader of any record.
 */
import type { Annotation } from "../../model/annotation.ts";
import type { PolygonText } from "../../model/polygon_text.ts";
import { textOfRange } from "../json/loose.ts";
import { PolygonCopier } from "./polygon_copier.ts";

/** What stands in an annotation record. */
export interface PlainRecord {
  /** Its `category_id`; NaN if it is missing. */
  category: number;
  /** Without its class, which is still to be put in. */
  annotation: Annotation;
  /** Position behind the record. */
  end: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
/** Powers of ten that a double holds exactly. */
const POWERS = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
/** A whole number of this many digits is exact as a double; divided by such a power of ten it is the nearest double. */
const EXACT = 15;

const KEYS = [
  "id",
  "image_id",
  "category_id",
  "bbox",
  "area",
  "iscrowd",
  "segmentation",
  "keypoints",
  "num_keypoints",
]
  .map((key) => new TextEncoder().encode(key));
const [ID, IMAGE, CATEGORY, BBOX, AREA, CROWD, , KEYPOINTS, COUNT] = KEYS.keys();

/** Reads one record after the other. */
export class PlainReader {
  #bytes = new Uint8Array(0);
  #at = 0;
  /** Cleared when something is not as usual. */
  #usual = true;
  readonly #copier = new PolygonCopier();

  /**
   * Reads a record.
   *
   * @param start Position of its first byte.
   * @returns Undefined if anything in it is unusual: a key that is not COCO's, a number as text, a mask, no box.
   */
  read(bytes: Uint8Array, start: number): PlainRecord | undefined {
    this.#bytes = bytes as Uint8Array<ArrayBuffer>;
    this.#at = start;
    this.#usual = true;
    if (this.#next() !== OPEN_OBJECT) return undefined;
    let category = NaN;
    let seen = 0;
    let box: number[] | undefined;
    let area: number | undefined;
    let crowd = 0;
    let segmentation: number[][] | PolygonText | undefined;
    let keypoints: number[] | undefined;
    for (let byte = COMMA; byte === COMMA; byte = this.#next()) {
      this.#at++;
      const key = this.#key();
      // Of a key that is there twice the last counts; rare enough.
      if (key < 0 || seen & 1 << key) return undefined;
      seen |= 1 << key;
      if (key === ID || key === IMAGE || key === COUNT) this.#number();
      else if (key === CATEGORY) category = this.#number();
      else if (key === AREA) area = this.#number();
      else if (key === CROWD) crowd = this.#number();
      else if (key === BBOX) box = this.#numbers();
      else if (key === KEYPOINTS) keypoints = this.#numbers();
      else segmentation = this.#segmentation();
      if (!this.#usual) return undefined;
    }
    if (bytes[this.#at] !== CLOSE_OBJECT || box?.length !== 4 || !(seen & 1 << ID)) return undefined;
    const annotation: Annotation = { category: 0, x: box[0], y: box[1], width: box[2], height: box[3] };
    if (area !== undefined) annotation.area = area;
    if (crowd === 1) annotation.iscrowd = 1;
    if (segmentation) annotation.segmentation = segmentation;
    if (keypoints && keypoints.length > 0) annotation.keypoints = keypoints;
    return { category, annotation, end: this.#at + 1 };
  }

  /** The next byte that is not blank. */
  #next(): number {
    const bytes = this.#bytes;
    let at = this.#at;
    let byte = bytes[at];
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++at];
    this.#at = at;
    return byte;
  }

  /** Number of the key at the place, which moves behind its colon; -1 for another. */
  #key(): number {
    if (this.#next() !== QUOTE) return -1;
    const bytes = this.#bytes;
    const start = this.#at + 1;
    let end = start;
    while (bytes[end] >= 0x5f && bytes[end] <= 0x7a) end++;
    if (bytes[end] !== QUOTE) return -1;
    for (let k = 0; k < KEYS.length; k++) {
      const key = KEYS[k];
      if (key.length !== end - start) continue;
      let i = 0;
      while (i < key.length && key[i] === bytes[start + i]) i++;
      if (i < key.length) continue;
      this.#at = end + 1;
      if (this.#next() !== COLON) return -1;
      this.#at++;
      return k;
    }
    return -1;
  }

  #number(): number {
    let byte = this.#next();
    const bytes = this.#bytes;
    const start = this.#at;
    let at = start;
    const negative = byte === MINUS;
    if (negative) byte = bytes[++at];
    const first = at;
    let value = 0;
    for (; byte >= 0x30 && byte <= 0x39; byte = bytes[++at]) value = value * 10 + byte - 0x30;
    let digits = at - first;
    // JSON allows no leading zero, and no number without a digit.
    if (digits === 0 || digits > 1 && bytes[first] === 0x30) return this.#unusual();
    let decimals = 0;
    if (byte === POINT) {
      const point = at;
      for (byte = bytes[++at]; byte >= 0x30 && byte <= 0x39; byte = bytes[++at]) {
        value = value * 10 + byte - 0x30;
      }
      decimals = at - point - 1;
      if (decimals === 0) return this.#unusual();
      digits += decimals;
    }
    if (byte !== COMMA && byte !== CLOSE_ARRAY && byte !== CLOSE_OBJECT && !(byte <= 0x20)) {
      return this.#unusual();
    }
    this.#at = at;
    if (digits > EXACT) return Number(textOfRange(bytes, start, at));
    if (decimals > 0) value /= POWERS[decimals];
    return negative ? -value : value;
  }

  #numbers(): number[] {
    const numbers: number[] = [];
    if (this.#next() !== OPEN_ARRAY) {
      this.#usual = false;
      return numbers;
    }
    this.#at++;
    if (this.#next() === CLOSE_ARRAY) {
      this.#at++;
      return numbers;
    }
    const bytes = this.#bytes;
    let at = this.#at;
    for (;;) {
      // Most numbers are short and have no sign: they are read here, the others one by one.
      let byte = bytes[at];
      while (byte === 0x20) byte = bytes[++at];
      const first = at;
      let value = 0;
      for (; byte >= 0x30 && byte <= 0x39; byte = bytes[++at]) value = value * 10 + byte - 0x30;
      let digits = at - first;
      if (byte === POINT && digits > 0) {
        const point = at;
        for (byte = bytes[++at]; byte >= 0x30 && byte <= 0x39; byte = bytes[++at]) {
          value = value * 10 + byte - 0x30;
        }
        const decimals = at - point - 1;
        digits = decimals === 0 ? 0 : digits + decimals;
        value /= POWERS[decimals];
      }
      const plain = (byte === COMMA || byte === CLOSE_ARRAY) && digits > 0 && digits <= EXACT &&
        (bytes[first] !== 0x30 || digits === 1 || bytes[first + 1] === POINT);
      if (!plain) {
        this.#at = first;
        value = this.#number();
        if (!this.#usual) return numbers;
        byte = this.#next();
        at = this.#at;
      }
      numbers.push(value);
      at++;
      if (byte === CLOSE_ARRAY) {
        this.#at = at;
        return numbers;
      }
      if (byte !== COMMA) {
        this.#usual = false;
        return numbers;
      }
    }
  }

  /** Polygons; undefined if there are none. */
  #segmentation(): number[][] | PolygonText | undefined {
    this.#next();
    const copied = this.#copier.copy(this.#bytes, this.#at);
    if (!copied) {
      const polygons = this.#polygons();
      return polygons.length > 0 ? polygons : undefined;
    }
    this.#at = this.#copier.end;
    return copied;
  }

  #polygons(): number[][] {
    const polygons: number[][] = [];
    if (this.#next() !== OPEN_ARRAY) {
      this.#usual = false;
      return polygons;
    }
    this.#at++;
    if (this.#next() === CLOSE_ARRAY) {
      this.#at++;
      return polygons;
    }
    while (this.#usual) {
      const polygon = this.#numbers();
      if (polygon.length === 0) this.#usual = false;
      polygons.push(polygon);
      const byte = this.#next();
      this.#at++;
      if (byte === CLOSE_ARRAY) return polygons;
      if (byte !== COMMA) this.#usual = false;
    }
    return polygons;
  }

  #unusual(): number {
    this.#usual = false;
    return NaN;
  }
}

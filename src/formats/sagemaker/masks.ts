import { labelMasks, type MaskShape } from "../../geometry/mask.ts";
import { decodePng } from "../../image/png_pixels.ts";
import { below, folderOf } from "../../model/image_names.ts";
import { asObject } from "../json/loose.ts";
import { unescapedName } from "../matching/image_name.ts";
import { isBackground } from "./class_maps.ts";

type Json = Readonly<Record<string, unknown>>;

/** Where the mask of a reference may lie, below the label tree: as much of its path as is there, beside the manifest or not. */
export function maskPaths(reference: string, manifest: string): string[] {
  const parts = unescapedName(reference).split("/");
  const tails = parts.map((_, i) => parts.slice(i).join("/"));
  return [...new Set([folderOf(manifest), ""].flatMap((folder) => tails.map((tail) => below(folder, tail))))];
}

/** A class of a mask. */
export interface Segment {
  readonly name: string;
  readonly shape: MaskShape;
  readonly score: unknown;
}

/**
 * Reads the classes of a mask by the colours that the map gives them. In a PNG without colours the values are the numbers.
 *
 * @param colours `internal-color-map`.
 * @returns Also the pixels of colours that the map does not have.
 * @throws {Error} As {@link decodePng} does.
 */
export function readMask(bytes: Uint8Array, colours: Json): { segments: Segment[]; unlisted: number } {
  const { width, height, channels, data, palette } = decodePng(bytes);
  const numbers = new Map<number, number>();
  const classes = new Map<number, Json>();
  for (const [id, value] of Object.entries(colours)) {
    const entry = asObject(value);
    const colour = /^#([0-9a-f]{6})/i.exec(String(entry?.["hex-color"]))?.[1];
    if (!entry) continue;
    classes.set(Number(id), entry);
    if (colour) numbers.set(parseInt(colour, 16), Number(id));
  }
  const unknown = 0xffffffff;
  const grey = channels < 3 && !palette;
  const pixels = new Uint32Array(width * height);
  for (let i = 0, at = 0; i < pixels.length; i++, at += channels) {
    const colour = palette ? rgb(palette[data[at]] ?? [], 0) : grey ? data[at] : rgb(data, at);
    pixels[i] = grey ? colour : numbers.get(colour) ?? unknown;
  }
  const segments: Segment[] = [];
  let unlisted = 0;
  for (const [id, shape] of labelMasks(pixels, width, height)) {
    const entry = classes.get(id);
    const name = entry?.["class-name"];
    if (typeof name !== "string") unlisted += shape.area;
    else if (!isBackground(name)) segments.push({ name, shape, score: entry!.confidence });
  }
  return { segments, unlisted };
}

function rgb(colours: ArrayLike<number>, at: number): number {
  return colours[at] << 16 | colours[at + 1] << 8 | colours[at + 2];
}

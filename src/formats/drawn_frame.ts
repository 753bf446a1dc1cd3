import type { ParsedLabels } from "../model/annotation.ts";
import type { LabelContext } from "./format.ts";

/**
 * Size of the pixels that masks of the labels have to have: the upright image's, unless the labels state the same size with
 * its sides exchanged, as tools do that ignore EXIF.
 */
export function drawnFrame(
  { declaredWidth, declaredHeight }: ParsedLabels,
  { width, height }: LabelContext,
): { width: number; height: number } {
  const exchanged = declaredWidth === height && declaredHeight === width;
  return exchanged ? { width: height, height: width } : { width, height };
}

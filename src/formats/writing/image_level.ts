/** What is said of an image as a whole, and what of it a format cannot hold. */
import type { CocoImage } from "../../model/dataset.ts";
import type { Lose } from "../writer.ts";
import { attributeNeeds } from "./attribute_needs.ts";

/** Numbers of the classes of an image as a whole, from 1. */
export function classIds({ category_ids }: CocoImage): readonly number[] {
  return Array.isArray(category_ids) ? category_ids : [];
}

/** Words about an image as a whole. */
export function wordsOf({ tags }: CocoImage): readonly string[] {
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [];
}

/** Attributes of an image that say something. */
export function imageAttributes({ attributes }: CocoImage): [string, unknown][] {
  return Object.entries(attributes as Record<string, unknown> ?? {})
    .filter(([name, value]) => attributeNeeds(name, value) !== undefined);
}

/** Tells the words about an image that are no classes, where a format only has those. */
export function loseWords(image: CocoImage, lose: Lose): void {
  const words = wordsOf(image).length;
  if (words > 0) lose("tags", "that are no classes are left out", words);
}

/** Tells the attributes of an image, where a format only has those of objects. */
export function loseImageAttributes(image: CocoImage, lose: Lose): void {
  const count = imageAttributes(image).length;
  if (count > 0) lose("attributes", "of whole images are left out", count);
}

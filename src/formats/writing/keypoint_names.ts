import type { CocoCategory } from "../../model/dataset.ts";
import { NOT_IN_LINES, safeNames } from "./safe_names.ts";

/** Names of the keypoints of each class, unique in it; points that a class does not name are numbered when they occur. */
export class KeypointNames {
  readonly #names = new Map<number, string[]>();

  constructor(categories: readonly CocoCategory[]) {
    for (const { id, keypoints } of categories) {
      if (Array.isArray(keypoints) && keypoints.length > 0) {
        this.#names.set(id, safeNames(keypoints.map(String), NOT_IN_LINES));
      }
    }
  }

  /** Names of a class, in their order; undefined if it has none, and no object of it had any. */
  of(category: number): readonly string[] | undefined {
    return this.#names.get(category);
  }

  /** Name of the keypoint with this place, from 0. */
  name(category: number, index: number): string {
    let names = this.#names.get(category);
    if (!names) this.#names.set(category, names = []);
    while (names.length <= index) {
      names.push(safeNames([...names, `point ${names.length + 1}`], NOT_IN_LINES)[names.length]);
    }
    return names[index];
  }
}

/** Keypoints `[x1, y1, v1, …]` that are labelled, with their places, from 0. */
export function labelledPoints(
  keypoints: readonly number[] = [],
): { index: number; x: number; y: number; visibility: number }[] {
  const found: ReturnType<typeof labelledPoints> = [];
  for (let i = 0; i + 2 < keypoints.length; i += 3) {
    const [x, y, visibility] = keypoints.slice(i, i + 3);
    if (visibility > 0) found.push({ index: i / 3, x, y, visibility });
  }
  return found;
}

import { PackError } from "../../model/issue.ts";
import type { CocoCategory } from "../../model/dataset.ts";
import { boxColumns, fraction, quoted, yoloWriter } from "./write.ts";

/** Boxes with keypoints: `class cx cy w h (x y v)…`, the same number for every class; those a class lacks are 0 0 0. */
export const yoloPoseWriter = yoloWriter({
  name: "yolo-pose",
  begin({ categories, keypoints }) {
    const count = Math.max(keypoints, ...categories.map((category) => pointNames(category).length));
    if (count === 0) {
      throw new PackError("The labels hold no keypoints.", "Choose --to yolo for boxes alone.", 2);
    }
    const flip = flipIndexes(categories, count);
    const named = categories.filter((category) => pointNames(category).length > 0);
    return {
      row(annotation, image) {
        const points = annotation.keypoints ?? [];
        const columns = [boxColumns(annotation, image)];
        for (let i = 0; i < count * 3; i += 3) {
          const [x, y, v] = [points[i], points[i + 1], points[i + 2]];
          columns.push(v > 0 ? `${fraction(x, image.width)} ${fraction(y, image.height)} ${v}` : "0 0 0");
        }
        return columns.join(" ");
      },
      yaml: [
        `kpt_shape: [${count}, 3]`,
        ...(flip ? [`flip_idx: [${flip.join(", ")}]`] : []),
        ...(named.length > 0 ? ["kpt_names:"] : []),
        ...named.map((each) => `  ${each.id - 1}: [${pointNames(each).map(quoted).join(", ")}]`),
      ],
    };
  },
});

function pointNames({ keypoints }: CocoCategory): string[] {
  return Array.isArray(keypoints) ? keypoints.map(String) : [];
}

/**
 * Which keypoint each one becomes when the picture is mirrored, as names with "left" and "right" in them tell.
 *
 * @returns Undefined if they do not tell: then a trainer must not mirror.
 */
function flipIndexes(categories: readonly CocoCategory[], count: number): number[] | undefined {
  const lists = categories.map(pointNames).filter((names) => names.length > 0);
  const [names] = lists;
  if (!names || names.length !== count) return undefined;
  if (lists.some((other) => other.length !== count || other.some((name, i) => name !== names[i]))) {
    return undefined;
  }
  const flip = names.map((name) => names.indexOf(mirrored(name)));
  const paired = flip.some((other, i) => other !== i);
  const whole = flip.every((other, i) => other >= 0 && flip[other] === i);
  return paired && whole ? flip : undefined;
}

function mirrored(name: string): string {
  return name.replace(/left|right/gi, (side) => {
    const other = side.toLowerCase() === "left" ? "right" : "left";
    if (side === side.toUpperCase()) return other.toUpperCase();
    return side[0] === side[0].toUpperCase() ? other[0].toUpperCase() + other.slice(1) : other;
  });
}

import { boundsOf } from "../../geometry/shapes.ts";
import type { Shape } from "../json/label_reader.ts";

/** An annotation with a place in the image. */
export interface Part {
  readonly kind: "bbox" | "polygon" | "ellipse" | "points" | "mask";
  readonly name: string;
  readonly shape: Shape;
  /** Parts with the same number, unless 0, belong together. */
  readonly group: number;
  readonly line: number;
  readonly attributes: readonly (readonly [string, unknown])[];
}

/**
 * Makes one object of the parts of a group that have the same class: a box, its outlines or its mask, and its points. A
 * group that holds more than one object keeps them apart; they get its number as `group_id`.
 *
 * @returns Objects in the order of their first part.
 */
export function joinParts(parts: readonly Part[]): Part[] {
  const groups = new Map<string, Part[]>();
  parts.forEach((part, i) => {
    const key = part.group === 0 ? `alone ${i}` : `${part.group} ${part.name}`;
    const group = groups.get(key);
    if (group) group.push(part);
    else groups.set(key, [part]);
  });
  const objects = [...groups.values()].flatMap((group) => isOneObject(group) ? [join(group)] : group);
  const members = new Map<number, number>();
  for (const { group } of objects) members.set(group, (members.get(group) ?? 0) + 1);
  return objects
    .map((object) =>
      object.group !== 0 && members.get(object.group)! > 1
        ? { ...object, attributes: [...object.attributes, ["group_id", object.group] as const] }
        : object
    )
    .sort((a, b) => a.line - b.line);
}

function isOneObject(group: readonly Part[]): boolean {
  const count = (...kinds: Part["kind"][]) => group.filter(({ kind }) => kinds.includes(kind)).length;
  const masks = count("mask");
  return count("bbox") <= 1 && count("points") <= 1 &&
    (masks === 0 || masks === 1 && count("polygon", "ellipse") === 0);
}

function join(group: readonly Part[]): Part {
  if (group.length === 1) return group[0];
  const box = group.find(({ kind }) => kind === "bbox")?.shape;
  const mask = group.find(({ kind }) => kind === "mask")?.shape;
  const points = group.find(({ kind }) => kind === "points")?.shape;
  const outlines = group.flatMap(({ shape }) => Array.isArray(shape.segmentation) ? shape.segmentation : []);
  const drawn = mask ??
    (outlines.length > 0 ? { ...boundsOf(outlines.flat()), segmentation: outlines } : undefined);
  const { x, y, width, height } = (box ?? drawn ?? points)!;
  const shape: Shape = {
    x,
    y,
    width,
    height,
    segmentation: drawn?.segmentation,
    area: mask?.area,
    keypoints: points?.keypoints,
  };
  // Of an attribute that several have, the first part's stays.
  const attributes = [...new Map(group.toReversed().flatMap((part) => [...part.attributes]))];
  return { ...group[0], shape, attributes };
}

import type { CocoAnnotation } from "../model/dataset.ts";
import { attributeNeeds, capabilityOf } from "../formats/writing/attribute_needs.ts";
import type { Capability } from "../formats/capabilities.ts";
import type { Lose } from "../formats/writer.ts";
import { joinParts, outlinesOf } from "../geometry/outline.ts";

/** The most that is needed to hold the shape of an object. */
export type Geometry = "boxes" | "polygons" | "parts" | "masks";

/** What becomes of a shape in a format. */
type Fate = "keep" | "outlines" | "outline" | "box" | "drop";

/** What the shape of an annotation needs. */
export function geometryOf({ segmentation }: CocoAnnotation): Geometry {
  if (!Array.isArray(segmentation)) return "masks";
  return segmentation.length === 0 ? "boxes" : segmentation.length === 1 ? "polygons" : "parts";
}

/** Reduces annotations to what a format can hold, and says what is lost. */
export class Fitting {
  readonly #carries: ReadonlySet<Capability>;

  constructor(carries: readonly Capability[]) {
    this.#carries = new Set(carries);
  }

  /** Tells what an annotation would lose. */
  losses(annotation: CocoAnnotation, lose: Lose): void {
    const has = this.#carries;
    if (this.#isLeftOut(annotation)) return lose("crowds", "are left out");
    const geometry = geometryOf(annotation);
    const fate = this.#fate(annotation, geometry);
    if (fate !== "keep") lose(geometry, BECOMES[fate]);
    else if (!has.has("polygons") && has.has("masks") && geometry !== "masks") {
      lose(geometry, geometry === "boxes" ? "become filled rectangles" : "become pixels");
    }
    if (fate === "drop") return;
    if (annotation.keypoints && !has.has("keypoints")) lose("keypoints", "are left out");
    for (const [name, value] of Object.entries(annotation.attributes ?? {})) {
      const needs = attributeNeeds(name, value);
      if (needs === undefined || has.has(needs)) continue;
      if (needs === "rotation") {
        const shown = fate !== "box" && geometry !== "boxes";
        lose(needs, shown ? "keep their outlines but lose their angles" : "become upright boxes");
      } else lose(needs, "are left out");
    }
  }

  /** What is left of an annotation; undefined for nothing. */
  apply(annotation: CocoAnnotation): CocoAnnotation | undefined {
    if (this.#isLeftOut(annotation)) return undefined;
    const fate = this.#fate(annotation, geometryOf(annotation));
    if (fate === "drop") return undefined;
    const { keypoints, num_keypoints, attributes, ...rest } = annotation;
    return {
      ...rest,
      segmentation: segmentationAs(fate, annotation),
      ...(keypoints && this.#carries.has("keypoints") && { keypoints, num_keypoints }),
      ...(attributes && this.#attributes(attributes)),
    };
  }

  #isLeftOut({ iscrowd }: CocoAnnotation): boolean {
    return iscrowd === 1 && !this.#carries.has("crowds");
  }

  #fate(annotation: CocoAnnotation, geometry: Geometry): Fate {
    const has = this.#carries;
    if (has.has(geometry)) return "keep";
    if (has.has("polygons")) {
      if (geometry === "boxes") return "keep";
      return geometry === "masks" && has.has("parts") ? "outlines" : "outline";
    }
    // Pixels hold every shape.
    if (has.has("masks")) return "keep";
    // Four corners are what formats of rotated boxes hold.
    if (geometry === "polygons" && has.has("rotation") && isQuad(annotation)) return "keep";
    return has.has("boxes") ? "box" : "drop";
  }

  #attributes(attributes: Readonly<Record<string, unknown>>): Pick<CocoAnnotation, "attributes"> {
    const kept = Object.entries(attributes).filter(([name]) => this.#carries.has(capabilityOf(name)));
    return kept.length > 0 ? { attributes: Object.fromEntries(kept) } : {};
  }
}

const BECOMES = {
  outlines: "become their outlines",
  outline: "become one outline each",
  box: "become their boxes",
  drop: "are left out",
} as const;

function segmentationAs(fate: Fate, annotation: CocoAnnotation): CocoAnnotation["segmentation"] {
  const { segmentation } = annotation;
  if (fate === "box") return [];
  if (fate === "keep") return segmentation;
  const outlines = Array.isArray(segmentation) ? segmentation : outlinesOf(segmentation);
  return fate === "outlines" || outlines.length < 2 ? outlines : [joinParts(outlines)];
}

function isQuad({ segmentation }: CocoAnnotation): boolean {
  return Array.isArray(segmentation) && segmentation.length === 1 && segmentation[0].length === 8;
}

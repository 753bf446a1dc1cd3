import type { PlannedClass } from "./planned_class.ts";

/** What the user decided about labels of any format; plain data, so that it can be sent to workers. */
export interface LabelPolicy {
  /** Keep regions that are not to be judged, as crowds. */
  readonly keepIgnore: boolean;
  /** Give objects that have only a box its outline as their polygon: segmentation trainers fail without one. */
  readonly outlineBoxes: boolean;
  /** Area of a polygon: pixels of its mask, as in COCO's own files, in place of the exact area. */
  readonly maskArea: boolean;
  readonly classes: ClassPolicy;
}

/** Which classes are wanted, and what they are called. */
export interface ClassPolicy {
  /** New name by name in the labels; "" leaves the class out. */
  readonly rename: ReadonlyMap<string, string>;
  /** Only these, by their new names, in this order; undefined for all. */
  readonly only?: readonly string[];
  /** None of these, by their new names. */
  readonly drop: ReadonlySet<string>;
}

/** Labels as they are. */
export const PLAIN_POLICY: LabelPolicy = {
  keepIgnore: false,
  outlineBoxes: false,
  maskArea: false,
  classes: { rename: new Map(), drop: new Set() },
};

/** Name a class has in the set; undefined if it is left out. */
export function finalName({ rename, only, drop }: ClassPolicy, name: string): string | undefined {
  const renamed = rename.get(name) ?? name;
  const wanted = renamed !== "" && !drop.has(renamed) && (!only || only.includes(renamed));
  return wanted ? renamed : undefined;
}

/** Declared classes as the policy wants them. */
export function finalDeclared(
  policy: ClassPolicy,
  declared: readonly PlannedClass[],
): readonly PlannedClass[] {
  const { rename, only, drop } = policy;
  if (rename.size === 0 && !only && drop.size === 0) return declared;
  const byName = new Map<string, PlannedClass>();
  for (const planned of declared) {
    const name = finalName(policy, planned.name);
    if (name !== undefined && !byName.has(name)) byName.set(name, { ...planned, name });
  }
  return only ? only.map((name) => byName.get(name) ?? { name }) : [...byName.values()];
}

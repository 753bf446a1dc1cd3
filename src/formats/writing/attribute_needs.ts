import type { Capability } from "../capabilities.ts";

/** Attributes that are capabilities of their own. */
const NAMED = { score: "scores", rotation: "rotation", track_id: "tracks" } as const;

/** The capability that holds attributes of this name. */
export function capabilityOf(name: string): Capability {
  return Object.hasOwn(NAMED, name) ? NAMED[name as keyof typeof NAMED] : "attributes";
}

/** The capability an attribute needs; undefined for one that says nothing (`difficult` 0, `pose` Unspecified). */
export function attributeNeeds(name: string, value: unknown): Capability | undefined {
  const needs = capabilityOf(name);
  if (needs === "scores" || needs === "tracks") return value == null ? undefined : needs;
  const empty = value == null || value === false || value === 0 || value === "" || value === "Unspecified";
  return empty ? undefined : needs;
}

import { textOf } from "../json/label_reader.ts";
import { asObject } from "../json/loose.ts";

/** Attributes of a VIA 3 project by their id. */
export type Attributes = ReadonlyMap<string, Attribute>;

interface Attribute {
  readonly name: string;
  /** Names of the options by their id; none for free text. */
  readonly options: ReadonlyMap<string, string>;
  /** True if several options can be ticked; their ids are then joined by commas. */
  readonly several: boolean;
}

const CHECKBOX = 2;

/**
 * Reads the attributes of a project.
 *
 * @param entries Ids with what is declared of them: an object, in older exports only the name.
 */
export function readAttributes(entries: readonly (readonly [string, unknown])[]): Attributes {
  return new Map(entries.map(([id, value]) => {
    const declared = asObject(value) ?? { aname: value };
    const name = textOf(declared.aname).trim();
    const options = Object.entries(asObject(declared.options) ?? {}).map(([id, option]) =>
      [id, textOf(option)] as const
    );
    return [id, { name: name || id, options: new Map(options), several: declared.type === CHECKBOX }];
  }));
}

/**
 * Values of a region or file by the names of the attributes; options by their names.
 *
 * @param values `av`: values by the ids of the attributes.
 */
export function valuesOf(values: unknown, attributes: Attributes): (readonly [string, unknown])[] {
  return Object.entries(asObject(values) ?? {}).map(([id, value]) => {
    const attribute = attributes.get(id);
    if (!attribute) return [id, value];
    const { name, options, several } = attribute;
    const text = textOf(value);
    const named = (option: string) => options.get(option.trim()) ?? option.trim();
    if (several) return [name, text.split(",").map(named).filter((option) => option !== "")];
    return [name, text === "" ? undefined : named(text)];
  });
}

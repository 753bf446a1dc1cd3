import { readFileSync } from "node:fs";
import { FAILSAFE_SCHEMA, load } from "js-yaml";
import { systemReason } from "../io/system_error.ts";
import { PackError } from "../model/issue.ts";

/**
 * Reads the file of `--class-map`: a YAML (or JSON) map from the names in the labels to new ones. Every name is the text that
 * is written, also `no`, `1:30` and `~`.
 *
 * @throws {PackError} With exit code 2 if the file cannot be read or is no such map.
 */
export function readClassMap(path: string): Record<string, string> {
  let map: unknown;
  try {
    map = load(readFileSync(path, "utf8"), { schema: FAILSAFE_SCHEMA });
  } catch (error) {
    const code = (error as { code?: string }).code;
    throw refused(path, code ? systemReason(error) : (error as Error).message.split("\n")[0]);
  }
  if (typeof map !== "object" || map === null || Array.isArray(map)) throw refused(path, "it holds no map");
  // With no prototype, a class may be called "constructor".
  const names: Record<string, string> = Object.create(null);
  for (const [name, renamed] of Object.entries(map)) {
    if (renamed !== null && typeof renamed !== "string") {
      throw refused(path, `"${name}" has no name beside it`);
    }
    names[name] = (renamed ?? "").trim();
  }
  return names;
}

function refused(path: string, cause: string): PackError {
  return new PackError(
    `Cannot read the class map "${path}": ${cause}.`,
    "Write a line for each class, as `person: pedestrian`; an empty name leaves the class out.",
    2,
  );
}

import { MANIFEST_FILE } from "../../manifest/record.ts";
import { StoreError } from "../../store/error.ts";

/** The error that a place in a store has no manifest, of kind `missing`. */
export function noSet(location: string): StoreError {
  return new StoreError(
    "missing",
    `There is no set in "${location}": "${MANIFEST_FILE}" is missing.`,
    "Name the place to which `upload` or `run --output` sent one.",
  );
}

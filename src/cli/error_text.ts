import type { Description } from "../ui/describe.ts";

/**
 * What stderr is told of an error, without line end.
 *
 * @param json True to write it as the `error` event of `--json`.
 */
export function errorText(error: Description, json: boolean): string {
  if (json) return JSON.stringify({ event: "error", ...error });
  const { message, suggestion, stack } = error;
  return [`error: ${message}`, suggestion, stack].filter((line) => line !== undefined).join("\n");
}

import { PackError } from "../model/issue.ts";
import { shellQuote } from "./format.ts";

/** An error as it is told: what is wrong, what to do, and the stack if it is a bug. */
export interface Description {
  message: string;
  suggestion?: string;
  stack?: string;
}

/** Deno's sentence about a denied permission. */
const DENIED = /Requires ([\w-]+) access(?: to (.+?))?, run again with the --allow-([\w-]+) flag/s;
/** What the system calls an error: ENOENT, EACCES, … */
const SYSTEM_CODE = /^E[A-Z0-9]+$/;

/** Turns anything that was thrown into what the user is told. */
export function describe(error: unknown): Description {
  const { name, message, code, suggestion, stack } = error instanceof Error
    ? error as Error & { code?: unknown; suggestion?: string }
    : {
      name: typeof error,
      message: String(error),
      code: undefined,
      suggestion: undefined,
      stack: undefined,
    };
  const denied = DENIED.exec(message);
  if (denied) {
    return {
      message: `Deno denied ${accessTo(denied)}.`,
      suggestion: `Add ${flagFor(denied)} to "deno run".`,
    };
  }
  if (error instanceof PackError) return { message, ...(suggestion && { suggestion }) };
  if (typeof code === "string" && SYSTEM_CODE.test(code)) {
    return {
      message: `The system refused: ${message}.`,
      suggestion: "Check that the path exists, that you may use it, and that the disk is not full.",
    };
  }
  return {
    message: `Unexpected ${name}: ${message}`,
    suggestion: "This is a bug in compact-uploader. Please report it with the command and the lines below.",
    stack: stack ?? String(error),
  };
}

function accessTo([, kind, target]: RegExpExecArray): string {
  return target === undefined ? `${kind} access` : `${kind} access to ${target}`;
}

/** The flag that grants what was denied; a comma in a path is doubled, as Deno wants it. */
function flagFor([, , target, flag]: RegExpExecArray): string {
  const value = target === undefined ? undefined : /^"(.*)"$/s.exec(target)?.[1];
  return value === undefined
    ? `--allow-${flag}`
    : `--allow-${flag}=${shellQuote(value.replaceAll(",", ",,"))}`;
}

import type { Loss, LossError } from "../convert/loss.ts";
import { PackError } from "../model/issue.ts";
import { shellQuote } from "../text/format.ts";

/** An error as it is told: what is wrong, what to do, and the stack if it is a bug. */
export interface Description {
  message: string;
  suggestion?: string;
  /** What a conversion would lose. */
  losses?: readonly Loss[];
  stack?: string;
}

/** Deno's sentence about a denied permission. */
const DENIED = /Requires ([\w-]+) access(?: to (.+?))?, run again with the --allow-/s;
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
  if (denied) return permission(denied[1], denied[2]);
  if (error instanceof PackError) {
    const { losses } = error as Partial<LossError>;
    return { message, ...(suggestion && { suggestion }), ...(losses && { losses }) };
  }
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

/** Folder of the program's own files, which its threads read. */
const PROGRAM = folderOf(import.meta.url);

/**
 * A denied permission, and the flag that grants it.
 *
 * @param kind `read`, `write`, `env`, …, or `all` for places Deno guards.
 * @param target What it was denied to, with the quotes of Deno's sentence.
 */
function permission(kind: string, target: string | undefined): Description {
  const path = target && /^"(.*)"$/s.exec(target)?.[1];
  const message = `Deno denied ${kind} access${target ? ` to ${target}` : ""}.`;
  if (kind === "all") {
    const suggestion =
      'Deno guards /dev, /proc, /sys and /etc: use another folder, or add --allow-all to "deno run".';
    return { message, suggestion };
  }
  if (!path) return { message, suggestion: `Add --allow-${kind} to "deno run".` };
  const wanted = path.replaceAll("\\", "/").startsWith(`${PROGRAM}/`) ? PROGRAM : path;
  // A comma would separate two paths: Deno wants it doubled.
  return {
    message,
    suggestion: `Add --allow-${kind}=${shellQuote(wanted.replaceAll(",", ",,"))} to "deno run".`,
  };
}

/** Folder above the one a module lies in; with slashes on Windows, too. */
function folderOf(url: string): string {
  return decodeURIComponent(new URL("..", url).pathname).replace(/^\/(?=[A-Za-z]:)/, "").replace(/\/$/, "");
}

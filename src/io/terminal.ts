/** The terminal as this runtime gives it: arguments, streams, signals, exit. Needs no permission. */

/** One of the two output streams of the process. */
export interface OutputStream {
  /** True if a person is looking at it. */
  readonly isTerminal: boolean;
  /** Writes all of `text` before it returns. A reader that has gone (`| head -1`) is no error: the rest is dropped. */
  write(text: string): void;
}

/** Arguments after the script's name. */
export const args: readonly string[] = Deno.args;
export const stdout: OutputStream = outputStream(Deno.stdout);
export const stderr: OutputStream = outputStream(Deno.stderr);
/** False if the user set `NO_COLOR`. */
export const colourWanted = !Deno.noColor;

/** Width of the terminal in characters; 80 where it cannot be told. */
export function columns(): number {
  try {
    return Deno.consoleSize().columns || 80;
  } catch {
    return 80;
  }
}

/**
 * Calls `listener` when the user or the system asks the process to end (Ctrl-C, closed terminal, `kill`).
 *
 * @returns Stops listening.
 */
export function onEndRequest(listener: () => void): () => void {
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) Deno.addSignalListener(signal, listener);
  return () => {
    for (const signal of signals) Deno.removeSignalListener(signal, listener);
  };
}

/** Ends the process. */
export function exit(code: number): never {
  Deno.exit(code);
}

/** True if a person can be asked. */
export const canAsk: () => boolean = () => Deno.stdin.isTerminal() && Deno.stderr.isTerminal();

/** Asks a question that is answered by yes or no; waits for the answer. */
export function ask(question: string): boolean {
  return globalThis.confirm(question);
}

/** How this program was started, so that a command to try next can be copied. */
export interface Invocation {
  /** True for a compiled executable. */
  readonly standalone: boolean;
  /** Working folder. */
  readonly cwd: string;
  /** Version of Deno if it was fetched and started by `npx`, else undefined. */
  readonly npx: string | undefined;
}

/** Tells how this program was started. Looks into the environment only where that is allowed already. */
export function invocation(): Invocation {
  const variable = "npm_command";
  const allowed = Deno.permissions.querySync({ name: "env", variable }).state === "granted";
  return {
    standalone: Deno.build.standalone,
    cwd: Deno.cwd(),
    npx: allowed && Deno.env.get(variable) === "exec" ? Deno.version.deno : undefined,
  };
}

function outputStream(stream: typeof Deno.stdout): OutputStream {
  const encoder = new TextEncoder();
  let open = true;
  return {
    isTerminal: stream.isTerminal(),
    write(text) {
      let bytes = encoder.encode(text);
      try {
        while (open && bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
      } catch (error) {
        if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
        open = false;
      }
    },
  };
}

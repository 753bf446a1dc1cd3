/** Other programs, started and fed by this runtime. */

/** How a program ended. */
export interface ProcessEnd {
  readonly code: number;
  /** Signal that ended it, if one did. */
  readonly signal: string | null;
}

/** A running program. Its error output must be read all the time, or it stops when the pipe is full. */
export interface ChildProcess {
  /** Waits until the program has taken all bytes; they may be used again then. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends its input. */
  end(): Promise<void>;
  /** Fills `into` from its output; returns the bytes read, fewer only at the end. */
  read(into: Uint8Array<ArrayBuffer>): Promise<number>;
  /** What it says on its error output. */
  readonly words: ReadableStream<Uint8Array>;
  /** Settles when it has ended. */
  readonly ended: Promise<ProcessEnd>;
  /** Ends it at once; no error if it has ended. */
  kill(): void;
}

/**
 * Starts a program in a process group of its own, so that Ctrl-C reaches this process only, which then ends it.
 *
 * @param program Name or path.
 * @param pipes Which of its streams are used.
 * @throws {Error} With `code` `ENOENT` if there is no such program; the runtime's own error if it may not be run.
 */
export function startProcess(
  program: string,
  args: readonly string[],
  { input, output }: { input: boolean; output: boolean },
): ChildProcess {
  const child = new Deno.Command(program, {
    args: [...args],
    stdin: input ? "piped" : "null",
    stdout: output ? "piped" : "null",
    stderr: "piped",
    detached: true,
  }).spawn();
  let over = false;
  const writer = input ? child.stdin.getWriter() : undefined;
  // Who writes to a program that is gone hears of it from the write.
  writer?.closed.catch(() => {});
  const ended = child.status.then(async ({ code, signal }) => {
    over = true;
    // A pipe into a program that is gone is open until somebody closes it.
    await writer?.abort().catch(() => {});
    return { code, signal };
  });
  const reader = output ? child.stdout.getReader({ mode: "byob" }) : undefined;
  /** The runtime takes the memory it reads into away, so this buffer goes to it and back. */
  let block = new ArrayBuffer(1 << 16);
  /** Read, and not asked for yet. */
  let rest = new Uint8Array(0);
  return {
    write: (bytes) => writer!.write(bytes),
    end: () => writer!.close(),
    async read(into) {
      let done = 0;
      for (;;) {
        const part = rest.subarray(0, into.length - done);
        into.set(part, done);
        done += part.length;
        rest = rest.subarray(part.length);
        if (done === into.length) return done;
        const { value } = await reader!.read(new Uint8Array(block));
        if (!value?.length) {
          block = new ArrayBuffer(1 << 16);
          rest = new Uint8Array(0);
          return done;
        }
        block = value.buffer as ArrayBuffer;
        rest = value;
      }
    },
    words: child.stderr,
    ended,
    kill() {
      try {
        // All of its group: a script that stands for the program has others running, which hold its pipes open.
        if (!over && Deno.build.os !== "windows") Deno.kill(-child.pid, "SIGKILL");
      } catch {
        // Not permitted where only this program may be run.
      }
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended by itself.
      }
      // Output that nobody read is given up.
      reader?.cancel().catch(() => {});
    },
  };
}

/**
 * Programs outside this project that tests and benchmarks use when they are installed. A test that needs one says so in its
 * name when it is skipped. `.ci/run` installs them all but panlabel, which takes minutes to build: only its tests are skipped there.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";

/** True where the long reliability tests are wanted. */
export const heavy = Boolean(process.env.COMPACT_UPLOADER_HEAVY);

/** Python that has the readers of `.ci/requirements.txt`. */
export const python = process.env.COMPACT_UPLOADER_PYTHON || "python3";

/** Path of `program`, which is one already or a name in PATH; undefined if there is nothing that can be run. */
export function pathOf(program: string): string | undefined {
  const windows = process.platform === "win32";
  const folders = /[\\/]/.test(program) ? [""] : (process.env.PATH ?? "").split(delimiter);
  const candidates = folders.flatMap((folder) =>
    (windows ? ["", ".exe"] : [""]).map((suffix) =>
      folder === "" ? program + suffix : join(folder, program + suffix)
    )
  );
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return statSync(path).isFile();
    } catch {
      return false;
    }
  });
}

/** True if `program` is a path to, or the name in PATH of, something that can be run. */
export function installed(program: string): boolean {
  return pathOf(program) !== undefined;
}

/** True if this Python has the module; asked once for each. */
export function pythonHas(module: string): boolean {
  let found = modules.get(module);
  if (found === undefined) {
    // Finding a module takes milliseconds, importing it seconds.
    const script = `import importlib.util, sys; sys.exit(importlib.util.find_spec("${module}") is None)`;
    found = installed(python) && spawnSync(python, ["-c", script]).status === 0;
    modules.set(module, found);
  }
  return found;
}
const modules = new Map<string, boolean>();

/** True if this ffmpeg has one of the encoders; which it has is asked once. */
function ffmpegEncodes(names: readonly string[]): boolean {
  encoders ??= new Set(
    installed("ffmpeg")
      ? runOk(["ffmpeg", "-hide_banner", "-v", "error", "-encoders"]).split("\n")
        .map((line) => line.trim().split(/\s+/)[1])
      : [],
  );
  return names.some((name) => encoders!.has(name));
}
let encoders: Set<string> | undefined;

/**
 * Declares a test that needs programs (`"unzip"`), Python modules (`"python:pycocotools"`, `"python"` for the standard
 * library) or encoders of ffmpeg (`"encoder:libsvtav1 or libaom-av1"`). Where one is missing the test is skipped and its name
 * says which.
 */
export function testWith(needs: readonly string[], name: string, run: () => void | Promise<void>): void {
  const missing = needs.filter((need) =>
    need === "python"
      ? !pythonHas("zipfile")
      : need.startsWith("python:")
      ? !pythonHas(need.slice("python:".length))
      : need.startsWith("encoder:")
      ? !ffmpegEncodes(need.slice("encoder:".length).split(" or "))
      : !installed(need)
  );
  if (missing.length > 0) {
    Deno.test({ name: `${name} (skipped: ${missing.join(", ")} is not installed)`, ignore: true, fn: run });
  } else Deno.test(name, run);
}

/** What a program said. */
export interface Output {
  /** Exit code; −1 if it was ended by a signal. */
  code: number;
  stdout: string;
  stderr: string;
}

/** How a program is run. */
export interface RunOptions {
  /** Folder to run in. */
  readonly cwd?: string;
  /** Text for its standard input. */
  readonly input?: string;
  /** Its environment; this process's own by default. */
  readonly env?: Record<string, string | undefined>;
}

/**
 * Runs a program to its end.
 *
 * @param command Program and arguments.
 * @throws {Error} If it cannot be started.
 */
export function run(command: readonly string[], options: RunOptions = {}): Output {
  const [program, ...args] = command;
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    ...options,
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
  });
  if (error) throw error;
  return { code: status ?? -1, stdout, stderr };
}

/** Like {@link run}, but a non-zero exit code is an error that shows what the program said. */
export function runOk(command: readonly string[], options: RunOptions = {}): string {
  const { code, stdout, stderr } = run(command, options);
  if (code !== 0) throw new Error(`"${command.join(" ")}" ended with ${code}:\n${stdout}\n${stderr}`);
  return stdout;
}

const posix = process.platform !== "win32";
/** Root reads and lists anything, whatever the permissions. */
const readsAnything = !posix || process.getuid?.() === 0;

/** True if a program can be run for which permissions count. */
export const canBeDenied: boolean = posix && (!readsAnything || installed("setpriv"));

/** The same command for which permissions count: root has to give up privileges. */
export function deniable(command: readonly string[]): string[] {
  return readsAnything
    ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search", ...command]
    : [...command];
}

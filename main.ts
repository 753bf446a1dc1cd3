import { errorText } from "./src/cli/error_text.ts";
import { isAboutAll, overview } from "./src/cli/overview.ts";
import { surviveFileSizeLimit } from "./src/io/runtime.ts";
import { args, exit, stderr, stdout } from "./src/io/terminal.ts";
import { describe } from "./src/ui/describe.ts";

if (isAboutAll(args)) {
  stdout.write(overview(args));
  exit(0);
}

// For good: the signal of a write that failed may come when the command has already given up.
surviveFileSizeLimit();
try {
  // Before the first line runs, the runtime looks for the modules behind every `import("…")` it can read, which takes longer
  // than all of `--help`. So this one it cannot read.
  const module = "./src/cli/application.ts";
  const { carryOut } = await import(module) as typeof import("./src/cli/application.ts");
  exit(await carryOut(args, import.meta.url));
} catch (error) {
  // A permission that is missing.
  stderr.write(errorText(describe(error), args.includes("--json")) + "\n");
  exit(1);
}

import { run } from "@stricli/core";
import { createContext } from "./src/cli/context.ts";
import { exitCodeOf } from "./src/cli/exit_code.ts";
import { isAboutAll, overview } from "./src/cli/overview.ts";
import { errorTexts } from "./src/cli/text.ts";
import { surviveFileSizeLimit } from "./src/io/runtime.ts";
import { args, exit, stderr } from "./src/io/terminal.ts";

// For good: the signal of a write that failed may come when the command has already given up.
surviveFileSizeLimit();

const context = createContext(import.meta.url);
try {
  const application = isAboutAll(args) ? overview() : await everyCommand();
  await run(application, args, context);
} catch (error) {
  // A permission that is missing.
  stderr.write(errorTexts(args.includes("--json")).exceptionWhileRunningCommand(error, false) + "\n");
  exit(1);
}
exit(exitCodeOf(context.process.exitCode));

/**
 * Before the first line runs, the runtime looks for the modules behind every `import("…")` it can read, which takes longer
 * than all of `--help`. So this one it cannot read.
 */
async function everyCommand() {
  const module = "./src/cli/application.ts";
  const { application } = await import(module) as typeof import("./src/cli/application.ts");
  return application(args);
}

import { run } from "@stricli/core";
import { application } from "./src/cli/application.ts";
import { createContext } from "./src/cli/context.ts";
import { exitCodeOf } from "./src/cli/exit_code.ts";
import { surviveFileSizeLimit } from "./src/io/runtime.ts";
import { args, exit } from "./src/io/terminal.ts";

// For good: the signal of a write that failed may come when the command has already given up.
surviveFileSizeLimit();

const context = createContext(import.meta.url);
await run(application(args), args, context);
exit(exitCodeOf(context.process.exitCode));

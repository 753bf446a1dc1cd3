import { run } from "@stricli/core";
import { application } from "./src/cli/application.ts";
import { createContext } from "./src/cli/context.ts";
import { exitCodeOf } from "./src/cli/exit_code.ts";
import { args, exit } from "./src/io/terminal.ts";

const context = createContext(import.meta.url);
await run(application(args), args, context);
exit(exitCodeOf(context.process.exitCode));

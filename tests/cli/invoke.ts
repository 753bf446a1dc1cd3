import { run } from "@stricli/core";
import { application } from "../../src/cli/application.ts";
import { exitCodeOf } from "../../src/cli/exit_code.ts";
import { recorded } from "../ui/streams.ts";

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Gives arguments to the command line within this process; for what ends before a command begins. */
export async function invoke(...args: string[]): Promise<Outcome> {
  const stdout = recorded();
  const stderr = recorded();
  const context = { process: { stdout, stderr, exitCode: undefined }, main: "file:///somewhere/main.ts" };
  await run(application(args), args, context);
  return { code: exitCodeOf(context.process.exitCode), stdout: stdout.text, stderr: stderr.text };
}

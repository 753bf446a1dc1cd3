import { type Application, run } from "@stricli/core";
import { application } from "../../src/cli/application.ts";
import type { Context } from "../../src/cli/context.ts";
import { exitCodeOf } from "../../src/cli/exit_code.ts";
import { isAboutAll, overview } from "../../src/cli/overview.ts";
import { recorded } from "../ui/streams.ts";

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Gives arguments to the command line within this process; for what ends before a command begins. */
export function invoke(...args: string[]): Promise<Outcome> {
  return invokeOn(isAboutAll(args) ? overview() : application(args), ...args);
}

/** The same, with a command line of the test's. */
export async function invokeOn(commands: Application<Context>, ...args: string[]): Promise<Outcome> {
  const stdout = recorded();
  const stderr = recorded();
  const context = { process: { stdout, stderr, exitCode: undefined }, main: "file:///somewhere/main.ts" };
  await run(commands, args, context);
  return { code: exitCodeOf(context.process.exitCode), stdout: stdout.text, stderr: stderr.text };
}

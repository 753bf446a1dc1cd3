import { type Application, buildApplication, buildRouteMap, run as runOn, version } from "@stricli/core";
import { annotate } from "./commands/annotate.ts";
import { bundle } from "./commands/bundle.ts";
import { compact } from "./commands/compact.ts";
import { convert } from "./commands/convert.ts";
import { extract } from "./commands/extract.ts";
import { history } from "./commands/history.ts";
import { inspect } from "./commands/inspect.ts";
import { merge } from "./commands/merge.ts";
import { presign } from "./commands/presign.ts";
import { rollback } from "./commands/rollback.ts";
import { run } from "./commands/run.ts";
import { split } from "./commands/split.ts";
import { subset } from "./commands/subset.ts";
import { update } from "./commands/update.ts";
import { upload } from "./commands/upload.ts";
import { verify } from "./commands/verify.ts";
import { type Context, createContext } from "./context.ts";
import { exitCodeOf } from "./exit_code.ts";
import { helpFlag } from "./help.ts";
import { type BRIEFS, DESCRIPTION, NAME } from "./overview.ts";
import { errorTexts } from "./text.ts";
import { VERSION } from "../model/version.ts";

/** What counts as a typo: a letter or two, not another word. */
const TYPO = { threshold: 4, weights: { insertion: 1, deletion: 1, substitution: 2, transposition: 1 } };

/**
 * Does what the arguments ask for.
 *
 * @param main URL of `main.ts`.
 * @returns Exit code.
 */
export async function carryOut(args: readonly string[], main: string): Promise<number> {
  const context = createContext(main);
  await runOn(application(args), args, context);
  return exitCodeOf(context.process.exitCode);
}

/**
 * The command line: its commands, help, and the texts of its errors.
 *
 * @param args Arguments: with `--json` among them, wrong ones are told as an event, too.
 */
export function application(args: readonly string[]): Application<Context> {
  const commands = buildRouteMap<string, Context>({
    routes: {
      run,
      bundle,
      annotate,
      inspect,
      verify,
      extract,
      convert,
      update,
      history,
      rollback,
      compact,
      merge,
      subset,
      split,
      upload,
      presign,
    } satisfies Record<keyof typeof BRIEFS, unknown>,
    docs: {
      brief: "Turns an image dataset into two files: a media bundle and one COCO annotation file",
      fullDescription: DESCRIPTION,
    },
  });
  return buildApplication(commands, {
    name: NAME,
    scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true, distanceOptions: TYPO },
    localization: { text: errorTexts(args.includes("--json")) },
  }, {
    help: helpFlag,
    version: version({ brief: "Show the version", info: { currentVersion: VERSION } }),
  });
}

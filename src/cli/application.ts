import type { Application } from "@stricli/core";
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
import type { Context } from "./context.ts";
import { commandLine } from "./overview.ts";

/**
 * Every command.
 *
 * @param args Arguments: with `--json` among them, wrong ones are told as an event, too.
 */
export function application(args: readonly string[]): Application<Context> {
  return commandLine({
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
  }, args);
}

import { buildCommand } from "@stricli/core";
import { ORDERS } from "../../compose/orders.ts";
import type { CompactFlags } from "../compose.ts";
import type { Context } from "../context.ts";
import { description } from "../help.ts";
import { displayFlags } from "../flags/common.ts";
import { checkFlag } from "../flags/output.ts";
import { path } from "../flags/values.ts";
import { BRIEFS } from "../overview.ts";

/** `compact`: a set without what is dead. */
export const compact = buildCommand<CompactFlags, [string], Context>({
  docs: {
    brief: BRIEFS.compact,
    fullDescription: description(
      "Drops the bytes of images that are gone and of earlier generations, and puts the frames in order. Ids stay, and " +
        "update goes on from there; earlier generations cannot be had back. The old files stay until the new ones are " +
        "complete, so there must be room for both.",
      "compact",
      [
        ["packed --dry-run", "tell how many bytes are dead"],
        ["packed --yes", "drop them without asking"],
        ["packed --order split", "put the images of train first"],
      ],
      [
        "0    done, or there was nothing to do",
        "1    failed; the set is as it was",
        "2    the command line is wrong, the answer was no, or sets of this kind cannot be compacted",
        "4    an image is damaged; verify tells all of them",
        "130  interrupted; the set is as it was",
      ],
    ),
  },
  parameters: {
    flags: {
      order: {
        kind: "enum",
        values: ORDERS,
        optional: true,
        brief:
          "Order of the frames: by name, or by split (train, val, test, others) and then by name (default: name)",
      },
      yes: { kind: "boolean", optional: true, withNegated: false, brief: "Do not ask" },
      dryRun: {
        kind: "boolean",
        optional: true,
        withNegated: false,
        brief: "Tell how many bytes are dead; write nothing",
      },
      check: checkFlag,
      ...displayFlags,
    },
    positional: {
      kind: "tuple",
      parameters: [{ parse: path, placeholder: "OUT", brief: "Folder of the set" }],
    },
  },
  async func(flags, set) {
    const { compactCommand } = await import("../compose.ts");
    await compactCommand(this, flags, set);
  },
});

import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { description } from "../help.ts";
import type { HistoryFlags } from "../history.ts";
import { displayFlags, storeFlags } from "../flags/common.ts";
import { place } from "../flags/values.ts";
import { BRIEFS } from "../overview.ts";

/** `history`: tells which generations a set has. */
export const history = buildCommand<HistoryFlags, [string], Context>({
  docs: {
    brief: BRIEFS.history,
    fullDescription: description(
      "Every update of a set is a generation. Tells what each holds and what became different with it, and how many bytes of the " +
        "bundle belong to nothing that is there now. extract, verify and inspect take the number of one with --at; rollback " +
        "brings one back.",
      "history",
      [
        ["packed", "the generations of a set"],
        ["s3://my-bucket/birds", "the same of a set in a store"],
        ["packed --json | jq .generations", "the same for programs"],
      ],
      [
        "0    the history was read",
        "1    failed",
        "2    the command line is wrong, or there is no such folder",
        "4    the set is damaged beyond reading; verify tells more",
      ],
    ),
  },
  parameters: {
    flags: { ...storeFlags, ...displayFlags },
    positional: {
      kind: "tuple",
      parameters: [{ parse: place, placeholder: "OUT", brief: "Folder of the set, or its place in a store" }],
    },
  },
  async func(flags, set) {
    const { historyCommand } = await import("../history.ts");
    await historyCommand(this, flags, set);
  },
});

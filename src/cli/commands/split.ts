import { buildCommand } from "@stricli/core";
import { type DisplayFlags, displayFlags } from "../flags/common.ts";
import { type NewSetFlags, newSetFlags } from "../flags/output.ts";
import { path } from "../flags/values.ts";
import type { Context } from "../context.ts";
import { description } from "../help.ts";
import { BRIEFS } from "../overview.ts";

/** `split`: a set for each split. */
export const split = buildCommand<NewSetFlags & DisplayFlags, [string], Context>({
  docs: {
    brief: BRIEFS.split,
    fullDescription: description(
      "Copies the images of each split into a set of its own, in the folder of that name below --output; those without a " +
        "split go to no_split. Ids stay, so annotations of all parts can be put together again.",
      "split",
      [
        ["packed --output parts", "parts/train, parts/val, …"],
        ["packed --output parts --media tar", "write tars, whatever the set is"],
      ],
      [
        "0    the sets were written",
        "1    failed; nothing was published",
        "2    the command line is wrong, or the set has no splits",
        "4    an image is damaged; verify tells all of them",
        "130  interrupted; nothing was published",
      ],
    ),
  },
  parameters: {
    flags: { ...newSetFlags, ...displayFlags },
    positional: {
      kind: "tuple",
      parameters: [{ parse: path, placeholder: "OUT", brief: "Folder of the set" }],
    },
  },
  async func(flags, set) {
    const { splitCommand } = await import("../compose.ts");
    await splitCommand(this, flags, set);
  },
});

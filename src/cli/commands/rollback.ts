import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { description } from "../help.ts";
import { displayFlags, storeFlags } from "../flags/common.ts";
import { generationFlags } from "../flags/set.ts";
import { generationNumber, place } from "../flags/values.ts";
import type { RollbackFlags } from "../rollback.ts";
import { BRIEFS } from "../overview.ts";

/** `rollback`: brings an earlier generation back. */
export const rollback = buildCommand<RollbackFlags, [string], Context>({
  docs: {
    brief: BRIEFS.rollback,
    fullDescription: description(
      "Adds a generation that holds what an earlier one held: the same images under the same names, with the same ids and " +
        "annotations. Nothing is lost: those in between can be had back as well. Classes that came since stay. No image is " +
        "copied.",
      "rollback",
      [
        ["packed --to 3", "the set is as it was in generation 3"],
        ['packed --to 3 --message "undo the wrong labels"', "and says why; history shows it"],
        ["s3://my-bucket/birds --to 3", "the same of a set in a store; what is new is sent"],
      ],
      [
        "0    the generation is back",
        "1    failed; the set is as it was, or the message tells how to go on",
        "2    the command line is wrong, or there is no such generation",
        "4    the set is damaged; verify tells more",
        "130  interrupted; the set is as it was",
      ],
    ),
  },
  parameters: {
    flags: {
      to: {
        kind: "parsed",
        parse: generationNumber,
        placeholder: "N",
        brief: "Number of the generation, as history shows it",
      },
      ...generationFlags,
      ...storeFlags,
      ...displayFlags,
    },
    positional: {
      kind: "tuple",
      parameters: [{
        parse: place,
        placeholder: "OUT",
        brief: "Folder of the set, or its place in S3 or Azure",
      }],
    },
  },
  async func(flags, set) {
    const { rollbackCommand } = await import("../rollback.ts");
    await rollbackCommand(this, flags, set);
  },
});

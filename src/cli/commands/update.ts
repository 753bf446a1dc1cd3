import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { description } from "../help.ts";
import {
  datasetArgument,
  type DisplayFlags,
  displayFlags,
  type StoreFlags,
  storeFlags,
} from "../flags/common.ts";
import { type GenerationFlags, generationFlags, type UpdateFlags, updateFlags } from "../flags/set.ts";
import { BRIEFS } from "../overview.ts";

/** `update`: the next generation of a set. */
export const update = buildCommand<
  UpdateFlags & GenerationFlags & StoreFlags & DisplayFlags,
  [string?],
  Context
>({
  docs: {
    brief: BRIEFS.update,
    fullDescription: description(
      "Finds new, changed, renamed and removed images and changed labels; appends to the bundle, and writes annotation file " +
        "and manifest anew. Nothing that is there is moved, ids stay, and every earlier state can be had back " +
        "(history, rollback, --at). How the labels are read is as it was when the set was packed.",
      "update",
      [
        ["photos --output packed", "append what is new in the folder photos"],
        ["photos --output packed --dry-run", "tell what would be appended, and what is gone"],
        ["photos --output s3://my-bucket/birds", "append to a set in a store: only what is new travels"],
        ["photos --output packed --watch", "keep the set up to date while the folder changes"],
      ],
      [
        "0    the set is up to date",
        "1    failed; the set is as it was, or the message tells how to go on",
        "2    the command line is wrong, or sets of this kind cannot be updated",
        "3    updated, but some inputs were left out: rejects.jsonl lists them",
        "130  interrupted; the set is as it was",
      ],
    ),
  },
  parameters: {
    flags: { ...updateFlags, ...generationFlags, ...storeFlags, ...displayFlags },
    positional: datasetArgument,
  },
  async func(flags, dataset) {
    const { updateCommand } = await import("../update.ts");
    await updateCommand(this, flags, dataset);
  },
});

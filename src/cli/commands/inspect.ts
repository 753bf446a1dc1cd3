import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { description } from "../help.ts";
import type { InspectFlags } from "../inspect.ts";
import { displayFlags, storeFlags } from "../flags/common.ts";
import { labelFlags, sourceFlags, videoFlags } from "../flags/input.ts";
import { place } from "../flags/values.ts";
import { BRIEFS } from "../overview.ts";

const { images, labels, format, pattern } = sourceFlags;

/** `inspect`: tells what is in a folder. */
export const inspect = buildCommand<InspectFlags, [string?], Context>({
  docs: {
    brief: BRIEFS.inspect,
    fullDescription: description(
      "Reads a dataset as packing would, or a set that was packed, and tells what is in it: label formats, " +
        "images, annotations, classes, splits, sizes, and every kind of problem with examples. Writes nothing.",
      "inspect",
      [
        ["photos", "what is in the folder photos, and what packing would leave out"],
        ["packed", "what is in a set"],
        ["s3://my-bucket/birds --profile work", "what is in a set in a store"],
        ["photos --json | jq .problems", "problems, for programs"],
      ],
      [
        "0    the folder was read",
        "1    failed",
        "2    the command line is wrong, or the label format is ambiguous",
        "4    the set is damaged beyond reading; verify tells more",
        "130  interrupted",
      ],
    ),
  },
  parameters: {
    flags: {
      images,
      labels,
      format,
      pattern,
      vocOffset: labelFlags.vocOffset,
      ...videoFlags,
      at: {
        ...videoFlags.at,
        placeholder: "N|TIMES",
        brief: `Of a set, look at generation N, as history shows it. ${videoFlags.at.brief}`,
      },
      ...storeFlags,
      ...displayFlags,
    },
    positional: {
      kind: "tuple",
      parameters: [{
        parse: place,
        optional: true,
        placeholder: "PATH",
        brief: "Folder or archive of a dataset, folder of a set, or its place in a store",
      }],
    },
  },
  async func(flags, folder) {
    const { inspectCommand } = await import("../inspect.ts");
    await inspectCommand(this, flags, folder);
  },
});

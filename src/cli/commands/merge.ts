import { buildCommand } from "@stricli/core";
import type { MergeFlags } from "../compose.ts";
import type { Context } from "../context.ts";
import { description } from "../help.ts";
import { displayFlags } from "../flags/common.ts";
import { newSetFlags } from "../flags/output.ts";
import { path } from "../flags/values.ts";
import { BRIEFS } from "../overview.ts";

/** `merge`: one set of several. */
export const merge = buildCommand<MergeFlags, string[], Context>({
  docs: {
    brief: BRIEFS.merge,
    fullDescription: description(
      "Copies the images of several sets into one, byte for byte, without packing them again. Classes are joined by name; " +
        "ids are new. The same image under the same name becomes one, with the annotations of all; of two different " +
        "images with one name the later gets the name of its set's folder before its own, which is told.",
      "merge",
      [
        ["monday tuesday --output week", "merge two sets"],
        ["a b c --output all --dedupe", "leave out images that are byte for byte the same as one before"],
        ["a b --output shards --media tar", "write a tar, whatever the sets are"],
      ],
      [
        "0    the sets were merged",
        "1    failed; nothing was published",
        "2    the command line is wrong, or a set cannot be merged",
        "4    an image is damaged; verify tells all of them",
        "130  interrupted; nothing was published",
      ],
    ),
  },
  parameters: {
    flags: {
      ...newSetFlags,
      dedupe: {
        kind: "boolean",
        optional: true,
        withNegated: false,
        brief: "Leave out images with the same bytes as one before; their annotations join those of that one",
      },
      ...displayFlags,
    },
    positional: {
      kind: "array",
      parameter: { parse: path, placeholder: "SET...", brief: "Folders of the sets, two or more" },
    },
  },
  async func(flags, ...sets) {
    const { mergeCommand } = await import("../compose.ts");
    await mergeCommand(this, flags, sets);
  },
});

import { buildCommand } from "@stricli/core";
import type { SubsetFlags } from "../compose.ts";
import type { Context } from "../context.ts";
import { description } from "../help.ts";
import { displayFlags } from "../flags/common.ts";
import { newSetFlags } from "../flags/output.ts";
import { selectionFlags } from "../flags/set.ts";
import { path, share, wholeNumber } from "../flags/values.ts";
import { BRIEFS } from "../overview.ts";

/** `subset`: a part of a set. */
export const subset = buildCommand<SubsetFlags, [string], Context>({
  docs: {
    brief: BRIEFS.subset,
    fullDescription: description(
      "Copies the images that fit all that is given, byte for byte, with their annotations. Ids stay, and all classes stay " +
        "in the list. An image fits --class and --where together if one of its annotations fits all of them.",
      "subset",
      [
        ["packed --output cats --class cat --split train", "images of train with a cat"],
        ["packed --output cats --class cat --only-classes", "drop the annotations of other classes, too"],
        [
          'packed --output hard --where attributes.occluded=true --where "area>=1024"',
          "images with a large occluded object",
        ],
        ["packed --output tenth --sample 0.1 --seed 1", "a tenth of the images"],
      ],
      [
        "0    the set was written",
        "1    failed; nothing was published",
        "2    the command line is wrong, no image fits it, or the set cannot be copied",
        "4    an image is damaged; verify tells all of them",
        "130  interrupted; nothing was published",
      ],
    ),
  },
  parameters: {
    flags: {
      ...newSetFlags,
      ...selectionFlags,
      class: {
        kind: "parsed",
        parse: String,
        variadic: true,
        optional: true,
        placeholder: "NAME",
        brief:
          "Only images with an annotation of this class, or of this class as a whole; may be repeated: any of them",
      },
      onlyClasses: {
        kind: "boolean",
        optional: true,
        withNegated: false,
        brief: "Leave out annotations of other classes than those of --class",
      },
      where: {
        kind: "parsed",
        parse: String,
        variadic: true,
        optional: true,
        placeholder: "CONDITION",
        brief:
          "Only images with an annotation for which this holds: KEY=VALUE, !=, <, <=, >, >=, KEY (there is one) or !KEY, with " +
          "dots between keys; image.KEY asks the image; may be repeated: all have to hold",
      },
      sample: {
        kind: "parsed",
        parse: share,
        optional: true,
        placeholder: "PART",
        brief: "Only this part of the images that fit, as 0.1, chosen by chance",
      },
      seed: {
        kind: "parsed",
        parse: (input: string) => wholeNumber(input, 0, Number.MAX_SAFE_INTEGER),
        optional: true,
        placeholder: "N",
        brief: "Another number gives another sample (default: 0)",
      },
      ...displayFlags,
    },
    positional: {
      kind: "tuple",
      parameters: [{ parse: path, placeholder: "OUT", brief: "Folder of the set" }],
    },
  },
  async func(flags, set) {
    const { subsetCommand } = await import("../compose.ts");
    await subsetCommand(this, flags, set);
  },
});

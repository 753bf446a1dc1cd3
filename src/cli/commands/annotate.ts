import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { description, packingExitCodes } from "../help.ts";
import { datasetArgument, type DisplayFlags, displayFlags } from "../flags/common.ts";
import {
  type LabelFlags,
  labelFlags,
  type SourceFlags,
  sourceFlags,
  type VideoFlags,
  videoFlags,
} from "../flags/input.ts";
import { type RunFlags, runFlags } from "../flags/output.ts";
import { BRIEFS } from "../overview.ts";

type Flags = SourceFlags & VideoFlags & RunFlags & LabelFlags & DisplayFlags & {
  readonly allowMissingManifest?: boolean;
};

/** `annotate`: labels only. */
export const annotate = buildCommand<Flags, [string?], Context>({
  docs: {
    brief: BRIEFS.annotate,
    fullDescription: description(
      "Turns the labels of a dataset into one COCO file beside the bundle that `bundle` wrote, in the order of its " +
        "manifest.",
      "annotate",
      [
        ["photos --output packed", "write packed/unified_annotation.json and note it in the manifest"],
        ["photos --skip-manifest --output labels.json", "labels alone, without a bundle"],
      ],
      packingExitCodes,
    ),
  },
  parameters: {
    flags: {
      ...sourceFlags,
      ...videoFlags,
      ...runFlags,
      ...labelFlags,
      allowMissingManifest: {
        kind: "boolean",
        optional: true,
        withNegated: false,
        brief: "Go on if a bundle is there but its manifest is not",
      },
      ...displayFlags,
    },
    positional: datasetArgument,
  },
  async func(flags, dataset) {
    const { packCommand } = await import("../pack.ts");
    await packCommand(this, "annotate", flags, dataset);
  },
});
